"""Bring a sender's amounts to our form: decimal point, kilograms; exact decimal arithmetic throughout."""

import re
from decimal import Decimal, localcontext

DECIMAL_COMMA = re.compile(r"-?(?:[1-9]\d{0,2}(?:\.\d{3}){1,4}|0|[1-9]\d{0,14})(?:,\d{1,12})?", re.ASCII)
DECIMAL_POINT = re.compile(r"-?(?:0|[1-9]\d{0,14})(?:\.\d{1,12})?", re.ASCII)

KILOGRAMS_PER_GRAM = Decimal("0.001")
KILOGRAMS_PER_POUND = Decimal("0.45359237")
"""The international avoirdupois pound, exact by definition (1959)."""


def from_decimal_comma(text: str) -> str:
    """Return `1.412,5` as `1412.5`; a point is only read as one that groups thousands."""
    if not DECIMAL_COMMA.fullmatch(text):
        return unread(text, "decimal comma expected")
    return _plain(Decimal(text.replace(".", "").replace(",", ".")))


def grams_to_kg(text: str) -> str:
    """Return an amount in grams as kilograms."""
    return _scaled(text, KILOGRAMS_PER_GRAM, "g")


def pounds_to_kg(text: str) -> str:
    """Return an amount in pounds as kilograms, all digits kept."""
    return _scaled(text, KILOGRAMS_PER_POUND, "lb")


def unread(text: str, why: str) -> str:
    """Return a text that could not be converted such that nothing later takes it for a converted amount.

    What is no number stays as it was sent. What our own form would take for a number (`1e3` grams, `0.5` where a
    comma is agreed) gets the reason in brackets, so that the contract sets it aside.
    """
    try:
        float(text)
    except ValueError:
        return text
    return f"{text} ({why})"


def _scaled(text: str, factor: Decimal, unit: str) -> str:
    if not DECIMAL_POINT.fullmatch(text):
        return unread(text, unit)
    with localcontext() as context:
        context.prec = 50  # more than any accepted digits times the factor's
        return _plain(Decimal(text) * factor)


def _plain(number: Decimal) -> str:
    """Write a number without exponent and without zeros at the end; minus zero is zero."""
    text = format(number, "f")
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text in {"-0", ""} else text
