"""Score daily: once the day's facts are in, build features, score, and fill the queues."""

from airflow.sdk import PartitionedAssetTimetable, dag, task

from dags.assets import FACTS, QUEUES
from dags.partition import partition_day
from dags.schedule import FIRST_DAY, TRY_AGAIN, discreet
from riskscore import steps
from riskscore.settings import Settings


@dag(
    schedule=PartitionedAssetTimetable(assets=FACTS),
    start_date=FIRST_DAY,
    catchup=False,
    max_active_runs=1,
    default_args=TRY_AGAIN,
    tags=["daily", "scores"],
)
def score_daily() -> None:
    """Score the day's expected containers and voyages as known at its cut-off, and fill every unit's queue."""

    @task
    @discreet
    def features() -> int:
        """Compute and keep the features of every container due that day; this closes the day."""
        return steps.build_features(Settings.load(), [partition_day()], "container")

    @task
    @discreet
    def score() -> None:
        """Score the containers, then the voyages they are on."""
        steps.score_day(Settings.load(), partition_day())

    @task(outlets=[QUEUES])
    @discreet
    def queue() -> dict[str, int]:
        """Fill the queue of every unit up to its capacity; return the number of items by unit."""
        return steps.fill_queues(Settings.load(), partition_day())

    features() >> score() >> queue()


score_daily()
