"""Amounts in words: whatever they are, the same come out again."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from riskscore.crew import ALONE
from riskscore.trailing import kernel
from riskscore.trailing.words import BITS, Bounds, Words, fields_of

LOWEST, HIGHEST = -(2**63), 2**63 - 1
ANY = st.one_of(st.integers(-3, 3), st.integers(LOWEST, HIGHEST), st.sampled_from([LOWEST, HIGHEST]))


@st.composite
def tables(draw):
    """Return amounts, shape (entries, amounts), and which are chosen, in any order."""
    columns = draw(st.integers(1, 6))
    rows = draw(st.lists(st.lists(ANY, min_size=columns, max_size=columns), max_size=8))
    chosen = draw(st.lists(st.integers(0, columns - 1), unique=True))
    return np.array(rows, dtype=np.int64).reshape(-1, columns), tuple(chosen)


def packed(words):
    """Return packed entries with these words."""
    return np.hstack([np.zeros((len(words.rows), kernel.AMOUNTS), dtype=np.int64), words.rows])


@given(tables())
def test_what_goes_into_words_comes_out_of_them(table):
    amounts, chosen = table
    words = Words.of(amounts, chosen, Bounds.of(amounts, ALONE), ALONE)
    found = kernel.amounts_of(packed(words), words.fields)
    np.testing.assert_array_equal(found[:, : len(chosen)], amounts[:, list(chosen)])


def test_where_nothing_is_chosen_there_is_one_word_of_nothing():
    words = Words.of(np.ones((3, 2), dtype=np.int64), (), Bounds((0, 0), (1, 1)), ALONE)
    assert words.rows.tolist() == [[0], [0], [0]]
    assert kernel.amounts_of(packed(words), words.fields).tolist() == [[0], [0], [0]]


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
    assert Bounds.of(np.zeros((0, 2), dtype=np.int64), ALONE) == Bounds((0, 0), (0, 0))
    bounds = Bounds.of(np.array([[1, -4], [7, -1]], dtype=np.int64), ALONE)
    assert bounds == Bounds((0, -4), (7, 0))
    assert [bounds.bits(0), bounds.bits(1)] == [4, 3]
    assert bounds.furthest == 7.0
