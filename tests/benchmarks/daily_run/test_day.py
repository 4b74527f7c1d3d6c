"""A home is left on the disk before its day is run."""

import os
from pathlib import Path

from benchmarks.daily_run.day import leave_on_disk
from tests.on_disk import LARGE, comes_whole, share_in_memory
from tests.on_disk import leave_on_disk as left_by_test


def test_what_was_read_is_forgotten(tmp_path: Path) -> None:
    file, copy = tmp_path / "file", tmp_path / "copy" / "below"
    file.write_bytes(bytes(LARGE))
    left_by_test(file)  # or skipped: a system that never forgets has nothing to be tested
    copy.mkdir(parents=True)
    os.link(file, copy / "linked")
    file.read_bytes()
    assert comes_whole(file)
    leave_on_disk(copy.parent)
    assert share_in_memory(file) == 0
