"""Declared measures against plain pandas on the lake as it was known, and the property everything rests on."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from riskscore.errors import FeatureError
from riskscore.featureset import FeatureSet
from riskscore.grain import Grain, Stream, family, row_feature
from riskscore.measures import Count, DaysSinceFirst, DaysSinceLast, Mean, Rate, Sum
from riskscore.store import History, TableSchema

START = date(2026, 1, 1)
SHIPMENT = TableSchema(
    "shipment",
    {
        "shipment_id": pa.string(),
        "trader_id": pa.string(),
        "region": pa.string(),
        "sent_at": pa.timestamp("us", tz="UTC"),
        "weight_kg": pa.float64(),
        "is_find": pa.float64(),
    },
    ("shipment_id",),
)


def due_today(as_of):
    rows = as_of.table("shipment")
    return rows.assign(event_on=as_of.days_of(rows["sent_at"]))[rows["known_on"] == as_of.number]


def shipments(as_of):
    rows = as_of.versions("shipment")
    return rows.assign(event_on=as_of.days_of(rows["sent_at"]))


GRAIN = Grain(
    name="shipment",
    key=("shipment_id",),
    population=due_today,
    streams={"shipments": Stream(shipments, ("shipment",), near=("shipment_id",))},
    labels=due_today,
    entities={"trader_id": "trader", "region": "region"},
)


@row_feature
def weight_over_usual(rows):
    """Weight over the trader's mean weight."""
    return rows["weight_kg"] / rows["trader_weight_kg_mean_30d"]


REGION_FINDS = Rate("region", "shipments", hit="is_find", strength=4.0)
FEATURES = FeatureSet(
    GRAIN,
    {
        "all": family(
            Count("trader_id", "shipments", days=(7, 30, 90, 365, None)),
            Sum("trader_id", "shipments", "weight_kg", days=(30, 365)),
            Mean("trader_id", "shipments", "weight_kg", days=(30, 90)),
            Rate("trader_id", "shipments", hit="is_find", days=(30, 90, 365), strength=4.0, parent=REGION_FINDS),
            DaysSinceFirst("trader_id", "shipments"),
            DaysSinceLast("trader_id", "shipments"),
            weight_over_usual,
        )
    },
)

DAYS = sorted(first + near for first in (0, 30, 90, 365, 400) for near in (0, 1))
"""Few days, a window apart: where one is asked for there are rows, and events that enter or leave a window."""
DAY = st.sampled_from(DAYS)
ROW = st.tuples(
    DAY,  # day it became known
    st.sampled_from([0, 0, 0, 1, 7, 20, 30, 90, 365]),  # days before that it was sent
    st.sampled_from("ab"),  # shipment; repeated ones are amendments
    st.sampled_from(["x", "y", None]),
    st.sampled_from(["n", "s"]),
    st.sampled_from([1.5, 2.25, 1000.0, None]),
    st.sampled_from([0.0, 1.0, None]),
)

ROWS = st.lists(ROW, min_size=12, max_size=25) | st.lists(ROW, min_size=1, max_size=3)


def fact_rows(rows):
    return [
        {
            "shipment_id": f"{shipment}{number // 3}",
            "trader_id": trader,
            "region": region,
            "sent_at": datetime(2026, 1, 1, 5, tzinfo=UTC) + timedelta(days=known - ago),
            "weight_kg": weight,
            "is_find": find,
            "known_at": datetime(2026, 1, 1, 6, tzinfo=UTC) + timedelta(days=known),
            "known_day": START + timedelta(days=known),
            "delivery_id": f"d{number}",
            "delivery_number": number,
            "row_number": 1,
            "source": "test",
            "originator": "own",
            "handling": "open",
            "purpose": "customs",
            "retain_until": date(2031, 1, 1),
        }
        for number, (known, ago, shipment, trader, region, weight, find) in enumerate(rows)
    ]


