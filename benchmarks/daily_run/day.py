"""Days of many sizes and histories: each run in a process of its own, in turn, and what lay behind it."""

import json
import os
import shutil
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TypeVar

import numpy as np
import pandas as pd

from benchmarks.daily_run.measured import Cost, cpu_seconds, gigabytes_read, peak, steps_measured
from benchmarks.daily_run.with_pandas import trailing_by_pandas
from benchmarks.daily_run.world import KEYS, last_day, linked, with_past
from features.containers import KEY
from riskscore.settings import Settings
from riskscore.steps.processes import processes
from riskscore.steps.workspace import open_workspace

FEATURES = "container_features"
SUMMED = ("wall", "cpu", "read", "checks")
"""What the steps of a day took together is the sum of what each took."""
PAIRS = 3
"""Last runs of a day that pandas does the features of, too: what decides is the middle of them."""
Made = TypeVar("Made")


@dataclass(frozen=True)
class Behind:
    """What a day rests on: rows of facts, rows of balances, and the gigabytes of lake and states."""

    facts: int
    balances: int
    lake: float
    states: float


@dataclass(frozen=True)
class Beside:
    """One run of a day, and what its trailing features alone took pandas right after it, from the whole history."""

    day: Cost
    pandas: Cost

    @property
    def times(self) -> float:
        """By the clock, how often the whole day fits into what pandas takes."""
        return self.pandas.wall / self.day.wall


@dataclass(frozen=True)
class Day:
    """A day of so many containers, so many days after the first fact."""

    containers: int
    history: int
    behind: Behind
    steps: Mapping[str, Cost]
    beside: tuple[Beside, ...] = ()

    @property
    def whole(self) -> Cost:
        """What all steps took, one after the other."""
        costs = self.steps.values()
        wall, cpu, read, checks = (sum(getattr(one, name) for one in costs) for name in SUMMED)
        return Cost(wall, cpu, max(one.peak for one in costs), read, checks)


@dataclass(frozen=True)
class Home:
    """A home whose last day is to be run."""

    folder: Path
    containers: int
    history: int

    def run(self, *, beside: bool = False) -> Day:
        """Run the last day in a copy that is removed afterwards; with `beside`, let pandas do its features, too.

        Both find the home on the disk, as a day does that is run once a day.
        """
        spec, home = with_past(self.folder, self.containers, self.history)
        settings = Settings(home=home.with_name(f"{home.name}-day"))
        shutil.rmtree(settings.home, ignore_errors=True)
        linked(home, settings.home)
        leave_on_disk(settings.home)
        costs = _aside(steps_measured, settings, last_day(spec), time.time())
        found = Day(self.containers, self.history, behind(settings), costs)
        if beside:
            leave_on_disk(settings.home)
            pandas = _aside(features_by_pandas, settings, last_day(spec))
            found = replace(found, beside=(Beside(found.whole, pandas),))
        shutil.rmtree(settings.home)
        return found


def days_in_turn(homes: Sequence[Home], times: int = 1, *, beside: bool = False) -> list[Day]:
    """Run the last day of every home, round by round: a machine that grows busy or slow does so for all of them.

    Of so many runs the one counts, step by step, that took the least of the processors. With `beside`, pandas does the
    day with the most behind it, too, in each of the last rounds, right after that run of it.
    """
    most = max(homes, key=lambda home: home.containers * home.history)
    runs: dict[Home, list[Day]] = {home: [] for home in homes}
    for number in range(1, times + 1):
        for home in homes:
            runs[home].append(home.run(beside=beside and home == most and number > times - PAIRS))
            print(f"{number} of {times}: {home.containers}, {home.history} days", file=sys.stderr, flush=True)
    return [cheapest(runs[home]) for home in homes]


def cheapest(runs: Sequence[Day]) -> Day:
    """Return a day with of each step the run that took the least of the processors, and all that ran beside any."""
    last, beside = runs[-1], tuple(pair for run in runs for pair in run.beside)
    steps = {step: min((run.steps[step] for run in runs), key=_cpu) for step in last.steps}
    return replace(last, steps=steps, beside=beside)


def _cpu(cost: Cost) -> float:
    return cost.cpu


def leave_on_disk(folder: Path) -> None:
    """Have the system forget what it has in memory of the files below a folder."""
    os.sync()  # what is not written yet is not forgotten
    for path in (path for path in folder.rglob("*") if path.is_file()):
        with path.open("rb") as file:
            os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


def features_by_pandas(settings: Settings, day: date) -> Cost:
    """Return what the trailing features of a day's containers take pandas; raise AssertionError if they are others."""
    cpu, before = cpu_seconds(), gigabytes_read()
    seconds, found = trailing_by_pandas(settings, day)
    cost = Cost(seconds, cpu_seconds() - cpu, peak(), gigabytes_read() - before)
    kept = open_workspace(settings).lake.read(FEATURES, since=day, until=day, columns=list(found.columns))
    found, kept = (rows.sort_values(list(KEY), ignore_index=True) for rows in (found, kept))
    pd.testing.assert_frame_equal(found, kept, check_dtype=False, check_exact=True)
    return cost


def _aside(function: Callable[..., Made], *given: object) -> Made:
    with processes(1) as aside:
        return aside.submit(function, *given).result()


def behind(settings: Settings) -> Behind:
    """Look at a home."""
    lake = open_workspace(settings).lake
    facts = sum(sum(lake.row_counts(table).values()) for table in KEYS)
    return Behind(facts, balances(settings.states), gigabytes(settings.home / "lake"), gigabytes(settings.states))


def balances(states: Path) -> int:
    """Return how many rows of balances the newest state of every grain holds."""
    rows = 0
    for entries in states.glob("*/entries"):
        newest = max(entries.parent.glob("*/state.json"), key=lambda manifest: int(manifest.parent.name))
        manifest = json.loads(newest.read_text(encoding="utf-8"))
        names = {name for one in manifest["balances"] for name in one["parts"]}
        rows += sum(len(np.load(entries / f"{name}-keys.npy", mmap_mode="r")) for name in names)
    return rows


def gigabytes(folder: Path) -> float:
    """Return the size of all files below a folder."""
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file()) / 1e9
