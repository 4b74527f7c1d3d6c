"""Score daily: once the day's facts are in, or it is too late to wait, build features, score, and fill the queues."""

import logging
from datetime import timedelta

from airflow.sdk import PartitionedAssetTimetable, dag, task
from airflow.sdk.exceptions import AirflowSkipException

from dags.assets import FACTS, QUEUES
from dags.partition import hand_on, now, partition_day
from dags.schedule import COMPUTE, discreet, run_as
from riskscore import steps
from riskscore.settings import Settings

log = logging.getLogger(__name__)


@dag(
    schedule=PartitionedAssetTimetable(assets=FACTS),
    tags=["daily", "scores"],
    **run_as("score_daily", done_within=timedelta(hours=2)),
)
def score_daily() -> None:
    """Score the day's expected containers and voyages as known at its cut-off, and fill every unit's queue."""

    @task(inlets=[FACTS])
    @discreet
    def inputs() -> list[str]:
        """Return the feeds that are missing; skip the rest while it is worth waiting for them."""
        settings = Settings.load()
        found = steps.inputs_landed(settings, partition_day(), now=now(settings))
        if not found.is_due:
            raise AirflowSkipException(
                "Not yet: the day's cut-off lies ahead, or a feed is missing and its deadline too. The next facts ask."
            )
        log.warning(found.sentence) if found.missing else log.info("Every awaited feed is in.")
        return list(found.missing)

    @task(pool=COMPUTE)
    @discreet
    def features() -> int:
        """Compute and keep the features of every container due that day; this closes the day."""
        return steps.build_features(Settings.load(), [partition_day()], "container")

    @task(pool=COMPUTE)
    @discreet
    def score() -> None:
        """Score the containers, then the voyages they are on."""
        steps.score_day(Settings.load(), partition_day())

    @task(outlets=[QUEUES], pool=COMPUTE)
    @discreet
    def queue() -> dict[str, int]:
        """Fill the queue of every unit up to its capacity; return the number of items by unit."""
        settings = Settings.load()
        filled = steps.fill_queues(settings, partition_day())
        hand_on(QUEUES, missing=" ".join(steps.missing_feeds(settings, partition_day())))
        return filled

    inputs() >> features() >> score() >> queue()


score_daily()
