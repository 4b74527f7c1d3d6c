"""Contestants in processes of their own: timed, stopped at the limit, or failed."""

import subprocess
import sys

import pytest

from benchmarks.trailing.contestants import Contestant
from benchmarks.trailing.race import race
from benchmarks.trailing.task import Task

SLOW = '''
import time
import pandas as pd
from benchmarks.trailing.task import Piece, columns

def half(task):
    """Answer the first of two days late, and then nothing for a long time."""
    time.sleep(0 if task.first == 0 else 2.6)
    yield Piece(pd.DataFrame({name: [1] for name in columns()}, index=[task.first]), pd.DataFrame())
    time.sleep(0 if task.first == 0 else 60)

def never(task):
    time.sleep(0 if task.first == 0 else 60)
    yield

def broken(task):
    raise ValueError("on purpose")
'''


@pytest.fixture
def raced(stream, tmp_path, monkeypatch):
    """Return a function that races a function of the module above."""
    (tmp_path / "slow_contestant.py").write_text(SLOW, encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))

    def run(function):
        warm_up, task = (Task(stream, first, first + 1, 2, threads=1, scratch=tmp_path) for first in (0, 10))
        return race(Contestant("slow", "slow_contestant", function), function, task, warm_up=warm_up, limit=5.0)

    return run


def test_what_stands_at_the_limit_is_extrapolated_by_its_share(raced):
    result = raced("half")
    assert (result.outcome, result.share) == ("stopped", 0.5)
    assert result.whole_seconds == 2 * result.seconds
    assert result.seconds >= 2.6
    assert result.peak_bytes > 2**20


def test_without_any_answer_there_is_nothing_to_extrapolate(raced):
    result = raced("never")
    assert (result.outcome, result.whole_seconds) == ("stopped", None)


def test_memory_is_really_used_and_given_back():
    """In a process of its own, whose children are no others than that one."""
    told = "import resource; print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)"
    code = f"from benchmarks.trailing.race import touch; touch(300 << 20); {told}"
    found = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert 300 <= int(found.stdout) >> 10 < 600


def test_one_that_breaks_is_told_apart_from_one_that_is_slow(raced):
    assert raced("broken").outcome == "failed"
