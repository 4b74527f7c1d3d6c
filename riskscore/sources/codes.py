"""Bring a sender's code values to ours; a value that is not on the sender's list stays as it was sent."""

import re
from collections.abc import Mapping
from functools import cache

from riskscore.reference import countries
from riskscore.sources.layout import Conversion

SPACED_LOCODE = re.compile(r"[A-Z]{2} [A-Z2-9]{3}")
DOTTED_HS6 = re.compile(r"\d{4}\.\d{2}", re.ASCII)

YES_NO = {"Y": "true", "N": "false"}
ONE_ZERO = {"1": "true", "0": "false"}


def by_list(codes: Mapping[str, str]) -> Conversion:
    """Return the conversion that looks a value up in the sender's list."""
    return lambda text: codes.get(text, text)


def but_not(code: str) -> Conversion:
    """Return the conversion that makes a number missing where the sender writes `code` for "not available"."""
    return lambda text: "" if (text.rstrip("0").rstrip(".") if "." in text else text) == code else text


def country_alpha_2(text: str) -> str:
    """Return an ISO 3166 alpha-3 code as alpha-2."""
    return _alpha_2_by_alpha_3().get(text, text)


def joined_locode(text: str) -> str:
    """Return `US NYC` as `USNYC`."""
    return text.replace(" ", "") if SPACED_LOCODE.fullmatch(text) else text


def undotted_hs6(text: str) -> str:
    """Return `0803.90` as `080390`."""
    return text.replace(".", "") if DOTTED_HS6.fullmatch(text) else text


@cache
def _alpha_2_by_alpha_3() -> Mapping[str, str]:
    listed = countries()
    return dict(zip(listed["alpha3"], listed.index, strict=True))