class RowsInMemory:
    """What History needs of a lake, without the disk."""

    def __init__(self, rows):
        self.rows = pa.Table.from_pylist(rows, SHIPMENT.arrow()).to_pandas(date_as_object=True)

    def schema(self, table):
        return SHIPMENT

    def read(self, table, until, columns, since=None, among=None):
        inside = (self.rows["known_day"] <= until) & (self.rows["known_day"] >= (since or START))
        for column, values in (among or {}).items():
            inside &= self.rows[column].isin(values)
        return self.rows.loc[inside, columns]

    def row_counts(self, table):
        return self.rows.groupby("known_day").size().to_dict()

    def version(self, table):
        return 0


def answer_slowly(lake, day):
    """The same features from the table as known on `day`, by plain pandas, one row at a time."""
    as_of = History(lake, day).as_of(day)
    known, every = as_of.table("shipment"), as_of.versions("shipment")
    age = as_of.number - as_of.days_of(known["sent_at"])
    answers = []
    for row in due_today(as_of).sort_values("shipment_id").to_dict("records"):
        mine = known["trader_id"] == row["trader_id"]
        seen = as_of.number - as_of.days_of(every.loc[every["trader_id"] == row["trader_id"], "sent_at"])
        answer = {
            **{f"trader_shipments_{days}d": (mine & (age < days)).sum() for days in (7, 30, 90, 365)},
            "trader_shipments_ever": mine.sum(),
            **{f"trader_weight_kg_sum_{days}d": known[mine & (age < days)]["weight_kg"].sum() for days in (30, 365)},
            **{f"trader_weight_kg_mean_{days}d": known[mine & (age < days)]["weight_kg"].mean() for days in (30, 90)},
            **{f"trader_find_rate_{days}d": find_rate(known[age < days], row) for days in (30, 90, 365)},
            "trader_days_since_first_shipments": seen.max(initial=-1),
            "trader_days_since_last_shipments": seen.min(initial=10**6),
        }
        if pd.isna(row["trader_id"]):
            answer = dict.fromkeys(answer, np.nan)
        answer["weight_over_usual"] = row["weight_kg"] / answer["trader_weight_kg_mean_30d"]
        answers.append({"shipment_id": row["shipment_id"], **answer})
    return pd.DataFrame(answers, columns=["shipment_id", *FEATURES.names])


def find_rate(near, row):
    region = smoothed(near[near["region"] == row["region"]], smoothed(near, 0.5, 1.0), 4.0)
    return smoothed(near[near["trader_id"] == row["trader_id"]], region, 4.0)


def smoothed(rows, prior, strength):
    known = rows["is_find"].dropna()
    return (known.sum() + strength * prior) / (len(known) + strength)


MANY = settings(max_examples=45)


@MANY
@given(rows=ROWS, asked=st.sets(DAY, min_size=1, max_size=4))
def test_features_equal_plain_pandas_on_what_was_known(rows, asked):
    lake = RowsInMemory(fact_rows(rows))
    days = [START + timedelta(days=number) for number in sorted(asked)]
    found = FEATURES.compute(History(lake, days[-1]), days).drop(columns="score_day")
    expected = pd.concat([answer_slowly(lake, day) for day in days], ignore_index=True)
    pd.testing.assert_frame_equal(found, expected.astype(found.dtypes.to_dict()), check_exact=False, rtol=1e-12)


@MANY
@given(past=ROWS, later=st.lists(ROW, max_size=20), asked=DAY)
def test_what_we_learn_later_never_changes_an_old_feature(past, later, asked):
    day = START + timedelta(days=asked)
    rows = fact_rows([*past, *later])
    known = [row for row in rows if row["known_day"] <= day]
    before = FEATURES.compute(History(RowsInMemory(known), day), [day])
    lake = RowsInMemory(rows)
    after = FEATURES.compute(History(lake, day + timedelta(days=60)), [day])
    pd.testing.assert_frame_equal(before, after, check_exact=True)


