"""The day a run is for."""

from datetime import UTC, date, datetime

from airflow.sdk import get_current_context

FIRST_DAY = datetime(2026, 1, 1, tzinfo=UTC)
"""No run is ever made for a day before this one."""


def partition_day() -> date:
    """Return the day of the run's partition; a run without one stops here: which day is never guessed."""
    key = get_current_context().get("partition_key")
    if not key:
        raise ValueError("This run names no day. Trigger it with a partition key such as 2026-05-01.")
    return date.fromisoformat(key)
