"""The sliding sums against an answer that looks at every event for every question."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from riskscore.errors import FeatureError
from riskscore.store.asof import FOREVER
from riskscore.trailing import NEVER, NO_KEY, Events, Queries, first_seen, last_seen, sliding_sums

WINDOWS = st.sampled_from([1, 7, 30, None])
EVENT = st.tuples(
    st.integers(-1, 3),  # key; -1 is none
    st.integers(0, 60),  # day it happened
    st.integers(-3, 40),  # days until it was known; a plan is known before
    st.one_of(st.none(), st.integers(0, 40)),  # days until a newer version was known
    st.integers(-(10**12), 10**12),
)
QUESTION = st.tuples(st.integers(-1, 5), st.integers(0, 120))


def as_events(rows):
    key, happened, late, replaced, _ = (
        np.array([(k, h, late, -1 if r is None else r, v) for k, h, late, r, v in rows], dtype=np.int64)
        .reshape(-1, 5)
        .T
    )
    known_on = (happened + late).astype(np.int32)
    superseded_on = np.where(replaced < 0, FOREVER, known_on + replaced).astype(np.int32)
    return Events(key, happened.astype(np.int32), known_on, superseded_on)


def as_queries(rows):
    key, asked = np.array(rows, dtype=np.int64).reshape(-1, 2).T
    return Queries(key, asked.astype(np.int32))


def alive(events, number, asked_on, window):
    in_window = window is None or asked_on - events.event_on[number] < window
    return events.known_on[number] <= asked_on < events.superseded_on[number] and in_window


@given(st.lists(EVENT, max_size=60), st.lists(QUESTION, min_size=1, max_size=30), WINDOWS)
def test_sums_equal_a_full_look_at_every_event(rows, asked, window):
    events, amounts = as_events(rows), np.array([row[4] for row in rows], dtype=np.int64)
    expected = [
        sum(
            int(amounts[i])
            for i in range(len(rows))
            if key != NO_KEY and events.key[i] == key and alive(events, i, on, window)
        )
        for key, on in asked
    ]
    assert sliding_sums(events, amounts, as_queries(asked), window).tolist() == expected


@given(st.lists(EVENT, max_size=60), st.lists(QUESTION, min_size=1, max_size=30))
def test_first_and_last_seen_equal_a_full_look(rows, asked):
    events = as_events(rows)

    def seen(key, on):
        mine = (events.key == key) & (events.known_on <= on) & (key != NO_KEY)
        return sorted(set(events.event_on[mine].tolist()))

    every = [seen(key, on) for key, on in asked]
    queries = as_queries(asked)
    assert first_seen(events, queries).tolist() == [days[0] if days else NEVER for days in every]
    assert last_seen(events, queries).tolist() == [days[-1] if days else NEVER for days in every]


@given(st.lists(EVENT, min_size=1, max_size=60), st.lists(QUESTION, min_size=1, max_size=30), st.data())
def test_the_rows_own_day_does_not_count_as_last_seen(rows, asked, draw):
    events, queries = as_events(rows), as_queries(asked)
    own = np.array([draw.draw(st.integers(0, 60)) for _ in asked], dtype=np.int32)
    found = last_seen(events, queries, own)
    for (key, on), mine, answer in zip(asked, own, found, strict=True):
        known = (events.key == key) & (events.known_on <= on) & (key != NO_KEY)
        days = sorted(
            set(events.event_on[known].tolist())
            - ({mine} if len(known) and mine == max(events.event_on[known], default=None) else set())
        )
        assert answer == (days[-1] if days else NEVER)


@given(st.lists(EVENT, max_size=60), st.lists(QUESTION, min_size=2, max_size=30), WINDOWS)
def test_one_day_alone_gives_what_it_gives_among_many(rows, asked, window):
    events, amounts = as_events(rows), np.array([row[4] for row in rows], dtype=np.int64)
    together = sliding_sums(events, amounts, as_queries(asked), window)
    alone = [sliding_sums(events, amounts, as_queries([question]), window)[0] for question in asked]
    assert together.tolist() == alone


def test_a_sum_that_could_overflow_is_refused():
    events = as_events([(0, 0, 0, None, 0)])
    with pytest.raises(FeatureError, match="smaller scale"):
        sliding_sums(events, np.array([2**62 + 2**60]), as_queries([(0, 0)]), 30)
