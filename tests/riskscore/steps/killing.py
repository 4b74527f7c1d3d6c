"""Run a step in a process of its own that is killed, or stopped, at a named place by a signal it cannot catch."""

import os
import re
import signal
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import wraps
from importlib import import_module
from multiprocessing import get_context
from multiprocessing.process import BaseProcess
from pathlib import Path
from time import sleep
from typing import Any

from riskscore import steps
from riskscore.errors import NotSetAsideError, StaleRunError
from riskscore.settings import Settings
from tests.riskscore.steps.small_world import LAST_LEARNED, STEPS

PRELOADED = ["riskscore.steps.days", "riskscore.steps.exporting", "lightgbm", "great_expectations"]
"""Imported once by the process that forks the others off."""
LONGEST_SECONDS = 300
STALE = 7
"""Exit code of a process whose run was overtaken."""
TOO_LATE = 8
"""Exit code of one that found its row put right."""
Step = str | Callable[[Settings], object]
MORE_STEPS: Mapping[str, Callable[[Settings], object]] = {
    **STEPS,
    "train_model": lambda settings: steps.train_model(settings, "container_risk", LAST_LEARNED),
    "monitor_day": lambda settings: steps.monitor_day(settings, LAST_LEARNED),
    "keep_house": lambda settings: steps.keep_house(settings, LAST_LEARNED),
}
"""The steps of the live day, and what else processes run."""


@dataclass(frozen=True)
class KillPoint:
    """At which function (module:name), the how-manieth time, before it runs or after."""

    place: str
    time: int = 1
    after: bool = False
    signal: int = signal.SIGKILL


def killed(settings: Settings, step: str, point: KillPoint) -> int | None:
    """Run a step of the live day, to be killed at `point`; return the exit code of its process, -9 where it was."""
    process = started(settings, step, point)
    process.join(LONGEST_SECONDS)
    process.kill()
    return process.exitcode


def started(settings: Settings, step: Step, point: KillPoint | None = None) -> BaseProcess:
    """Begin a step, of MORE_STEPS or a function, in a process of its own; where overtaken, it leaves with STALE."""
    context = get_context("forkserver")
    context.set_forkserver_preload(PRELOADED)
    process = context.Process(target=_live_and_die, args=(settings, step, point))
    process.start()
    return process


@contextmanager
def stopped(settings: Settings, step: Step, place: str, time: int = 1, *, after: bool = False) -> Iterator[BaseProcess]:
    """Run a step up to a place, or past it, where it stops as if its machine slept; at the end it is killed."""
    process = started(settings, step, KillPoint(place, time, after, signal.SIGSTOP))
    try:
        while _state(process.pid) != "T":
            assert process.is_alive(), f"{step} ended with {process.exitcode} and never came to {place}"
            sleep(0.02)
        yield process
    finally:
        process.kill()
        process.join()


def woken(process: BaseProcess) -> int | None:
    """Let a stopped process go on to its end; return its exit code."""
    os.kill(process.pid or 0, signal.SIGCONT)
    process.join(LONGEST_SECONDS)
    return process.exitcode


def is_kept_waiting(process: BaseProcess) -> bool:
    """Wait until a process waits for a lock file that another holds; False where it ended and never did."""
    while process.is_alive():
        if re.search(rf"-> FLOCK +ADVISORY +WRITE {process.pid} ", Path("/proc/locks").read_text(encoding="utf-8")):
            return True
        sleep(0.05)
    return False


def _state(pid: int | None) -> str:
    """Return the letter that Linux has for what a process is at."""
    return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(") ")[2][:1]


def _live_and_die(settings: Settings, step: Step, point: KillPoint | None) -> None:
    if point:
        _arm(point)
    try:
        (MORE_STEPS[step] if isinstance(step, str) else step)(settings)
    except StaleRunError:
        sys.exit(STALE)
    except NotSetAsideError:
        sys.exit(TOO_LATE)


def _arm(point: KillPoint) -> None:
    module, _, name = point.place.partition(":")
    *owners, function = name.split(".")
    owner: Any = import_module(module)
    for part in owners:
        owner = getattr(owner, part)
    original, times = getattr(owner, function), 0

    @wraps(original)
    def deadly(*args: Any, **given: Any) -> Any:
        nonlocal times
        times += 1
        if times == point.time and not point.after:
            os.kill(os.getpid(), point.signal)
        done = original(*args, **given)
        if times == point.time and point.after:
            os.kill(os.getpid(), point.signal)
        return done

    setattr(owner, function, deadly)
