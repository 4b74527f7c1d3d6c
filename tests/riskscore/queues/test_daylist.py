"""The list itself: what must be there, and the Python values that go out."""

from collections.abc import Callable
from datetime import date, datetime

import numpy as np
import pandas as pd
import pytest

from riskscore.errors import QueueError
from riskscore.queues import LIST_COLUMNS, DayList
from riskscore.queues.daylist import joined

MakeList = Callable[..., DayList]
NAMES = [column.name for column in LIST_COLUMNS]


def test_values_are_plain_python_in_the_order_of_the_columns(make_list: MakeList) -> None:
    first = dict(zip(NAMES, next(iter(make_list().values())), strict=True))
    assert first["position"] == 1
    assert first["eta"] == datetime(2026, 4, 30, 14, 30)  # noqa: DTZ001  # UTC without zone is what a cell holds
    assert first["reasons"] == "Rare lane; New consignee"
    assert {type(value) for value in first.values()} == {int, str, datetime, float}


def test_missing_and_infinite_become_none(make_list: MakeList) -> None:
    gone = make_list(eta=pd.NaT, hours_left=[np.nan, np.inf], goods=None, reasons=None, coverage=pd.NA)
    values = [dict(zip(NAMES, row, strict=True)) for row in gone.values()]
    assert all(row[name] is None for row in values for name in ("eta", "hours_left", "goods", "reasons", "coverage"))


def test_a_day_without_rows_needs_no_types() -> None:
    assert list(DayList("NLRTM", date(2026, 4, 30), 24, pd.DataFrame([], columns=NAMES)).values()) == []


def test_an_instant_of_another_zone_is_told_in_utc(make_list: MakeList) -> None:
    local = pd.to_datetime(["2026-04-30T14:30+02:00"] * 2)
    values = next(iter(make_list(eta=local).values()))
    assert values[NAMES.index("eta")] == datetime(2026, 4, 30, 12, 30)  # noqa: DTZ001  # as above


@pytest.mark.parametrize(
    ("reasons", "text"),
    [(["A.", "b"], "A; b"), (np.array(["a"]), "a"), ("as it is", "as it is"), ([], ""), (None, None), (np.nan, None)],
)
def test_reasons_are_joined(reasons: object, text: str | None) -> None:
    assert joined(reasons) == text


def test_missing_columns_are_named(make_list: MakeList) -> None:
    rows = make_list().rows.drop(columns=["route", "state"])
    with pytest.raises(QueueError, match=r"List of NLRTM on 2026-04-30: no column\(s\): route, state\. Join them"):
        DayList("NLRTM", date(2026, 4, 30), 24, rows)


@pytest.mark.parametrize("unit", ["../../etc", "nlrtm", "NLRTM\n", ""])
def test_a_unit_that_is_no_locode_is_refused(make_list: MakeList, unit: str) -> None:
    with pytest.raises(QueueError, match="unit is no LOCODE"):
        DayList(unit, date(2026, 4, 30), 24, make_list().rows)
