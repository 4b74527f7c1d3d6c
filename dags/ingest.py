"""Ingest: after each day's cut-off, take in what arrived, one mapped task a delivery."""

from airflow.sdk import CronPartitionTimetable, TriggerRule, dag, task

from dags.assets import FACTS
from dags.partition import partition_day
from dags.schedule import FIRST_DAY, LAST_DAY, TRY_AGAIN, CutOff, discreet
from riskscore import steps
from riskscore.settings import Settings

MIDNIGHT = CronPartitionTimetable("0 0 * * *", timezone="UTC", run_offset=0, key_format="%Y-%m-%d")
"""The run made at midnight is for the day that begins then, and waits for that day's cut-off."""


@dag(
    schedule=MIDNIGHT,
    start_date=FIRST_DAY,
    end_date=LAST_DAY,
    catchup=False,
    max_active_runs=1,
    default_args=TRY_AGAIN,
    tags=["daily", "deliveries"],
)
def ingest() -> None:
    """Record the day's deliveries, hold each to its contract, publish what is right, and check that rows add up."""

    @task
    @discreet
    def land() -> list[str]:
        """Record every file that arrived, before anybody reads it; return the deliveries that wait."""
        return steps.land(Settings.load(), partition_day())

    @task(max_active_tis_per_dagrun=4)
    @discreet
    def take_in(delivery_id: str) -> str:
        """Check one delivery, set its bad rows aside, publish the rest; how many at once, the scheduler decides."""
        return str(steps.take_in(Settings.load(jobs=1), [delivery_id]))

    @task(outlets=[FACTS], trigger_rule=TriggerRule.NONE_FAILED)
    @discreet
    def reconcile() -> int:
        """Check that received = accepted + quarantined + refused; a day without deliveries adds up too."""
        return len(steps.reconciled(Settings.load()))

    landed = land()
    CutOff(task_id="wait_for_cutoff") >> landed
    take_in.expand(delivery_id=landed) >> reconcile()


ingest()
