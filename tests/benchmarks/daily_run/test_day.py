"""A home is left on the disk before its day is run, and all of the day is run where it is measured."""

import os
from datetime import date
from pathlib import Path

import pytest

from benchmarks.daily_run import measured
from benchmarks.daily_run.day import leave_on_disk
from riskscore.settings import Settings
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


def test_deliveries_are_taken_in_by_the_process_that_is_measured(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int] = []
    monkeypatch.setattr(measured, "bring_in", lambda settings, _: asked.append(settings.jobs))
    measured.STEPS["land, take in"](Settings(home=tmp_path, jobs=4), date(2026, 3, 20))
    assert asked == [1]
