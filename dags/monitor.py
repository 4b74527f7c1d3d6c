"""Monitor: once the day's queues are filled, look at feeds, features, scores and outcomes for what has changed."""

from datetime import timedelta

from airflow.sdk import PartitionedAssetTimetable, dag, task

from dags.assets import QUEUES, REPORTS
from dags.partition import partition_day
from dags.schedule import COMPUTE, discreet, run_as
from riskscore import steps
from riskscore.settings import Settings


@dag(
    schedule=PartitionedAssetTimetable(assets=QUEUES),
    tags=["daily", "health"],
    **run_as("monitor", done_within=timedelta(hours=2)),
)
def monitor() -> None:
    """Say what is late, few, drifting or moved."""

    @task(inlets=[QUEUES], outlets=[REPORTS], pool=COMPUTE)
    @discreet
    def look() -> None:
        """Keep the day's report."""
        steps.monitor_day(Settings.load(), partition_day())

    look()


monitor()
