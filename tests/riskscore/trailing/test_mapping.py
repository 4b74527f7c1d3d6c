"""Arrays in files are the arrays that were written, whatever the system is told of them."""

from pathlib import Path

import numpy as np
import pytest

from riskscore.trailing.entries import Journal, Segment
from riskscore.trailing.mapping import ask_for_rows, mapped, mapped_here_and_there
from tests.on_disk import LARGE, comes_whole, leave_on_disk

ROWS = np.arange(60_000, dtype=np.int64).reshape(20_000, 3)
SMAPS = Path("/proc/self/smaps")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    np.save(tmp_path / "rows.npy", ROWS)
    return tmp_path / "rows.npy"


@pytest.mark.parametrize("how", [mapped, mapped_here_and_there])
def test_what_is_written_to_a_mapped_array_stays_in_memory(file, how):
    array = how(file)
    np.testing.assert_array_equal(array, ROWS)
    array[5] = -1
    np.testing.assert_array_equal(np.load(file), ROWS)


@pytest.mark.skipif(not SMAPS.exists(), reason="only Linux tells what a mapping was advised")
@pytest.mark.parametrize(("how", "expected"), [(mapped, False), (mapped_here_and_there, True)])
def test_the_system_is_told_that_few_rows_are_looked_at(file, how, expected):
    array = how(file)
    _, _, after = SMAPS.read_text().partition(str(file))
    flags = next(line for line in after.splitlines() if line.startswith("VmFlags"))
    assert ("rr" in flags.split()) is expected
    assert array[0, 0] == 0


@pytest.mark.parametrize(("first", "last"), [(0, 20_000), (1, 2), (19_999, 20_000), (7, 7), (9, 3)])
def test_asking_for_rows_changes_none(file, first, last):
    array = mapped_here_and_there(file)
    for one in (array, array[100:], np.asarray(array), ROWS):
        ask_for_rows(one, first, min(last, len(one)))
    np.testing.assert_array_equal(array, ROWS)


def test_all_rows_that_are_asked_for_are_brought(tmp_path):
    file = tmp_path / "rows.npy"
    np.save(file, np.zeros((LARGE // 24, 3), dtype=np.int64))
    leave_on_disk(file)
    array = mapped_here_and_there(file)
    ask_for_rows(array, 0, len(array))
    assert comes_whole(file)


def test_an_array_without_rows_is_mapped(tmp_path):
    np.save(tmp_path / "none.npy", ROWS[:0])
    array = mapped_here_and_there(tmp_path / "none.npy")
    ask_for_rows(array, 0, 0)
    assert array.shape == (0, 3)


@pytest.mark.parametrize("days", [[3], [3, 3, 4, 9, 9], list(range(0, 4_000, 2))])
def test_a_mapped_segment_hands_out_the_entries_of_one_in_memory(tmp_path, days):
    event_on = np.array(days, dtype=np.int32)
    keys, amounts = {"by": np.arange(len(days), dtype=np.uint64)}, (np.arange(len(days), dtype=np.int64),)
    journal = Journal(event_on, event_on + 1, keys, amounts)
    here = Segment.of("here", journal)
    np.save(tmp_path / "rows.npy", here.rows)
    there = Segment("there", here.entities, mapped_here_and_there(tmp_path / "rows.npy"))
    for first, last in [(-9, -1), (0, 2), (3, 3), (4, 8), (5, 7), (0, 9_999), (9, 9), (3_990, 4_010), (5_000, 6_000)]:
        expected = (event_on >= first) & (event_on <= last)
        for segment in (here, there):
            found = segment.between(first, last)
            np.testing.assert_array_equal(found.event_on, event_on[expected])
            np.testing.assert_array_equal(found.known_on, event_on[expected] + 1)
            np.testing.assert_array_equal(found.keys["by"], keys["by"][expected])
            np.testing.assert_array_equal(found.amounts[0], amounts[0][expected])
