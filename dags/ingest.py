"""Ingest: after each day's cut-off, take in what arrived, one mapped task a delivery."""

from airflow.sdk import CronPartitionTimetable, dag, task

from dags.assets import FACTS
from dags.partition import FIRST_DAY, partition_day
from riskscore import steps
from riskscore.settings import Settings


@dag(
    schedule=CronPartitionTimetable("0 0 * * *", timezone="UTC", run_offset=0, key_format="%Y-%m-%d"),
    start_date=FIRST_DAY,
    catchup=False,
    tags=["ingest"],
)
def ingest() -> None:
    """Record the day's deliveries, hold each to its contract, publish what is right, and check that rows add up."""

    @task.sensor(poke_interval=60, timeout=12 * 3600, mode="reschedule")
    def wait_for_cutoff() -> bool:
        return steps.is_past_cutoff(Settings.load(), partition_day())

    @task
    def land() -> list[str]:
        return steps.land(Settings.load(), partition_day())

    @task(max_active_tis_per_dagrun=4)
    def take_in(delivery_id: str) -> str:
        return str(steps.take_in(Settings.load(), [delivery_id]))

    @task(outlets=[FACTS], trigger_rule="none_failed")
    def reconcile() -> int:
        return len(steps.reconciled(Settings.load()))

    landed = land()
    wait_for_cutoff() >> landed
    take_in.expand(delivery_id=landed) >> reconcile()


ingest()