@MANY
@given(rows=ROWS, asked=st.sets(DAY, min_size=2, max_size=6))
def test_a_day_alone_has_the_same_bits_as_among_many(rows, asked):
    lake = RowsInMemory(fact_rows(rows))
    days = [START + timedelta(days=number) for number in sorted(asked)]
    together = FEATURES.compute(History(lake, days[-1]), days)
    alone = [FEATURES.compute(History(lake, day), [day]) for day in days]
    pd.testing.assert_frame_equal(together, pd.concat(alone, ignore_index=True), check_exact=True)


@MANY
@given(rows=ROWS, ends=st.dictionaries(DAY | st.integers(0, 420), st.booleans(), min_size=1, max_size=6))
def test_days_carried_on_from_a_state_have_the_bits_of_a_full_look(rows, ends):
    """Late, amended, doubled and out-of-order facts enter on the day they became known; nothing earlier is read."""
    lake, state, before = RowsInMemory(fact_rows(rows)), None, -1
    for end in sorted(ends):
        days = [START + timedelta(days=number) for number in {*DAYS, end} if before < number <= end]
        day, before = START + timedelta(days=end), end
        if not ends[end]:  # nobody asks on these days
            state = FEATURES.carry(History(lake, day), day, state)
            continue
        found, state = FEATURES.advance(History(lake, day), sorted(days), state)
        pd.testing.assert_frame_equal(found, FEATURES.compute(History(lake, day), sorted(days)), check_exact=True)


def test_a_state_is_of_its_facts_and_of_its_features():
    day = START + timedelta(days=20)
    rows = fact_rows([(3, 1, "a", "x", "n", 1.5, 0.0), (4, 1, "b", "x", "n", 1.5, 0.0)])
    origin = FEATURES.origin(History(RowsInMemory(rows), day), day)
    assert origin == FEATURES.origin(History(RowsInMemory(rows), day), day)
    assert origin != FEATURES.origin(History(RowsInMemory(rows[:1]), day), day)
    assert origin == FEATURES.carry(History(RowsInMemory(rows), day), day, None).origin
    fewer = FeatureSet(GRAIN, {"all": family(Count("trader_id", "shipments", days=(7,)))})
    assert origin != fewer.origin(History(RowsInMemory(rows), day), day)


def test_a_feature_without_a_sentence_cannot_be_made():
    with pytest.raises(FeatureError, match="wants a docstring"):
        row_feature(lambda rows: rows["weight_kg"])


def test_a_feature_declared_twice_is_refused():
    with pytest.raises(FeatureError, match="declared twice: weight_over_usual"):
        FeatureSet(GRAIN, {"one": family(weight_over_usual), "two": family(weight_over_usual)})


def test_a_measure_on_a_missing_column_says_which(make_lake):
    grain = replace(GRAIN, entities={"flag_id": "flag"})
    features = FeatureSet(grain, {"all": family(Count("flag_id", "shipments"))})
    with pytest.raises(FeatureError, match="no column 'flag_id'"):
        features.compute(History(make_lake(SHIPMENT, []), START), [START])


def test_the_version_changes_with_the_features():
    fewer = FeatureSet(GRAIN, {"all": family(weight_over_usual)})
    assert fewer.version != FEATURES.version
    assert fewer.version == FeatureSet(GRAIN, {"other name": family(weight_over_usual)}).version


def test_a_feature_says_whether_days_some_time_apart_can_be_compared_in_it():
    declared = [
        Count("trader_id", "shipments", days=(30, None)),
        Rate("trader_id", "shipments", hit="is_find", days=(365,)),
        DaysSinceFirst("trader_id", "shipments"),
        DaysSinceLast("trader_id", "shipments"),
    ]
    features = FeatureSet(GRAIN, {"traders": family(*declared)})
    ever = {"trader_shipments_ever", "trader_days_since_first_shipments"}
    assert features.restless({"shipments": 365}).keys() == ever
    assert features.restless({"shipments": 364}).keys() == ever | {"trader_find_rate_365d"}
    assert features.restless({"shipments": 29}).keys() == ever | {"trader_find_rate_365d", "trader_shipments_30d"}
    assert "looks back 365 days where 29 were known" in features.restless({"shipments": 29})["trader_find_rate_365d"]
