"""A worker: a process of its own that runs one task of the day, and may be told where to die."""

import contextlib
import json
import logging
import os
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.process import BaseProcess
from pathlib import Path
from signal import SIGKILL, Signals

from riskscore import steps
from riskscore.errors import RiskscoreError, StaleRunError, SurroundingsError
from riskscore.settings import Settings
from tests.crash.calls import Calls
from tests.riskscore.steps.small_world import DAY, STEPS

TASKS: Mapping[str, Callable[[Settings], object]] = {
    **STEPS,
    "train_model": lambda settings: steps.train_model(settings, "container_risk", DAY),
}
"""The tasks of the day, in order: its steps, then a model that learns from what is known by now."""
PROJECT = "CRASH_PROJECT"
"""The environment variable that says where the declarations lie: workers are forked off with these read."""
STALE, SURROUNDINGS, REFUSED = 7, 8, 9
"""Exit codes: a newer run overtook it; what it stands on failed; any other error of ours."""
SCHEDSTAT = 2
LONGEST_SECONDS = 300


@dataclass(frozen=True)
class Trigger:
    """At which call of a kind a worker gets a signal that it cannot catch, as it is about to make it."""

    kind: str
    number: int
    sends: Signals = SIGKILL


def start(settings: Settings, task: str, trigger: Trigger | None = None, *, told: Path) -> BaseProcess:
    """Begin a task in a process forked off one that has imported everything; the folder `told` gets what it counted."""
    os.environ[PROJECT] = str(settings.project_dir)
    context = get_context("forkserver")
    context.set_forkserver_preload(["tests.crash.preloaded"])
    process = context.Process(target=work, args=(settings, task, trigger, told))
    process.start()
    return process


def work(settings: Settings, task: str, trigger: Trigger | None, told: Path) -> None:
    """Run a task here, leave with a code that says how it ended."""
    logging.disable()  # that a step failed is what was asked for
    calls = Calls(settings.home)
    if trigger:
        calls.deadly = (trigger.kind, trigger.number, trigger.sends)
    code = _ended(settings, task)
    ended = {**calls.counted, "seconds": time.process_time(), "code": code}
    (told / f"{os.getpid()}.json").write_text(json.dumps(ended), encoding="utf-8")
    sys.exit(code)


def _ended(settings: Settings, task: str) -> int:
    try:
        TASKS[task](settings)
    except StaleRunError:
        return STALE
    except SurroundingsError:
        return SURROUNDINGS
    except RiskscoreError as error:
        print(f"{task}: {type(error).__name__}: {error}", file=sys.stderr)
        return REFUSED
    return 0


def cpu_seconds(pid: int) -> float:
    """Return the processor's seconds a process has used; raise OSError where it is gone."""
    return time.clock_gettime((~pid << 3) | SCHEDSTAT)


def reached(pid: int, seconds: float) -> bool:
    """Wait until a process has used so much of a processor; tell whether it lived to."""
    while is_alive(pid):
        with contextlib.suppress(OSError):
            if cpu_seconds(pid) >= seconds:
                return True
        time.sleep(0.002)
    return False


def state_of(pid: int) -> str:
    """Return the letter that Linux has for what a process is at; X where there is none."""
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(") ")[2][:1]
    except OSError:
        return "X"


def is_alive(pid: int) -> bool:
    """Tell whether a process is neither gone nor dead."""
    return state_of(pid) not in "XZ"


def until(pid: int, states: str) -> str:
    """Wait until a process is in one of these states, or gone; return which."""
    give_up = time.monotonic() + LONGEST_SECONDS
    while (state := state_of(pid)) not in f"{states}XZ":
        if time.monotonic() > give_up:
            raise TimeoutError(f"process {pid} is at {state} after {LONGEST_SECONDS} s")
        time.sleep(0.005)
    return state


def kill(pid: int) -> None:
    """Kill a process that may be gone."""
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, SIGKILL)
