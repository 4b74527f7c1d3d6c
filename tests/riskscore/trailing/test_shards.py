"""Entities followed in pieces, ranges, spans and chunks of any size: the same bits as all at once, from any state."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from riskscore.crew import Here
from riskscore.errors import FeatureError
from riskscore.trailing import (
    NO_KEY,
    Balances,
    Book,
    Errand,
    Journal,
    Leg,
    Questions,
    Ranges,
    Room,
    Wanted,
    follow,
    follow_all,
    packing,
    ranges,
    shards,
    words,
)
from riskscore.trailing.kernel import SEEN

LAST = 60
WINDOWS = (7, 30, None)
WANTED = Wanted(WINDOWS, (2, 0))
"""Of three amounts the middle one is not wanted; the others in another order than the journal has them in."""
KEYS = st.sampled_from([0, 1, 2, 2**31, 2**32 - 1, 2**32, 2**63 - 1, 2**63, 3 * 2**62, 2**64 - 2, 2**64 - 1])
ENTRY = st.tuples(KEYS, st.integers(0, LAST), st.integers(-3, 20), st.integers(-(10**12), 10**12))
QUESTION = st.tuples(KEYS, st.integers(1, LAST))
MANY = settings(max_examples=60, deadline=None)


def journal(rows, after=-99, until=LAST):
    chosen = [row for row in rows if after < row[1] + row[2] <= until]
    keys, event_on, late, value = (list(column) for column in zip(*chosen, strict=True)) if chosen else ([],) * 4
    days, values = np.array(event_on, dtype=np.int32), np.array(value, dtype=np.int64)
    amounts = (np.ones(len(days), dtype=np.int8), values * 3, values)
    known_on = (days + np.array(late, dtype=np.int32)).astype(np.int32)
    return Journal(
        days, known_on, {"who": np.array(keys, dtype=np.uint64), None: np.ones(len(days), np.uint64)}, amounts
    )


def asked(rows):
    keys, days = zip(*rows, strict=True) if rows else ((), ())
    return Questions(np.array(keys, dtype=np.uint64), np.array(days, dtype=np.int32))


def in_pieces(errands, rows_a_piece=1, threads=1):
    return follow_all(errands, Here(threads, rows_a_piece))


def same(found, expected):
    np.testing.assert_array_equal(found.sums, expected.sums)
    np.testing.assert_array_equal(found.first, expected.first)
    np.testing.assert_array_equal(found.latest, expected.latest)
    for column in ("keys", "rows"):
        one, other = getattr(found.closing.whole(), column), getattr(expected.closing.whole(), column)
        np.testing.assert_array_equal(one, other)
        assert one.dtype == other.dtype


@MANY
@given(st.lists(ENTRY, max_size=40), st.lists(QUESTION, max_size=20), st.integers(1, 70), st.integers(1, 3))
def test_any_number_of_pieces_gives_the_same_bits(rows, questions, rows_a_piece, threads):
    errand = Errand(journal(rows), "who", WANTED, asked(questions), Leg(1, LAST))
    (found,) = in_pieces([errand], rows_a_piece, threads)
    same(found, follow(errand))


@MANY
@given(
    st.lists(ENTRY, max_size=40),
    st.lists(QUESTION, max_size=20),
    st.booleans(),
    st.integers(1, 3),
    st.sampled_from(["who", None]),
)
def test_ranges_spans_and_chunks_of_few_rows_give_the_same_bits(rows, questions, is_in_time, threads, by):
    """In a room that a larger errand used before; entries late or known as they happen."""
    rows = [(key, on, 0, value) for key, on, _, value in sorted(rows, key=lambda row: row[1])] if is_in_time else rows
    errand = Errand(journal(rows), by, WANTED, asked(questions), Leg(1, LAST))
    few = {ranges: ["ROWS_A_RANGE", "ROWS_A_SPAN"], packing: ["ROWS_A_CHUNK"], words: ["ROWS_A_CHUNK"]}
    with pytest.MonkeyPatch.context() as patch:
        for (where, names), rows_each in zip(few.items(), (2, 3, 4), strict=True):
            for name in names:
                patch.setattr(where, name, rows_each)
        room = Room()
        follow(replace(errand, journal=Journal.joined([errand.journal] * 2)), Here(threads), room)
        found = follow(errand, Here(threads), room)
        spans = Ranges.of(errand, Here(threads))
        parts = [spans.follow(span) for span in spans.spans()]
    same(found, follow(replace(errand, journal=journal(rows))))
    for part in parts:
        np.testing.assert_array_equal(part.rows, found.rows[part.questions])
        np.testing.assert_array_equal(part.on, errand.questions.on[part.questions])
    told = sorted(question for part in parts for question in part.questions.tolist())
    assert told == np.flatnonzero(errand.question_keys != NO_KEY).tolist()


@MANY
@given(st.lists(ENTRY, max_size=20), st.lists(QUESTION, max_size=10), st.sampled_from([1, 2, 5, 7]))
def test_as_many_amounts_at_once_as_one_likes(rows, questions, amounts):
    """In one word or in several: each has the sums that it has alone."""
    entries, mine, leg = journal(rows), asked(questions), Leg(1, LAST)
    several = replace(entries, amounts=tuple(entries.amounts[2] + at for at in range(amounts)))
    together = follow(Errand(several, "who", Wanted(WINDOWS, tuple(range(amounts))), mine, leg))
    for at in range(amounts):
        alone = follow(Errand(several, "who", Wanted(WINDOWS, (at,)), mine, leg))
        np.testing.assert_array_equal(together.sums[:, at::amounts], alone.sums)


@MANY
@given(st.lists(ENTRY, max_size=20), st.lists(QUESTION, max_size=10))
def test_days_are_seen_without_any_amount(rows, questions):
    entries, mine, leg = journal(rows), asked(questions), Leg(1, LAST)
    bare, whole = (follow(Errand(entries, "who", Wanted(WINDOWS, some), mine, leg)) for some in ((), (0,)))
    assert bare.sums.shape == (len(questions), 0)
    np.testing.assert_array_equal(bare.rows, whole.rows[:, :SEEN])
    np.testing.assert_array_equal(bare.closing.whole().rows, whole.closing.whole().rows[:, :SEEN])


@MANY
@given(st.lists(ENTRY, max_size=20), st.lists(QUESTION, max_size=10))
def test_whoever_asks_for_the_stream_as_a_whole_is_told_of_it(rows, questions):
    """The key of such a question says nothing, and there is room for one entity only."""
    entries, asking, leg = journal(rows), asked(questions), Leg(1, LAST)
    expected = follow(Errand(entries, None, WANTED, replace(asking, keys=np.ones_like(asking.keys)), leg))
    same(follow(Errand(entries, None, WANTED, asking, leg)), expected)
    same(*in_pieces([Errand(entries, None, WANTED, asking, leg)]), expected)


@MANY
@given(st.lists(ENTRY, max_size=40), st.lists(st.integers(1, 12), max_size=5))
def test_the_stream_as_a_whole_is_its_only_entity(rows, days):
    """Entries of the same days in a row are added up before: the same as one key for all of them."""
    few_days = [(key, on % 3, late % 3, value) for key, on, late, value in rows]
    entries, questions = journal(few_days), asked([(1, day) for day in days])
    one_key = replace(entries, keys={"who": np.ones(len(entries), dtype=np.uint64)})
    found, expected = (
        follow(Errand(given, by, WANTED, questions, Leg(1, LAST))) for given, by in ((entries, None), (one_key, "who"))
    )
    same(found, expected)
    assert len(entries.by_days()) <= len(entries)


@MANY
@given(
    st.lists(ENTRY, max_size=40), st.lists(QUESTION, max_size=20), st.sets(st.integers(2, LAST - 1), max_size=3),
    st.integers(1, 70),
)  # fmt: skip
def test_from_any_state_too(rows, questions, stops, rows_a_piece):
    """Each leg begins where pieces ended, and is cut anew."""
    opening = None
    for start, end in pairwise([0, *sorted(stops), LAST]):
        came = journal(rows, after=-99 if opening is None else start, until=end)
        leaving = [row for row in rows if opening and row[1] + row[2] <= start and row[1] > start - 30]
        old = journal(leaving)
        mine = asked([question for question in questions if start < question[1] <= end])
        leg = Leg(start + 1, end, opening)
        errand = Errand(Journal.joined([came, old]), "who", WANTED, mine, leg)
        (found,) = in_pieces([errand], rows_a_piece=rows_a_piece)
        same(found, follow(errand))
        opening = found.closing


def test_errands_are_answered_in_their_order():
    rows = [(2**63, 1, 0, 5), (7, 2, 0, 9)]
    leg, mine = Leg(1, LAST), asked([(7, 5), (2**63, 6)])
    entries = journal(rows)
    whole = Questions(np.ones(2, dtype=np.uint64), mine.on)
    errands = [Errand(entries, "who", WANTED, mine, leg), Errand(entries, None, WANTED, whole, leg)] * 2
    for crew in (Here(2), Here(1, 1), Here(2, 1)):
        found = follow_all(errands, crew)
        assert [track.sums[:, -2].tolist() for track in found] == [[9, 5], [14, 14]] * 2


def test_an_entity_that_is_missing_is_in_no_piece_and_has_no_past():
    errand = Errand(journal([(0, 1, 0, 5)] * 9), "who", WANTED, asked([(0, 3), (4, 3)]), Leg(1, LAST))
    pieces = list(shards.Cut(errand, 1).pieces())
    assert sum(len(piece.journal) + len(piece.questions.keys) for piece in pieces) == 1
    (found,) = in_pieces([errand])
    assert not found.sums.any()
    assert len(found.closing.whole()) == 0


@given(st.lists(st.integers(0, 2**64 - 1)), st.integers(1, 40))
def test_ranges_hold_every_key_once_and_in_order(keys, count):
    keys = np.array(keys, dtype=np.uint64)
    ranges = shards.by_range(keys, count)
    assert len(ranges) == count
    assert sorted(np.concatenate(ranges).tolist()) == np.flatnonzero(keys != NO_KEY).tolist()
    filled = [keys[rows] for rows in ranges if len(rows)]
    assert all(one.max() < other.min() for one, other in pairwise(filled))
    assert all((rows[1:] > rows[:-1]).all() for rows in ranges)


def test_only_what_a_piece_touches_travels_with_it():
    """A state of many entities and a day of few: what the day weighs, not what the state does."""
    keys = np.arange(2, 10_002, dtype=np.uint64) * np.uint64(2**50)
    opening = Book(WANTED.totals, (Balances(keys, np.ones((len(keys), SEEN + WANTED.totals), dtype=np.int64)),))
    errand = Errand(journal([(int(keys[5]), 3, 0, 1)]), "who", WANTED, asked([(int(keys[9]), 3)]), Leg(3, 3, opening))
    assert sum(len(piece.leg.opening.whole()) for piece in shards.Cut(errand, 1).pieces()) == 2
    (found,) = in_pieces([errand])
    same(found, follow(errand))
    assert len(found.closing.whole()) == len(keys)


def test_a_sum_that_could_overflow_is_refused_though_no_piece_would():
    halves = [(2**40, 0, 1, 2**61 + 2**59), (2**63, 0, 1, 2**61)]
    wanted = Wanted((None,), (2,))
    errand = Errand(journal(halves), "who", wanted, asked([]), Leg(1, 2))
    for run in (lambda: follow(errand), lambda: in_pieces([errand])):
        with pytest.raises(FeatureError, match="smaller scale"):
            run()
