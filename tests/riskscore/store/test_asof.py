from datetime import UTC, date, datetime, timedelta

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from riskscore.errors import FeatureError
from riskscore.store import History, TableSchema
from riskscore.store.asof import FOREVER, day_number, join_versions, with_lifetimes
from tests.conftest import fact

THING = TableSchema("thing", {"thing_id": pa.string(), "weight_kg": pa.float64()}, ("thing_id",))
START = date(2026, 1, 1)


def day(number):
    return START + timedelta(days=number)


VERSIONS = st.lists(st.tuples(st.integers(0, 9), st.sampled_from("abc"), st.floats(0, 9)), max_size=25).map(
    lambda rows: pd.DataFrame([fact(day(n), i, thing_id=k, weight_kg=w) for i, (n, k, w) in enumerate(rows)])
)


def newest_slowly(rows, until):
    """Of what is known, what the latest delivery says: a row put right late does not undo a later delivery."""
    newest = {}
    for row in sorted(rows.to_dict("records"), key=lambda row: row["delivery_number"]):
        if row["known_day"] <= until:
            newest[row["thing_id"]] = row["weight_kg"]
    return newest


@given(rows=VERSIONS, asked=st.integers(0, 9))
def test_the_newest_known_version_of_each_key_is_alive(rows, asked):
    if rows.empty:
        return
    versions = with_lifetimes(rows, THING)
    number = day_number(day(asked))
    alive = versions[(versions["known_on"] <= number) & (versions["superseded_on"] > number)]
    assert dict(zip(alive["thing_id"], alive["weight_kg"], strict=True)) == newest_slowly(rows, day(asked))


@given(left=VERSIONS, right=VERSIONS, asked=st.integers(0, 9))
def test_joined_versions_equal_the_join_of_what_was_known_each_day(left, right, asked):
    if left.empty or right.empty:
        return
    pairs = join_versions(
        with_lifetimes(left, THING)[["thing_id", "weight_kg", "known_on", "superseded_on"]],
        with_lifetimes(right, THING)[["thing_id", "weight_kg", "known_on", "superseded_on"]],
        on=["thing_id"],
    )
    number = day_number(day(asked))
    alive = pairs[(pairs["known_on"] <= number) & (pairs["superseded_on"] > number)]
    one, other = newest_slowly(left, day(asked)), newest_slowly(right, day(asked))
    expected = {key: (one[key], other[key]) for key in one.keys() & other.keys()}
    found = {row.thing_id: (row.weight_kg, row.weight_kg_right) for row in alive.itertuples()}
    assert found == expected


def test_what_is_learned_later_is_not_visible_and_does_not_show_as_replaced(make_lake):
    rows = [fact(day(0), 1, thing_id="a", weight_kg=1.0), fact(day(5), 2, thing_id="a", weight_kg=2.0)]
    history = History(make_lake(THING, rows), day(9))
    before = history.as_of(day(4))
    assert before.table("thing")["weight_kg"].tolist() == [1.0]
    assert before.versions("thing")["superseded_on"].tolist() == [FOREVER]
    assert history.as_of(day(5)).table("thing", among={"thing_id": ["a"]})["weight_kg"].tolist() == [2.0]


def test_a_history_does_not_show_days_it_was_not_opened_for(make_lake):
    with pytest.raises(FeatureError, match="opened until 2026-01-01"):
        History(make_lake(THING, []), day(0)).as_of(day(1))


@pytest.mark.parametrize(
    ("instant", "expected"),
    [
        (datetime(2026, 1, 5, 6, tzinfo=UTC), date(2026, 1, 5)),
        (datetime(2026, 1, 5, 6, 0, 0, 1, tzinfo=UTC), date(2026, 1, 6)),
        (datetime(2026, 1, 5, 5, 59, tzinfo=UTC), date(2026, 1, 5)),
    ],
)
def test_an_instant_belongs_to_the_first_cut_off_not_before_it(make_lake, instant, expected):
    as_of = History(make_lake(THING, []), day(0)).as_of(day(0))
    assert as_of.days_of(pd.Series([instant])).tolist() == [np.int32(day_number(expected))]
