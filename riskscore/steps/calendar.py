"""Days: which lie between two, and whether a day's cut-off has passed."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

from riskscore.settings import Settings

Report = Callable[[str, int, int], None]
"""Told the step's name, how much is done and how much there is, for a progress bar."""


def silent(step: str, done: int, total: int) -> None:
    """Report nothing."""


def days_between(first: date, last: date) -> list[date]:
    """Return every day from first to last, both included."""
    return [first + timedelta(days=number) for number in range((last - first).days + 1)]


def is_past_cutoff(settings: Settings, day: date, *, now: datetime | None = None) -> bool:
    """Tell whether everything that counts for `day` has arrived."""
    return (now or datetime.now(UTC)) >= settings.cutoff(day)
