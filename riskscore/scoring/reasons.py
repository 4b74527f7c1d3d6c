"""A reason: one feature's push on a score, in numbers, in words and as JSON."""

import json
import math
import re
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from riskscore.errors import ModelError

UNITS = {"kg": "kg", "km": "km", "m": "m", "usd": "USD", "krw": "KRW", "hours": "hours", "days": "days"}
JSON = json.JSONEncoder(ensure_ascii=False, allow_nan=False)
PERCENT = re.compile(r"(_share|_probability|_rate_(\d+d|ever))$")


class Reason(NamedTuple):
    """One feature's push on a score, in log-odds: above 0 raises the risk.

    `value` is the row's, `usual` the median of its peers; None where not known. `meaning` is the feature's
    sentence. Where several windows of one measure push, `push` is theirs together. `originators` are the codes of
    those who shared facts that it rests on, separated by blanks.
    """

    feature: str
    meaning: str
    value: float | None
    push: float
    usual: float | None = None
    originators: str = ""


def phrase(reason: Reason) -> str:
    """Return the reason as an officer reads it: meaning, value with its unit, what is usual, direction."""
    value = spoken(reason.feature, reason.value)
    usual = "" if reason.usual is None else f", usually {spoken(reason.feature, reason.usual)}"
    direction = "raises" if reason.push > 0 else "lowers"
    return f"{reason.meaning.rstrip('.')}: {value}{usual} ({direction} risk)"


def spoken(feature: str, value: float | None) -> str:
    """Return a value with the unit that the feature's name carries."""
    if value is None:
        return "not known"
    if re.match(r"(is|has)_", feature):
        return "yes" if value >= 0.5 else "no"
    if PERCENT.search(feature):
        return f"{_three_digits(100 * value)} %"
    return f"{_three_digits(value)} {unit(feature)}".strip()


def unit(feature: str) -> str:
    """Return the unit in a feature's name (`value_usd_per_kg`: USD per kg), or nothing."""
    words = feature.split("_")
    for before, per, after in zip(words, words[1:], words[2:], strict=False):
        if per == "per" and before in UNITS and after in UNITS:
            return f"{UNITS[before]} per {UNITS[after]}"
    return next((UNITS[word] for word in reversed(words) if word in UNITS), "")


def reasons_to_json(reasons: Sequence[Reason]) -> str:
    """Return the reasons as one line of JSON, as `json` writes it; what many reasons share is written once.

    Raises ValueError for a number that JSON has no word for.
    """
    return f"[{', '.join(map(_as_json, reasons))}]"


def _as_json(reason: Reason) -> str:
    feature, meaning, value, push, usual, originators = reason
    return (
        f'{_head(feature, meaning)}{_number(value)}, "push": {_number(push)}, '
        f'"usual": {_number(usual)}{_tail(originators)}'
    )


@lru_cache(maxsize=4096)
def _head(feature: str, meaning: str) -> str:
    return f'{{"feature": {JSON.encode(feature)}, "meaning": {JSON.encode(meaning)}, "value": '


@lru_cache(maxsize=4096)
def _tail(originators: str) -> str:
    return f', "originators": {JSON.encode(originators)}}}'


def _number(value: float | None) -> str:
    return repr(value) if type(value) is float and math.isfinite(value) else JSON.encode(value)


def reasons_from_json(text: str) -> list[Reason]:
    """Return the reasons that `reasons_to_json` wrote; raise ModelError for anything else."""
    try:
        return [Reason(**reason) for reason in json.loads(text)]
    except (TypeError, ValueError):
        raise ModelError("Stored reasons cannot be read. Score that day again.") from None


def _three_digits(value: float) -> str:
    """Return a number with three significant digits, thousands separated, no empty decimals."""
    if value == 0:
        return "0"
    decimals = min(max(2 - math.floor(math.log10(abs(value))), 0), 12)
    text = f"{value:,.{decimals}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
