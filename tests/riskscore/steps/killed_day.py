"""Run one whole day and its exports, and die of SIGKILL where a function is reached for the n-th time."""

import os
import signal
import sys
from datetime import date
from importlib import import_module
from pathlib import Path

from riskscore import steps
from riskscore.settings import Settings


def kill_at(place: str, *, when: str, times: int) -> None:
    """Replace `module:Class.function` by one that kills this process before or after its n-th call."""
    module, _, path = place.partition(":")
    *owners, name = path.split(".")
    owner = import_module(module)
    for one in owners:
        owner = getattr(owner, one)
    original, calls = getattr(owner, name), []

    def deadly(*args: object, **kwargs: object) -> object:
        calls.append(name)
        if when == "before" and len(calls) == times:
            os.kill(os.getpid(), signal.SIGKILL)
        answer = original(*args, **kwargs)
        if when == "after" and len(calls) == times:
            os.kill(os.getpid(), signal.SIGKILL)
        return answer

    setattr(owner, name, deadly)


def whole_day(settings: Settings, day: date) -> None:
    """Run every step of the day and hand every partner its bundle."""
    steps.run_day(settings, day)
    for partner in steps.partners(settings):
        steps.export_day(settings, partner, day, today=day)


if __name__ == "__main__":
    home, on, at, moment, nth = sys.argv[1:]
    kill_at(at, when=moment, times=int(nth))
    whole_day(Settings.load(home=Path(home)), date.fromisoformat(on))
