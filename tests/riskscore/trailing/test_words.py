"""Amounts in words: whatever they are, the same come out again."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from riskscore.crew import ALONE
from riskscore.trailing import kernel
from riskscore.trailing.words import BITS, Bounds, Words, fields_of


@st.composite
def tables(draw):
    """Return the days an event happened and became known, and amounts, as columns of as many rows, all narrow."""
    rows, kinds = draw(st.integers(0, 8)), st.sampled_from([np.int8, np.int32, np.int64])
    numbers = {kind: st.one_of(st.integers(-3, 3), extremes(kind)) for kind in (np.int8, np.int32, np.int64)}
    return [
        np.array(draw(st.lists(numbers[kind], min_size=rows, max_size=rows)), dtype=kind)
        for kind in (np.int32, np.int32, *draw(st.lists(kinds, min_size=1, max_size=6)))
    ]


def extremes(kind):
    """Return any number of a width, its first and last often."""
    ends = np.iinfo(kind)
    return st.one_of(st.integers(ends.min, ends.max), st.sampled_from([ends.min, ends.max]))


@given(tables())
def test_what_goes_into_words_comes_out_of_them(table):
    events, known, *amounts = table

    def columns(order):
        later = known.astype(np.int64) - events
        return [column[order.written] for column in (events, later, *amounts)]

    rows = len(events)
    words = Words.of(columns, Bounds.of(columns, rows, ALONE), rows, ALONE)
    packed = np.hstack([np.zeros((rows, kernel.WORDS), dtype=np.int64), words.rows])
    event, later, *fields = words.fields
    codes = np.arange(rows, dtype=np.int32)
    found = kernel.unpack_entries(packed, codes, kernel.Fields(event, later, tuple(fields)))
    np.testing.assert_array_equal(found.codes, codes)
    np.testing.assert_array_equal(found.events, events)
    np.testing.assert_array_equal(found.known, known)
    np.testing.assert_array_equal(found.amounts, np.stack(amounts, axis=1))


@given(st.lists(st.integers(1, BITS), min_size=1, max_size=20))
def test_fields_share_words_and_no_bit(bits):
    fields = list(fields_of(bits))
    taken = [(one.column, bit) for one in fields for bit in range(one.right - one.left, BITS - one.left)]
    assert [BITS - one.right for one in fields] == bits
    assert len(set(taken)) == len(taken) == sum(bits)
    in_word = {column: sum(1 for where, _ in taken if where == column) for column, _ in taken}
    first = {one.column: BITS - one.right for one in reversed(fields)}
    assert all(in_word[word] + first[word + 1] > BITS for word in in_word if word + 1 in first)


def test_bounds_hold_nothing_and_both_signs():
    def columns(order):
        return [np.array([-4, 7, -1], dtype=np.int8)[order.written], np.zeros(3, dtype=np.int64)[order.written]]

    assert Bounds.of(columns, 0, ALONE) == [Bounds(0, 0), Bounds(0, 0)]
    bounds = Bounds.of(columns, 3, ALONE)
    assert bounds == [Bounds(-4, 7), Bounds(0, 0)]
    assert [one.bits for one in bounds] == [4, 1]
    assert [one.furthest for one in bounds] == [7, 0]
