"""A home is left on the disk before its day is run."""

import os
from pathlib import Path

from benchmarks.daily_run.day import leave_on_disk
from tests.on_disk import file_on_disk, share_in_memory

__all__ = ["file_on_disk"]


def test_what_was_read_is_forgotten(file_on_disk: Path) -> None:
    (file_on_disk.parent / "below").mkdir()
    os.link(file_on_disk, file_on_disk.parent / "below" / "linked")
    file_on_disk.read_bytes()
    assert share_in_memory(file_on_disk) == 1
    leave_on_disk(file_on_disk.parent / "below")
    assert share_in_memory(file_on_disk) == 0
