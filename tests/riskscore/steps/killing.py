"""Run a step in a process of its own that is killed at a named place, by a signal it cannot catch."""

import os
import signal
from dataclasses import dataclass
from functools import wraps
from importlib import import_module
from multiprocessing import get_context
from typing import Any

from riskscore.settings import Settings
from tests.riskscore.steps.small_world import STEPS

PRELOADED = ["riskscore.steps.days", "riskscore.steps.exporting", "lightgbm", "great_expectations"]
"""Imported once by the process that forks the others off."""
LONGEST_SECONDS = 300


@dataclass(frozen=True)
class KillPoint:
    """At which function (module:name), the how-manieth time, before it runs or after."""

    place: str
    time: int = 1
    after: bool = False


def killed(settings: Settings, step: str, point: KillPoint) -> int | None:
    """Run a step of the live day, to be killed at `point`; return the exit code of its process, -9 where it was."""
    context = get_context("forkserver")
    context.set_forkserver_preload(PRELOADED)
    process = context.Process(target=_live_and_die, args=(settings, step, point))
    process.start()
    process.join(LONGEST_SECONDS)
    process.kill()
    return process.exitcode


def _live_and_die(settings: Settings, step: str, point: KillPoint) -> None:
    _arm(point)
    STEPS[step](settings)


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
            os.kill(os.getpid(), signal.SIGKILL)
        done = original(*args, **given)
        if times == point.time:
            os.kill(os.getpid(), signal.SIGKILL)
        return done

    setattr(owner, function, deadly)
