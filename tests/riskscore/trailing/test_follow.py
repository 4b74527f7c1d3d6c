"""The sliding sums against an answer that looks at every event for every question, from nothing and from any state."""

from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from riskscore.errors import FeatureError
from riskscore.store.asof import FOREVER
from riskscore.trailing import (
    NEVER,
    Amount,
    Errand,
    Journal,
    Leg,
    Questions,
    Segment,
    Wanted,
    entity_keys,
    follow,
    journal_of,
)

WINDOWS = (1, 7, 30, None)
WANTED = Wanted(WINDOWS, (0, 1))
AMOUNTS = (Amount(), Amount("value", 1))
LAST = 130
EVENT = st.tuples(
    st.sampled_from(["a", "b", "c", None]),
    st.integers(0, 60),  # day it happened
    st.integers(-3, 40),  # days until it was known; a plan is known before
    st.one_of(st.none(), st.integers(0, 40)),  # days until a newer version was known
    st.integers(-(10**12), 10**12),
)
QUESTION = st.tuples(st.sampled_from(["a", "b", "c", "unheard of", None]), st.integers(0, 120))
MANY = settings(max_examples=60, deadline=None)


def as_events(rows):
    who, happened, late, replaced, value = zip(*rows, strict=True) if rows else [[]] * 5
    event_on = np.array(happened, dtype=np.int32)
    known_on = event_on + np.array(late, dtype=np.int32)
    superseded_on = [FOREVER if after is None else on + after for on, after in zip(known_on, replaced, strict=True)]
    return pd.DataFrame(
        {
            "who": pd.Series(who, dtype="str"),
            "value": np.array(value, dtype=np.float64),
            "event_on": event_on,
            "known_on": known_on.astype(np.int32),
            "superseded_on": np.array(superseded_on, dtype=np.int32),
        }
    )


def journal(events, since=int(NEVER), until=LAST):
    return journal_of(events, "events", ["who"], AMOUNTS, since=since, until=until)


def track(entries, asked, first, last=LAST, opening=None):
    who = pd.DataFrame({"who": pd.Series([name for name, _ in asked], dtype="str")})
    days = np.array([day for _, day in asked], dtype=np.int32)
    errand = Errand(entries, "who", WANTED, Questions(entity_keys(who, "who"), days), Leg(first, last, opening))
    return follow(errand)


def slow_sums(events, who, on):
    mine = events[
        events["who"].eq(who).to_numpy(dtype=bool) & (events["known_on"] <= on) & (events["superseded_on"] > on)
    ]
    found = []
    for window in WINDOWS:
        inside = mine if window is None else mine[on - mine["event_on"] < window]
        found += [len(inside), int(inside["value"].sum())]
    return found


def slow_seen(events, who, on):
    mine = events[events["who"].eq(who).to_numpy(dtype=bool) & (events["known_on"] <= on)]
    days = sorted(set(mine["event_on"].tolist()))
    padded = [NEVER, NEVER, *days]
    return [days[0] if days else NEVER, padded[-1], padded[-2]]


@MANY
@given(st.lists(EVENT, max_size=60), st.lists(QUESTION, min_size=1, max_size=30))
def test_sums_equal_a_full_look_at_every_event(rows, asked):
    events = as_events(rows)
    found = track(journal(events), asked, first=min(day for _, day in asked))
    assert found.sums.tolist() == [slow_sums(events, who, on) for who, on in asked]


@MANY
@given(st.lists(EVENT, max_size=60), st.lists(QUESTION, min_size=1, max_size=30))
def test_what_was_seen_equals_a_full_look(rows, asked):
    events = as_events(rows)
    found = track(journal(events), asked, first=min(day for _, day in asked))
    seen = np.column_stack([found.first, found.latest]).tolist()
    assert seen == [slow_seen(events, who, on) for who, on in asked]


@MANY
@given(
    st.lists(EVENT, max_size=60),
    st.lists(QUESTION, min_size=1, max_size=30),
    st.sets(st.integers(1, 119), max_size=5),
)
def test_from_any_state_only_what_came_and_what_leaves_is_needed(rows, asked, stops):
    """Days cut into legs, each with the entries of its own days and those that leave a window: the same to the bit."""
    events, opening, segments = as_events(rows), None, []
    for start, end in pairwise([-5, *sorted(stops), 120]):
        came = journal(events, since=start if opening else int(NEVER), until=end)
        leaving = [segment.between(start + 1 - 30, end) for segment in segments] if opening else []
        mine = [one for one in asked if start < one[1] <= end] or [("a", end)]
        found = track(Journal.joined([came, *leaving]), mine, start + 1, end, opening)
        assert found.sums.tolist() == [slow_sums(events, who, on) for who, on in mine]
        seen = np.column_stack([found.first, found.latest]).tolist()
        assert seen == [slow_seen(events, who, on) for who, on in mine]
        opening = found.closing
        segments.append(Segment.of("leg", came))


@MANY
@given(st.lists(EVENT, max_size=60), st.lists(QUESTION, min_size=2, max_size=30))
def test_one_day_alone_gives_what_it_gives_among_many(rows, asked):
    entries = journal(as_events(rows))
    together = track(entries, asked, first=0).sums.tolist()
    assert together == [track(entries, [one], first=one[1], last=one[1]).sums[0].tolist() for one in asked]


def test_an_entity_that_is_missing_has_no_past_and_leaves_none():
    entries = journal(as_events([(None, 1, 0, None, 5), ("a", 1, 0, None, 7)]))
    found = track(entries, [(None, 3), ("a", 3)], first=3)
    assert found.sums[0].tolist() == [0] * 8
    assert found.sums[1, -1] == 7
    assert len(found.closing.whole()) == 1


def test_the_stream_as_a_whole_is_followed_without_an_entity():
    entries = journal_of(
        as_events([("a", 1, 0, None, 5), ("b", 1, 0, None, 7)]), "events", [None], AMOUNTS, since=-9, until=9
    )
    asked = Questions(np.ones(1, dtype=np.uint64), np.array([2], dtype=np.int32))
    found = follow(Errand(entries, None, WANTED, asked, Leg(2, 2)))
    assert found.sums.tolist() == [[0, 0, 2, 12, 2, 12, 2, 12]]


def test_a_sum_that_could_overflow_is_refused():
    entries = journal(as_events([("a", 0, 0, None, 2.0**62 + 2.0**60)]))
    with pytest.raises(FeatureError, match="smaller scale"):
        track(entries, [("a", 0)], first=0)


def test_a_sum_that_could_overflow_beside_what_is_there_is_refused():
    near = journal(as_events([("a", 0, 0, None, 2.0**61)]), until=0)
    opening = track(near, [("a", 0)], first=0, last=0).closing
    more = journal(as_events([("a", 1, 0, None, 2.0**61 + 2.0**60)]), since=0)
    with pytest.raises(FeatureError, match="smaller scale"):
        track(more, [("a", 1)], first=1, last=1, opening=opening)


def test_a_column_that_is_not_there_is_named():
    with pytest.raises(FeatureError, match="Stream events has no column 'weight'"):
        journal_of(as_events([]), "events", ["who"], [Amount("weight", 10)], since=0, until=1)
