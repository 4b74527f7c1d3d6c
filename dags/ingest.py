"""Ingest: take in what arrived, one mapped task a delivery, each feed in a pool of its own."""

from datetime import timedelta

from airflow.sdk import PartitionedAssetTimetable, TriggerRule, dag, task, task_group

from dags.assets import ARRIVALS, FACTS
from dags.partition import hand_on, partition_day
from dags.schedule import discreet, run_as
from riskscore import steps
from riskscore.settings import Settings

MOST_MAPPED = 256
"""Tasks a feed at most: on a day with more deliveries each takes several. Airflow itself refuses more than 1,024."""


@dag(
    schedule=PartitionedAssetTimetable(assets=ARRIVALS),
    tags=["daily", "deliveries"],
    **run_as("ingest", done_within=timedelta(hours=2)),
)
def ingest() -> None:
    """Record the day's deliveries, hold each to its contract, publish what is right, and check that rows add up."""

    @task(inlets=[ARRIVALS], multiple_outputs=False)
    @discreet
    def land() -> dict[str, list[list[str]]]:
        """Record every file that arrived, before anybody reads it; return what waits by feed, dealt out to tasks."""
        settings, day = Settings.load(), partition_day()
        steps.land(settings, day)
        waiting = {feed: steps.waiting(settings, day, feed=feed) for feed in steps.feeds(settings)}
        return {feed: steps.batches(deliveries, most=MOST_MAPPED) for feed, deliveries in waiting.items()}

    @task
    @discreet
    def waiting(feed: str, landed: dict[str, list[list[str]]]) -> list[list[str]]:
        """Return what waits of one feed; a task is mapped over what one task returns, never over a part of it."""
        return landed[feed]

    @task
    @discreet
    def take_in(deliveries: list[str]) -> str:
        """Check deliveries, set their bad rows aside, publish the rest; how many at once, the feed's pool decides."""
        return str(steps.take_in(Settings.load(jobs=1), deliveries))

    @task(outlets=[FACTS], trigger_rule=TriggerRule.NONE_FAILED)
    @discreet
    def reconcile() -> int:
        """Check that received = accepted + quarantined + refused; a day without deliveries adds up too."""
        deliveries = len(steps.reconciled(Settings.load()))
        hand_on(FACTS)
        return deliveries

    landed, reconciled = land(), reconcile()
    for feed in steps.feeds(Settings.load()):

        @task_group(group_id=feed)
        def one_feed(name: str) -> None:
            """Take in what one sender sent, however slow it is; the others do not wait for it."""
            found = waiting(name, landed)  # type: ignore[arg-type]  # Airflow hands over what the task returned
            take_in.override(pool=f"feed_{name}").expand(deliveries=found) >> reconciled

        one_feed(feed)


ingest()
