"""One day of the small world on PostgreSQL, killed at the points it is told, each task run again until it ends."""

import json
import os
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from multiprocessing.process import BaseProcess
from pathlib import Path
from signal import SIGCONT, SIGKILL, SIGSTOP
from time import sleep
from uuid import uuid4

from riskscore.settings import Settings
from tests.crash.calls import COMMITTED, WRITE
from tests.crash.points import Point
from tests.crash.scheduler import start_scheduler, started
from tests.crash.worker import (
    LONGEST_SECONDS,
    STALE,
    SURROUNDINGS,
    TASKS,
    Trigger,
    kill,
    reached,
    start,
    until,
)
from tests.postgres import Postgres

ATTEMPTS = 4
"""A task that nobody kills may end badly so often less one: something from before may still overtake it."""
SURE_SHARE = 0.9
"""A task takes a little more or less each time: later instants would often come too late."""
Costs = Mapping[str, Mapping[str, float]]
"""Task -> what it takes when nobody kills it: processor's seconds, and calls of each kind."""


class CrashProofError(Exception):
    """A killed day did not end as it must."""


@dataclass
class Day:
    """A day that is under way."""

    settings: Settings
    server: Postgres
    folder: Path
    """Where workers and schedulers leave how they ended."""
    costs: Costs
    is_done: bool = False
    """Whether the last worker of the task that is under way ended well."""
    struck: Counter[Point] = field(default_factory=Counter)
    starts: int = 0
    """Of workers."""
    fenced: int = 0
    """Workers that were overtaken and published nothing more."""
    told_of_loss: int = 0
    """Workers that said that the database was lost."""

    def run(self, points: Sequence[Point]) -> None:
        """Run every task, killed at its points, to its end."""
        for task in TASKS:
            self.is_done = False
            for point in (one for one in points if one.task == task):
                strike = STRIKES[point.kind]
                self.struck[point] += strike(self, point) or strike(self, point)  # too late once: it is known how long
            self.finish(task)

    def finish(self, task: str) -> None:
        """Start a task until it ends well."""
        for _ in range(ATTEMPTS):
            if self.is_done:
                return
            process = self.begin(task)
            process.join(LONGEST_SECONDS)
            self.ended(process, task)
        if not self.is_done:
            raise CrashProofError(f"{task} does not end well in {ATTEMPTS} attempts that nobody disturbs")

    def begin(self, task: str, trigger: Trigger | None = None) -> BaseProcess:
        """Start a worker."""
        self.starts += 1
        return start(self.settings, task, trigger, told=self.folder)

    def ended(self, process: BaseProcess, task: str) -> int:
        """Return how a worker ended; raise CrashProofError unless it ended well, was killed, or said why."""
        code = process.exitcode
        self.count(code)
        self.is_done = code == 0
        if self.is_done:
            self.costs = {**self.costs, task: self.told(process.pid or 0)}  # what is done already takes less
        if code not in {0, -SIGKILL, STALE, SURROUNDINGS}:
            raise CrashProofError(f"{task} left with {code}: it was to end, to be overtaken, or to miss its database")
        return code

    def count(self, code: object) -> None:
        """Count a worker that was overtaken, or lost the database."""
        self.fenced += code == STALE
        self.told_of_loss += code == SURROUNDINGS

    def told(self, pid: int, folder: Path | None = None) -> Mapping[str, float]:
        """Return what a worker that ended by itself told of it; nothing of one that was killed."""
        file = (folder or self.folder) / f"{pid}.json"
        return json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}

    def number_of(self, point: Point, kind: str) -> int:
        """Return the call at which to strike."""
        return 1 + int(point.share * self.costs[point.task][kind])

    def instant_of(self, point: Point) -> float:
        """Return after how many of the processor's seconds to strike."""
        return SURE_SHARE * point.share * self.costs[point.task]["seconds"]


def strike_worker(day: Day, point: Point) -> bool:
    """Kill the worker; return whether it was still there."""
    if point.is_at_call:
        kind = COMMITTED if point.kind == "report" else WRITE
        process = day.begin(point.task, Trigger(kind, day.number_of(point, kind)))
    else:
        process = day.begin(point.task)
        if reached(process.pid or 0, day.instant_of(point)):
            kill(process.pid or 0)
    process.join(LONGEST_SECONDS)
    return day.ended(process, point.task) == -SIGKILL


def strike_postgres(day: Day, point: Point) -> bool:
    """Kill PostgreSQL under a worker, which ends well or says what it lost; return whether it was there."""
    trigger = Trigger(WRITE, day.number_of(point, WRITE), SIGSTOP) if point.is_at_call else None
    process = day.begin(point.task, trigger)
    pid = process.pid or 0
    is_there = until(pid, "T") == "T" if trigger else reached(pid, day.instant_of(point))
    if is_there:
        day.server.kill()
        if point.variant.endswith("at once"):
            day.server.start()
        if trigger:
            os.kill(pid, SIGCONT)
    process.join(LONGEST_SECONDS)
    if is_there and not point.variant.endswith("at once"):
        day.server.start()
    day.ended(process, point.task)
    return is_there


def strike_scheduler(day: Day, point: Point) -> bool:
    """Kill the scheduler, its task with it or not, and start another; return whether the task was under way."""
    first, second = (day.folder / uuid4().hex for _ in range(2))
    scheduler = start_scheduler(day.settings, [point.task], first)
    while not (workers := started(first)):
        if not scheduler.is_alive():
            raise CrashProofError(f"a scheduler of {point.task} left with {scheduler.exitcode} and started nothing")
        sleep(0.01)
    task, pid = workers[0]
    is_there = reached(pid, day.instant_of(point))
    kill(scheduler.pid or 0)
    if "dies too" in point.variant:
        kill(pid)
    tasks = list(TASKS)[: list(TASKS).index(task) + 1] if "day again" in point.variant else [task]
    again = start_scheduler(day.settings, tasks, second)
    again.join(LONGEST_SECONDS)
    until(pid, "")
    _account(day, [(pid, first), *((one, second) for _, one in started(second))])
    if again.exitcode:
        raise CrashProofError(f"the scheduler after the killed one left with {again.exitcode}")
    day.is_done = True
    return is_there


def _account(day: Day, workers: Sequence[tuple[int, Path]]) -> None:
    """Count workers that schedulers started; raise CrashProofError where one failed otherwise than it may."""
    for pid, journal in workers:
        code = day.told(pid, journal).get("code", -SIGKILL)
        day.starts += 1
        day.count(code)
        if code not in {0, -SIGKILL, STALE, SURROUNDINGS}:
            raise CrashProofError(f"a worker of a scheduler left with {code}")


STRIKES: Mapping[str, Callable[[Day, Point], bool]] = {
    "worker": strike_worker,
    "postgres": strike_postgres,
    "report": strike_worker,
    "scheduler": strike_scheduler,
}
