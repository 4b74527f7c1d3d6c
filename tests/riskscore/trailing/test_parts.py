"""Balances in parts: what any number of days added reads as one, in memory and from files that are merged in time."""

from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from riskscore.trailing import Balances, Book
from riskscore.trailing.errand import FOREVER
from riskscore.trailing.kernel import FIRST, SEEN
from riskscore.trailing.parts import first_to_merge, keep_parts

TOTALS = 2
PARTS = st.lists(st.dictionaries(st.integers(2, 40), st.integers(1, 9), max_size=12), max_size=8)


def part(balances: dict[int, int]) -> Balances:
    keys = np.array(sorted(balances), dtype=np.uint64)
    rows = np.array([[balances[int(key)]] * (SEEN + TOTALS) for key in keys], dtype=np.int64)
    return Balances(keys, rows.reshape(len(keys), SEEN + TOTALS))


def book(parts: list[dict[int, int]]) -> Book:
    found = Book(TOTALS)
    for balances in parts:
        found = found.followed_by(part(balances))
    return found


def said(balances: Balances) -> dict[int, int]:
    assert (balances.rows == balances.rows[:, :1]).all()
    assert (balances.keys[1:] > balances.keys[:-1]).all()
    return dict(zip(balances.keys.tolist(), balances.rows[:, 0].tolist(), strict=True))


def newest(parts: list[dict[int, int]]) -> dict[int, int]:
    return {key: value for balances in parts for key, value in balances.items()}


@given(PARTS, st.lists(st.integers(0, 45)))
def test_an_entity_stands_as_its_newest_part_says(parts: list[dict[int, int]], keys: list[int]) -> None:
    assert said(book(parts).whole()) == newest(parts)
    expected = {key: value for key, value in newest(parts).items() if key in keys}
    assert said(book(parts).among(np.array(keys, dtype=np.uint64))) == expected


@given(parts=PARTS, rows_at_once=st.integers(1, 5), small=st.integers(0, 9))
def test_kept_day_by_day_it_reads_the_same(parts: list[dict[int, int]], rows_at_once: int, small: int) -> None:
    with pytest.MonkeyPatch.context() as patch, TemporaryDirectory() as folder:
        patch.setattr("riskscore.trailing.parts.ROWS_AT_ONCE", rows_at_once)
        patch.setattr("riskscore.trailing.parts.SMALL", small)
        kept = Book(TOTALS)
        for balances in parts:
            kept = keep_parts(Path(folder), kept.followed_by(part(balances)))
            sizes = [len(one) for one in kept.parts]
            assert all(elder >= 2 * younger for elder, younger in pairwise(sizes))
        assert said(kept.whole()) == newest(parts)


def test_what_no_day_touched_is_not_written_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("riskscore.trailing.parts.SMALL", 0)
    elder = keep_parts(tmp_path, book([dict.fromkeys(range(2, 40), 1)]))
    names = {file.name for file in tmp_path.iterdir()}
    kept = keep_parts(tmp_path, elder.followed_by(part({3: 2, 50: 1})))
    assert [one.name for one in kept.parts][:1] == [one.name for one in elder.parts]
    assert names < {file.name for file in tmp_path.iterdir()}
    assert len(kept.parts[1]) == 2


@given(st.lists(st.integers(1, 10**6), max_size=12))
def test_parts_are_few(sizes: list[int]) -> None:
    first = first_to_merge(sizes)
    left = [*sizes[:first], sum(sizes[first:])] if sizes else []
    assert first == 0 or left[first - 1] >= 2 * left[first]


def test_an_entity_never_seen_is_left_out() -> None:
    unseen = part({5: 1})
    unseen.rows[0, FIRST] = FOREVER
    assert book([]).followed_by(unseen).parts == ()
