"""Two processes at once on one table: both commits count, or the error says so."""

import subprocess
import sys
from datetime import date

import pandas as pd
import pyarrow as pa
import pytest
from deltalake.exceptions import CommitFailedError

from riskscore.store import Lake, TableSchema
from riskscore.store import lake as lake_module
from tests.conftest import fact

THING = TableSchema("thing", {"thing_id": pa.string(), "weight_kg": pa.float64()}, ("thing_id",))
DAY = date(2026, 1, 1)
ROUNDS = 8

REPLACE_MINE = """
import sys
from tests.riskscore.store.test_lake_concurrency import ROUNDS, THING, thing
from pathlib import Path
from riskscore.store import Lake, Place
import pandas as pd
address, secrets, who = sys.argv[1:]
lake = Lake(Place(address, Path(secrets) if secrets else None), [THING])
print("ready", flush=True)
sys.stdin.readline()
for number in range(ROUNDS):
    row = thing(who, number, weight_kg=2.0)
    lake.replace_deliveries("thing", pd.DataFrame([row]), [row["delivery_id"]])
    assert len(lake.read("thing")) == 2 * ROUNDS
"""


def thing(who, number, *, weight_kg):
    return {**fact(DAY, number, thing_id=f"{who}{number}", weight_kg=weight_kg), "delivery_id": f"{who}{number}"}


@pytest.fixture
def pause(monkeypatch):
    """Where the pauses between attempts are noted instead of waited for."""
    paused = []
    monkeypatch.setattr(lake_module.time, "sleep", paused.append)
    return paused


def test_two_processes_that_rewrite_one_file_both_succeed(place):
    """The deliveries of both lie in one file, so that each commit removes what the other is about to remove."""
    lake = Lake(place, [THING])
    before = [thing(who, number, weight_kg=1.0) for who in "ab" for number in range(ROUNDS)]
    lake.replace_deliveries("thing", pd.DataFrame(before), [row["delivery_id"] for row in before])
    command = [sys.executable, "-c", REPLACE_MINE, place.address, str(place.secrets or "")]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    both = [subprocess.Popen([*command, who], **pipes) for who in "ab"]
    for process in both:
        assert process.stdout.readline() == "ready\n"
    for process in both:
        process.stdin.write("go\n")
        process.stdin.flush()
    errors = [process.communicate(timeout=120)[1] for process in both]
    assert [process.returncode for process in both] == [0, 0], errors
    after = lake.read("thing")
    assert sorted(after["thing_id"]) == sorted(row["thing_id"] for row in before)
    assert set(after["weight_kg"]) == {2.0}


def test_a_commit_that_loses_a_race_is_made_again(pause):
    outcomes = iter([CommitFailedError("another process was first"), None])

    def commit():
        if outcome := next(outcomes):
            raise outcome

    lake_module.until_committed(commit)
    assert len(pause) == 1


def test_a_commit_that_always_loses_is_given_up(pause):
    def commit():
        raise CommitFailedError("another process was first")

    with pytest.raises(CommitFailedError):
        lake_module.until_committed(commit)
    assert len(pause) == lake_module.COMMIT_ATTEMPTS - 1
    assert max(pause) < lake_module.LONGEST_PAUSE
