"""Tasks, pieces put together, and answers compared."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.trailing.task import Answer, Piece, Task, assert_equal, assert_whole, columns, overall_shares, piece_of

NUMBERS = np.arange(6, dtype=np.int64)
DAYS = np.array([7, 7, 7, 8, 8, 8], dtype=np.int32)
COUNTS = np.array([1, 2, 3, 4, 5, 6], dtype=np.int64)
RATES = COUNTS / 7


@pytest.fixture
def task(stream, tmp_path):
    return Task(stream, 7, 8, 2, threads=1, scratch=tmp_path)


def answer(task, counts=COUNTS, rates=RATES):
    return Answer.of([piece_of(task, NUMBERS, DAYS, {"count": counts, "rate": rates})])


def test_digests_weigh_rows_and_every_so_manieth_row_is_kept(task):
    piece = piece_of(task, NUMBERS, DAYS, {"count": COUNTS})
    assert piece.digests["count"].to_dict() == {7: 1 + 4 + 9, 8: 16 + 25 + 36}
    assert piece.rows["count"].to_dict() == {0: 1, 2: 3, 4: 5}


def test_pieces_by_day_and_by_column_make_the_same_answer(task):
    halves = [slice(3, 6), slice(0, 3)]
    by_day = [piece_of(task, NUMBERS[half], DAYS[half], {"a": COUNTS[half], "b": RATES[half]}) for half in halves]
    by_column = [piece_of(task, NUMBERS, DAYS, {name: values}) for name, values in (("b", RATES), ("a", COUNTS))]
    assert assert_equal("x", Answer.of(by_day), Answer.of(by_column)) == (4, 6)
    assert Answer.of(by_day).share(task) == pytest.approx(4 / (2 * 75))


def test_swapped_rows_do_not_pass(task):
    swapped = COUNTS[[1, 0, 2, 3, 4, 5]]
    with pytest.raises(AssertionError, match="peer, count, day 7: 13 where others have 14"):
        assert_equal("peer", answer(task, counts=swapped), answer(task))


def test_a_sampled_row_that_differs_does_not_pass(task):
    other = answer(task)
    other.rows["count"] = other.rows["count"].replace(5, 6)
    with pytest.raises(AssertionError, match="peer, count, consignment 4: 6 where others have 5"):
        assert_equal("peer", other, answer(task))


@pytest.mark.parametrize(("error", "passes"), [(1e-14, True), (1e-11, False)])
def test_rates_may_differ_by_rounding_only(task, error, passes):
    off = answer(task, rates=RATES * (1 + error))
    if passes:
        assert assert_equal("peer", off, answer(task)) == (4, 6)
    else:
        with pytest.raises(AssertionError, match="rate"):
            assert_equal("peer", off, answer(task))


def test_counts_must_be_whole_numbers(task):
    with pytest.raises(AssertionError, match="float64 where others have int64"):
        assert_equal("peer", answer(task, counts=COUNTS.astype(float)), answer(task))


def test_what_only_one_has_is_not_counted(task):
    part = Answer.of([Piece(pd.DataFrame({"count": [14]}, index=[7]), pd.DataFrame({"other": [1]}, index=[0]))])
    assert assert_equal("peer", part, answer(task)) == (1, 0)


def whole(task, names=None, numbers=NUMBERS):
    """All columns, or these, of these consignments."""
    part = np.isin(NUMBERS, numbers)
    return Answer.of([piece_of(task, NUMBERS[part], DAYS[part], dict.fromkeys(names or columns(), COUNTS[part]))])


def test_who_says_that_it_is_done_has_answered_everything(task):
    assert_whole("peer", whole(task), whole(task), task)
    with pytest.raises(AssertionError, match=r"peer says that it is done, but answered 20\.0% of days and columns"):
        assert_whole("peer", whole(task, list(columns())[:15]), whole(task), task)
    with pytest.raises(AssertionError, match="_30d: 2 sampled rows where others have 3"):
        assert_whole("peer", whole(task, numbers=[0, 1, 3, 4]), whole(task), task)


@given(st.lists(st.tuples(st.integers(0, 500), st.booleans()), min_size=1, max_size=50))
def test_overall_shares_equal_a_look_at_every_event(events):
    days, hits = (np.array(column) for column in zip(*sorted(events), strict=True))
    found = overall_shares(days.astype(np.int32), hits.astype(np.int8), days.astype(np.int32))
    for window, shares in found.items():
        expected = [hits[(days > day - window) & (days <= day)].mean() for day in days]
        assert shares.tolist() == expected
