"""Read ahead: what the features of a day look at comes from the disk while its deliveries are still being checked."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from threading import Event

from riskscore.memory import bring_file
from riskscore.settings import Settings
from riskscore.steps.workspace import open_workspace
from riskscore.store.history import day_number
from riskscore.trailing import files_of_newest


@contextmanager
def reading_ahead(settings: Settings, day: date, grain: str) -> Iterator[None]:
    """Meanwhile, bring what the features of `grain` on `day` will look at into the system's memory.

    Nothing depends on it: what did not come by the end is read by whoever looks at it, and so is what cannot be read.
    """
    _ = open_workspace(settings).lake  # here, as whoever takes in needs it too
    is_over = Event()
    with ThreadPoolExecutor(1, "ahead") as reader:
        reader.submit(_bring, settings, day, grain, is_over)  # what goes wrong there stays there
        try:
            yield
        finally:
            is_over.set()


def _bring(settings: Settings, day: date, grain: str, is_over: Event) -> None:
    for file in looked_at(settings, day, grain):
        if is_over.is_set():
            return
        bring_file(file, is_wanted=lambda: not is_over.is_set())


def looked_at(settings: Settings, day: date, grain: str) -> list[Path]:
    """Return the files that features look at everywhere: rows of recent days, and where all entities stood before."""
    work = open_workspace(settings)
    at_hand = [file for table in work.project.fact_tables for file in work.lake.files_at_hand(table)]
    return at_hand + files_of_newest(settings.states / grain, day_number(day))
