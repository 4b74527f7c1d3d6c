"""A scheduler: a process that starts the tasks of a day one after the other, and again where one fails."""

import json
import sys
from collections.abc import Sequence
from multiprocessing import get_context
from multiprocessing.process import BaseProcess
from pathlib import Path

from riskscore.settings import Settings
from tests.crash.worker import work

ATTEMPTS = 4


def start_scheduler(settings: Settings, tasks: Sequence[str], journal: Path) -> BaseProcess:
    """Begin a scheduler of these tasks; it writes into the new folder `journal` what it started."""
    journal.mkdir()
    process = get_context("forkserver").Process(target=schedule, args=(settings, tasks, journal))
    process.start()
    return process


def schedule(settings: Settings, tasks: Sequence[str], journal: Path) -> None:
    """Run the tasks; leave with 1 where one never ends well.

    A scheduler has no threads and has itself imported everything: its workers are forked off it.
    """
    for task in tasks:
        for _ in range(ATTEMPTS):
            process = get_context("fork").Process(target=work, args=(settings, task, None, journal))
            process.start()
            _note(journal, task, process.pid or 0)
            process.join()
            if process.exitcode == 0:
                break
        else:
            sys.exit(1)


def started(journal: Path) -> list[tuple[str, int]]:
    """Return the task and the process of every worker that a scheduler started."""
    notes = sorted(journal.glob("started-*"), key=lambda path: int(path.name.partition("-")[2]))
    return [tuple(json.loads(path.read_text(encoding="utf-8"))) for path in notes]


def _note(journal: Path, task: str, pid: int) -> None:
    number = len(list(journal.glob("started-*")))
    beside = journal / ".noting"
    beside.write_text(json.dumps([task, pid]), encoding="utf-8")
    beside.rename(journal / f"started-{number}")
