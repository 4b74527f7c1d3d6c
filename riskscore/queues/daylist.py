"""One unit's list of one day: what officers read, whatever it is written to."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

import pandas as pd

from riskscore.errors import QueueError

INVENTED = "INVENTED DATA: no real cargo, trader or vessel. Real ports and codes only."
MARKS = ("INVENTED DATA", "Data", "invented", "Caution")
"""What else is written into files beside headings."""


class ListColumn(NamedTuple):
    """A column of the list: its name in the frame, its heading, what it holds and its width in characters."""

    name: str
    heading: str
    kind: str
    width: int


LIST_COLUMNS = [
    ListColumn("position", "Position", "count", 9),
    ListColumn("container_number", "Container", "text", 14),
    ListColumn("voyage_id", "Voyage", "text", 16),
    ListColumn("vessel_name", "Vessel", "text", 22),
    ListColumn("eta", "ETA (UTC)", "instant", 17),
    ListColumn("hours_left", "Hours left", "hours", 10),
    ListColumn("route", "Route", "text", 28),
    ListColumn("goods", "Goods", "text", 36),
    ListColumn("probability", "Probability", "share", 11),
    ListColumn("band", "Band", "text", 9),
    ListColumn("why", "Why", "text", 11),
    ListColumn("reasons", "Reasons", "sentences", 80),
    ListColumn("coverage", "Coverage", "share", 10),
    ListColumn("selection_probability", "Selection probability", "odds", 11),
    ListColumn("state", "State", "text", 12),
]
"""The list from left to right. Kinds: count, text, sentences (joined), instant (UTC), hours; share, odds: 0 to 1."""

NUMBERS = {"count", "hours", "share", "odds"}


@dataclass(frozen=True)
class DayList:
    """The list of `unit` (LOCODE) on `day`.

    `rows`: the columns of LIST_COLUMNS, in the order of positions; `eta` is UTC (without zone: taken as UTC), `reasons`
    a text or a sequence of texts. `is_invented` marks everything written from it;
    `caution` is a sentence on what it was made without. Raises QueueError where a column is
    missing or the unit is no LOCODE.
    """

    unit: str
    day: date
    capacity: int
    rows: pd.DataFrame
    is_invented: bool = False
    caution: str = ""
    say: Callable[[str], str] = str
    """Puts headings and marks into the reader's language; `rows` are in it already."""

    def __post_init__(self) -> None:
        if not re.fullmatch(r"[A-Z]{2}[A-Z2-9]{3}", self.unit):  # it becomes part of a file's name
            raise QueueError(
                where="Daily list", what="unit is no LOCODE", which=[self.unit], then="Give one like NLRTM."
            )
        if missing := [column.name for column in LIST_COLUMNS if column.name not in self.rows]:
            then = "Join them to the queue before writing it."
            raise QueueError(where=f"List of {self.unit} on {self.day}", what="no column(s)", which=missing, then=then)

    @property
    def title(self) -> str:
        """The list's name: unit and day."""
        return f"{self.unit} {self.day.isoformat()}"

    def values(self) -> Iterable[list[object]]:
        """Yield the rows as Python values: text, int, float or datetime without zone (UTC); missing is None."""
        columns = [_python_values(self.rows[column.name], column.kind) for column in LIST_COLUMNS]
        return (list(row) for row in zip(*columns, strict=True))


def joined(reasons: object) -> str | None:
    """Return reasons as one text, their full stops dropped; a text is returned as it is, missing as None."""
    if reasons is None or isinstance(reasons, str):
        return reasons
    return "; ".join(str(reason).rstrip(". ") for reason in reasons) if isinstance(reasons, Iterable) else None


def _python_values(column: pd.Series, kind: str) -> list[object]:
    if kind == "sentences":
        return [joined(value) for value in column]
    if kind == "instant":
        instants = pd.to_datetime(column, utc=True).dt.tz_localize(None).dt.floor("s")
        return [None if pd.isna(instant) else instant.to_pydatetime() for instant in instants]
    if kind in NUMBERS:
        numbers = pd.to_numeric(column).astype("float64")
        whole = kind == "count"
        return [_number(number, whole) for number in numbers.tolist()]
    return [None if pd.isna(value) else str(value) for value in column]


def _number(number: float, whole: bool) -> float | None:
    if not abs(number) < float("inf"):  # NaN too: a cell holds neither
        return None
    return int(number) if whole else number
