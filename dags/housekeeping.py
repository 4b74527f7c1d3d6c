"""Housekeeping: at midnight, before the day's work, let go of what may be kept no longer and tidy the stores."""

from datetime import timedelta

from airflow.sdk import dag, task

from dags.partition import partition_day
from dags.schedule import COMPUTE, LAST_DAY, MIDNIGHT, discreet, run_as
from riskscore import steps
from riskscore.settings import Settings


@dag(
    schedule=MIDNIGHT,
    end_date=LAST_DAY,
    tags=["daily", "health"],
    **run_as("housekeeping", done_within=timedelta(hours=3)),
)
def housekeeping() -> None:
    """Hold what is kept to its terms."""

    @task(pool=COMPUTE, execution_timeout=timedelta(hours=3))
    @discreet
    def tidy() -> None:
        """Keep the retention that contracts state, and clear what no longer belongs to anything."""
        steps.keep_house(Settings.load(), partition_day())

    tidy()


housekeeping()
