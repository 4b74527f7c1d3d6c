"""Which rows a partner may have: an agreement's conditions, and the marks of those who sent what lies behind a row."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from itertools import compress
from typing import Any

import pandas as pd

from riskscore.errors import ExportRefusedError
from riskscore.exchange.terms import AnyOf, Condition, Feed, RowTerm
from riskscore.exchange.values import is_missing

ORIGINATORS = "originators"
"""Optional column: codes of those whose material the row rests on, as text with blanks or as a list."""


@dataclass(frozen=True)
class Kept:
    """The rows that may leave, each with its place in the table (from 1) and its originators if the table has marks."""

    rows: pd.DataFrame
    numbers: list[int]
    originators: list[frozenset[str] | None]
    withheld_by_condition: int
    withheld_by_originator: int


def keep(feed: Feed, table: pd.DataFrame, *, may_carry: Collection[str]) -> Kept:
    """Choose the rows that pass every condition of the feed and whose originators let them go on."""
    table = table.reset_index(drop=True)
    passing = rows_passing(feed, table).tolist()
    originators = _originators(table, of=feed.table)
    carried = [feed.third_party != "drop_row" or codes is None or codes <= set(may_carry) for codes in originators]
    chosen = [wanted and free for wanted, free in zip(passing, carried, strict=True)]
    return Kept(
        rows=table.loc[chosen],
        numbers=list(compress(range(1, len(table) + 1), chosen)),
        originators=list(compress(originators, chosen)),
        withheld_by_condition=passing.count(False),
        withheld_by_originator=passing.count(True) - chosen.count(True),
    )


def rows_passing(feed: Feed, table: pd.DataFrame) -> pd.Series:
    """Mark the rows that pass every condition of the feed; bool, indexed like `table`."""
    passing = pd.Series(True, index=table.index)
    for term in feed.rows:
        passing &= _passes(term, feed=feed, table=table)
    return passing


def marks(value: object) -> frozenset[str]:
    """Return the originator codes written in one cell; a missing value has none."""
    if isinstance(value, str):
        return frozenset(value.replace(",", " ").split())
    if pd.api.types.is_list_like(value):
        return frozenset(str(code) for code in value)  # type: ignore[attr-defined]  # is_list_like is no type guard
    return frozenset() if pd.isna(value) else frozenset({str(value)})  # type: ignore[call-overload]  # any scalar


def column(table: pd.DataFrame, name: str, *, of: str) -> pd.Series:
    """Return the one column of that name; raise ExportRefusedError if there is none or more than one."""
    places = [place for place, label in enumerate(table.columns) if isinstance(label, str) and label == name]
    if len(places) != 1:
        raise ExportRefusedError(table=of, field=name, why=f"the table has {len(places)} columns of that name, not 1")
    return table.iloc[:, places[0]]


def _originators(table: pd.DataFrame, *, of: str) -> list[frozenset[str] | None]:
    if ORIGINATORS not in table.columns:
        return [None] * len(table)
    return [marks(value) for value in column(table, ORIGINATORS, of=of).tolist()]


def _passes(term: RowTerm, *, feed: Feed, table: pd.DataFrame) -> pd.Series:
    if isinstance(term, AnyOf):
        passing = pd.Series(False, index=table.index)
        for condition in term.any_of:
            passing |= _passes(condition, feed=feed, table=table)
        return passing
    return _meets(term, column(table, term.column, of=feed.table), table=feed.table)


def _meets(condition: Condition, values: pd.Series, *, table: str) -> pd.Series:
    name, wanted = condition.test
    meets = TESTS[name]
    try:
        met = [not is_missing(value) and meets(value, wanted) for value in values.tolist()]
    except TypeError:
        why = f"{name} of the agreement cannot be asked of the values there"
        raise ExportRefusedError(table=table, field=condition.column, why=why) from None
    return pd.Series(met, index=values.index, dtype=bool)


def _any_in(value: Any, wanted: tuple[str, ...]) -> bool:
    return not set(str(value).split()).isdisjoint(wanted)


def _country_in(value: Any, wanted: tuple[str, ...]) -> bool:
    return any(locode[:2] in wanted for locode in str(value).split())


TESTS: dict[str, Callable[[Any, Any], bool]] = {
    "equals": lambda value, wanted: value == wanted,
    "among": lambda value, wanted: value in wanted,
    "at_least": lambda value, wanted: value >= wanted,
    "any_in": _any_in,
    "country_in": _country_in,
}
