"""Score daily: once the day's facts are in, build features, score, and fill the queues."""

from airflow.sdk import PartitionedAssetTimetable, dag, task

from dags.assets import FACTS, QUEUES
from dags.partition import FIRST_DAY, partition_day
from riskscore import steps
from riskscore.settings import Settings


@dag(schedule=PartitionedAssetTimetable(assets=FACTS), start_date=FIRST_DAY, catchup=False, tags=["score"])
def score_daily() -> None:
    """Score the day's expected containers and voyages as known at its cut-off, and fill every unit's queue."""

    @task
    def features() -> int:
        return steps.build_features(Settings.load(), [partition_day()], "container")

    @task
    def score() -> None:
        steps.score_day(Settings.load(), partition_day())

    @task(outlets=[QUEUES])
    def queue() -> dict[str, int]:
        return steps.fill_queues(Settings.load(), partition_day())

    features() >> score() >> queue()


score_daily()
