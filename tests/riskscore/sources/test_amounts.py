"""Amounts against slow oracles: exact fractions and the locale's own rules, written another way."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from riskscore.sources.amounts import from_decimal_comma, grams_to_kg, pounds_to_kg, unread

WHOLE = st.integers(0, 10**15 - 1)
PART = st.text("0123456789", max_size=12)
SIGN = st.sampled_from(["", "-"])


def spanish(whole: int, part: str) -> str:
    """Write a number as a Spanish clerk does, thousands grouped by points."""
    return f"{whole:,}".replace(",", ".") + (f",{part}" if part else "")


@given(sign=SIGN, whole=WHOLE, part=PART, is_grouped=st.booleans())
def test_a_decimal_comma_is_read_as_written(sign: str, whole: int, part: str, is_grouped: bool) -> None:
    written = spanish(whole, part) if is_grouped else f"{whole}{',' if part else ''}{part}"
    exact = Fraction(whole * 10 ** len(part) + int(part or 0), 10 ** len(part)) * (-1 if sign else 1)
    assert Fraction(from_decimal_comma(sign + written)) == exact


@pytest.mark.parametrize(("factor", "convert"), [("0.001", grams_to_kg), ("0.45359237", pounds_to_kg)])
@given(sign=SIGN, whole=WHOLE, part=PART)
def test_a_unit_is_converted_exactly(factor: str, convert, sign: str, whole: int, part: str) -> None:
    exact = Fraction(whole * 10 ** len(part) + int(part or 0), 10 ** len(part)) * (-1 if sign else 1)
    assert Fraction(convert(f"{sign}{whole}{'.' if part else ''}{part}")) == exact * Fraction(factor)


@given(whole=WHOLE, part=PART)
def test_an_amount_is_a_plain_number(whole: int, part: str) -> None:
    written = pounds_to_kg(f"{whole}{'.' if part else ''}{part}")
    assert "E" not in written.upper()
    assert not written.startswith(".")
    assert written == "0" or "." not in written or not written.endswith("0")


CONVERTED = [
    (from_decimal_comma, "1.412,5", "1412.5"),
    (from_decimal_comma, "1.412", "1412"),
    (from_decimal_comma, "0,50", "0.5"),
    (from_decimal_comma, "-0,0", "0"),
    (grams_to_kg, "318500", "318.5"),
    (grams_to_kg, "1", "0.001"),
    (pounds_to_kg, "1", "0.45359237"),
    (pounds_to_kg, "2204.62262", "999.9999991614094"),
]


@pytest.mark.parametrize(("convert", "sent", "ours"), CONVERTED)
def test_known_amounts(convert, sent: str, ours: str) -> None:
    assert convert(sent) == ours


UNCONVERTED = [
    (from_decimal_comma, "1412.5", "1412.5 (decimal comma expected)"),
    (from_decimal_comma, "0.500", "0.500 (decimal comma expected)"),
    (from_decimal_comma, "14.12,5", "14.12,5"),
    (from_decimal_comma, "1,412.5", "1,412.5"),
    (from_decimal_comma, "1e3", "1e3 (decimal comma expected)"),
    (from_decimal_comma, "12 kg", "12 kg"),
    (from_decimal_comma, ",5", ",5"),
    (grams_to_kg, "1e3", "1e3 (g)"),
    (grams_to_kg, "NaN", "NaN (g)"),
    (grams_to_kg, "٣", "٣ (g)"),
    (grams_to_kg, "1_000", "1_000 (g)"),
    (grams_to_kg, " 12", " 12 (g)"),
    (grams_to_kg, "9" * 5_000, "9" * 5_000 + " (g)"),
    (pounds_to_kg, "007", "007 (lb)"),
    (pounds_to_kg, "about 12", "about 12"),
    (pounds_to_kg, "=1+1", "=1+1"),
]


@pytest.mark.parametrize(("convert", "sent", "passed_on"), UNCONVERTED)
def test_what_is_not_in_the_senders_form_stays_and_is_never_taken_for_kilograms(
    convert, sent: str, passed_on: str
) -> None:
    assert convert(sent) == passed_on


@given(st.text(max_size=12))
def test_a_text_that_was_not_converted_is_no_number(text: str) -> None:
    with pytest.raises(ValueError, match="could not convert"):
        float(unread(text, "g"))


@given(st.decimals(min_value=0, max_value=10**9, places=6))
def test_grams_and_kilograms_agree(grams: Decimal) -> None:
    assert Decimal(grams_to_kg(format(grams, "f"))) * 1000 == grams
