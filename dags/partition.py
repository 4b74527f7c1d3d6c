"""The day a run is for, and what day it is."""

from contextlib import suppress
from datetime import UTC, date, datetime

from airflow.sdk import get_current_context
from airflow.sdk.exceptions import AirflowFailException

from riskscore.settings import Settings


def partition_day() -> date:
    """Return the day of the run's partition; a run that names none fails at once: which day is never guessed."""
    key = get_current_context().get("partition_key") or ""
    with suppress(ValueError):
        if (day := date.fromisoformat(key)).isoformat() == key:
            return day
    raise AirflowFailException(
        f"This run's partition key is {key!r}, not a day such as 2026-05-01. Trigger the DAG in the user interface "
        "with the day as its partition key (`airflow dags trigger` cannot name one), or make the day's runs with "
        "`airflow backfill create --dag-id ingest --from-date DAY --to-date DAY`."
    )


def now(settings: Settings) -> datetime:
    """Return the present instant: the real one, or the cut-off of the day that the settings say it is."""
    return settings.cutoff(settings.today) if settings.today else datetime.now(UTC)


def today(settings: Settings) -> date:
    """Return the present day: the real one (UTC), or the one the settings name."""
    return settings.today or now(settings).date()
