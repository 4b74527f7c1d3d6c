"""One day, step by step in one process, as `riskscore run` runs it: what it took, and what lay behind it."""

import json
import resource
import shutil
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any, TypeVar
from unittest.mock import patch

import numpy as np
import pandas as pd

from benchmarks.daily_run.with_pandas import trailing_by_pandas
from benchmarks.daily_run.world import KEYS, last_day, linked, with_past
from features.containers import KEY
from riskscore import steps
from riskscore.contracts import check_deliveries
from riskscore.settings import Settings
from riskscore.steps.processes import processes
from riskscore.steps.standing import write_metrics
from riskscore.steps.telling import told
from riskscore.steps.workspace import open_workspace

FEATURES = "container_features"
THIS_PROCESS, FORGET_PEAK = Path("/proc/self"), "5"
"""What Linux tells of a process, and what it is told there to forget its peak (its manual, proc_pid_clear_refs)."""
Step = Callable[[Settings, date], object]
Made = TypeVar("Made")
STEPS: dict[str, Step] = {
    "land, take in": lambda settings, day: taken_in(settings.model_copy(update={"jobs": 1}), day),
    "features of containers": lambda settings, day: steps.build_features(settings, [day], "container"),
    "score": steps.score_day,
    "queues": steps.fill_queues,
    "metrics": lambda settings, _: write_metrics(settings),
}


def taken_in(settings: Settings, day: date) -> None:
    """Take in what a day brought."""
    steps.take_in(settings, steps.land(settings, day))


@dataclass(frozen=True)
class Cost:
    """What a step took: seconds by the clock and of the processors, and gigabytes at the most."""

    wall: float
    cpu: float
    peak: float
    checks: float = 0.0
    """Of the processors' seconds, those that holding deliveries to their contracts took."""


@told
def steps_measured(settings: Settings, day: date, began: float) -> dict[str, Cost]:
    """Run all steps of a day here and return what each took, Python's start and imports since `began` first.

    Metrics are written when all of the steps are done.
    """
    start = Cost(time.time() - began, _cpu(), peak())
    return {"start": start} | {step: measured(step, settings, day) for step in STEPS}


def measured(step: str, settings: Settings, day: date) -> Cost:
    """Run a step here and return what it took; what it peaked at counts what the steps before left."""
    checks = Watched(check_deliveries)
    THIS_PROCESS.joinpath("clear_refs").write_text(FORGET_PEAK)
    wall, cpu = time.perf_counter(), _cpu()
    with patch("riskscore.steps.intake.check_deliveries", checks):
        STEPS[step](settings, day)
    return Cost(time.perf_counter() - wall, _cpu() - cpu, peak(), checks.seconds)


def peak() -> float:
    """Return the most gigabytes of memory that this process had since its peak was forgotten."""
    status = dict(line.split(":", 1) for line in THIS_PROCESS.joinpath("status").read_text().splitlines())
    return int(status["VmHWM"].removesuffix("kB")) / 2**20


@dataclass
class Watched:
    """Calls a function and adds up the processors' seconds that this process spent in it."""

    called: Callable[..., Any]
    seconds: float = 0.0

    def __call__(self, *given: Any, **named: Any) -> Any:
        """Call it."""
        began = time.process_time()
        try:
            return self.called(*given, **named)
        finally:
            self.seconds += time.process_time() - began


@dataclass(frozen=True)
class Behind:
    """What a day rests on: rows of facts, rows of balances, and the gigabytes of lake and states."""

    facts: int
    balances: int
    lake: float
    states: float


@dataclass(frozen=True)
class Day:
    """A day of so many containers, so many days after the first fact."""

    containers: int
    history: int
    behind: Behind
    steps: Mapping[str, Cost]
    by_pandas: Cost | None = None
    """What its trailing features alone took pandas, from the whole history."""

    @property
    def whole(self) -> Cost:
        """What all steps took, one after the other."""
        costs = self.steps.values()
        wall, cpu, checks = (sum(getattr(one, name) for one in costs) for name in ("wall", "cpu", "checks"))
        return Cost(wall, cpu, max(one.peak for one in costs), checks)


@dataclass(frozen=True)
class Home:
    """A home whose last day is to be run."""

    folder: Path
    containers: int
    history: int

    def run(self, *, beside: bool = False) -> Day:
        """Run the last day in a copy that is removed afterwards; with `beside`, let pandas do its features, too."""
        spec, home = with_past(self.folder, self.containers, self.history)
        settings = Settings(home=home.with_name(f"{home.name}-day"))
        shutil.rmtree(settings.home, ignore_errors=True)
        linked(home, settings.home)
        costs = _aside(steps_measured, settings, last_day(spec), time.time())
        by_pandas = _aside(features_by_pandas, settings, last_day(spec)) if beside else None
        found = Day(self.containers, self.history, behind(settings), costs, by_pandas)
        shutil.rmtree(settings.home)
        return found


def days_in_turn(homes: Sequence[Home], times: int = 1, *, beside: bool = False) -> list[Day]:
    """Run the last day of every home, round by round: a machine that grows busy or slow does so for all of them.

    Of so many runs the one counts that took the least of the processors. With `beside`, pandas does the day with the
    most behind it as often, and of its runs, too, the one counts that took the least.
    """
    most = max(homes, key=lambda home: home.containers * home.history)
    runs: dict[Home, list[Day]] = {home: [] for home in homes}
    for number in range(times):
        for home in homes:
            runs[home].append(home.run(beside=beside and home == most))
            print(f"{number + 1} of {times}: {home.containers}, {home.history} days", file=sys.stderr, flush=True)
    return [cheapest(runs[home]) for home in homes]


def cheapest(runs: Sequence[Day]) -> Day:
    """Return the run of a day that took the least of the processors, beside the run of pandas that did."""
    by_pandas = [run.by_pandas for run in runs if run.by_pandas]
    least = min(by_pandas, key=lambda cost: cost.cpu, default=None)
    return replace(min(runs, key=lambda run: run.whole.cpu), by_pandas=least)


def features_by_pandas(settings: Settings, day: date) -> Cost:
    """Return what the trailing features of a day's containers take pandas; raise AssertionError if they are others."""
    cpu = _cpu()
    seconds, found = trailing_by_pandas(settings, day)
    cost = Cost(seconds, _cpu() - cpu, peak())
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


def _cpu() -> float:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)
