"""A progress bar for anything that takes longer than a blink."""

from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from riskscore.steps.calendar import Report


@contextmanager
def progress_bars() -> Iterator[Report]:
    """Yield a report function that draws one bar a step on standard error; nothing is drawn before its first call."""
    columns = TextColumn("{task.description:<26}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn()
    progress = Progress(*columns, console=Console(stderr=True), redirect_stdout=False)
    bars: dict[str, TaskID] = {}

    def report(step: str, done: int, total: int) -> None:
        progress.start()
        if step not in bars or progress.tasks[bars[step]].finished:
            bars[step] = progress.add_task(step, total=total)
        progress.update(bars[step], completed=done, total=total)

    try:
        yield report
    finally:
        if bars:
            progress.stop()


@contextmanager
def one_bar(step: str) -> Iterator[None]:
    """Draw the bar of a step that does not tell how far it is."""
    with progress_bars() as report:
        report(step, 0, 1)
        yield
        report(step, 1, 1)
