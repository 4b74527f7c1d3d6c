"""The day a run is for, how it is handed on, and what day it is."""

from contextlib import suppress
from datetime import UTC, date, datetime

from airflow.sdk import Asset, Param, get_current_context
from airflow.sdk.exceptions import AirflowFailException
from airflow.sdk.types import OutletEventAccessorsProtocol

from riskscore.settings import Settings

DAY = Param(
    None,
    type=["null", "string"],
    format="date",
    title="Day",
    description="The day this run is for, such as 2026-05-01. A run by hand wants it; others are told theirs.",
)
"""The field of the form for a run by hand."""


def partition_day() -> date:
    """Return the run's day: its partition key, or what the form says; without one it fails at once, none is guessed."""
    context = get_current_context()
    key, given = context.get("partition_key") or "", (context.get("params") or {}).get("day") or ""
    if key and given and key != given:
        raise AirflowFailException(f"This run is for {key}, but its form says {given}. Start one that means one day.")
    with suppress(ValueError):
        if (day := date.fromisoformat(key or given)).isoformat() == (key or given):
            return day
    raise AirflowFailException(
        f"This run names no day such as 2026-05-01 (found {key or given!r}). Start it again with the day filled in, or "
        "make runs of many days with `airflow backfill create --dag-id watch_drop --from-date DAY --to-date DAY`."
    )


def hand_on(asset: Asset, **told: str) -> None:
    """Hand the day of this run on with an asset, also from a run by hand; `told` is shown beside it."""
    outlets: OutletEventAccessorsProtocol = get_current_context()["outlet_events"]
    outlets[asset].add_partitions(str(partition_day()))
    outlets[asset].extra.update(told)


def is_by_hand() -> bool:
    """Tell whether a person started this run."""
    return str(get_current_context()["dag_run"].run_type) == "manual"


def now(settings: Settings) -> datetime:
    """Return the present instant: the real one, or the cut-off of the day that the settings say it is."""
    return settings.cutoff(settings.today) if settings.today else datetime.now(UTC)


def today(settings: Settings) -> date:
    """Return the present day: the real one (UTC), or the one the settings name."""
    return settings.today or now(settings).date()
