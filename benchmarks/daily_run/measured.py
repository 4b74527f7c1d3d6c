"""The steps of a day, one after the other in this process, and what each took.

Nothing is imported here that `riskscore run` does not import: a process that measures a day starts as that does.
"""

import resource
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from riskscore.collecting import without_collecting

with without_collecting():  # as the command line does
    from riskscore import steps
    from riskscore.settings import Settings
    from riskscore.steps import intake
    from riskscore.steps.days import bring_in
    from riskscore.steps.standing import write_metrics
    from riskscore.steps.telling import told

THIS_PROCESS, FORGET_PEAK = Path("/proc/self"), "5"
"""What Linux tells of a process, and what it is told there to forget its peak (its manual, proc_pid_clear_refs)."""
BLOCK = 512
"""Bytes of which the system counts how many were read from a disk."""
OURS = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
"""This process and those it waited for."""
Step = Callable[[Settings, date], object]
STEPS: dict[str, Step] = {
    "land, take in": lambda settings, day: bring_in(in_this_process(settings), day),
    "features of containers": lambda settings, day: steps.build_features(settings, [day], "container"),
    "score": steps.score_day,
    "queues": steps.fill_queues,
    "metrics": lambda settings, _: write_metrics(settings),
}


def in_this_process(settings: Settings) -> Settings:
    """Return settings with which deliveries are taken in here, however many: what other processes do is not seen."""
    return settings.model_copy(update={"jobs": 1})


@dataclass(frozen=True)
class Cost:
    """What a step took: seconds by the clock and of the processors, and gigabytes of memory at the most."""

    wall: float
    cpu: float
    peak: float
    read: float = 0.0
    """Gigabytes that came from a disk, and not from memory where the system still had them."""
    checks: float = 0.0
    """Of the processors' seconds, those that holding deliveries to their contracts took."""


@told
def steps_measured(settings: Settings, day: date, began: float) -> dict[str, Cost]:
    """Run all steps of a day here and return what each took, Python's start and imports since `began` first.

    Metrics are written when all of the steps are done.
    """
    start = Cost(time.time() - began, cpu_seconds(), peak(), gigabytes_read())
    return {"start": start} | {step: measured(step, settings, day) for step in STEPS}


def measured(step: str, settings: Settings, day: date) -> Cost:
    """Run a step here and return what it took; what it peaked at counts what the steps before left."""
    check_deliveries = intake.check_deliveries
    checks = Watched(check_deliveries)
    THIS_PROCESS.joinpath("clear_refs").write_text(FORGET_PEAK)
    wall, cpu, before = time.perf_counter(), cpu_seconds(), gigabytes_read()
    vars(intake)["check_deliveries"] = checks
    try:
        STEPS[step](settings, day)
    finally:
        vars(intake)["check_deliveries"] = check_deliveries
    return Cost(time.perf_counter() - wall, cpu_seconds() - cpu, peak(), gigabytes_read() - before, checks.seconds)


def peak() -> float:
    """Return the most gigabytes of memory that this process had since its peak was forgotten."""
    status = dict(line.split(":", 1) for line in THIS_PROCESS.joinpath("status").read_text().splitlines())
    return int(status["VmHWM"].removesuffix("kB")) / 2**20


def gigabytes_read() -> float:
    """Return the gigabytes that this process, and those it waited for, had from a disk."""
    return sum(resource.getrusage(who).ru_inblock for who in OURS) * BLOCK / 1e9


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


def cpu_seconds() -> float:
    """Return the seconds that this process and those it waited for had of the processors."""
    used = [resource.getrusage(who) for who in OURS]
    return sum(one.ru_utime + one.ru_stime for one in used)
