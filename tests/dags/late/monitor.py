"""A run of `monitor` that takes longer than it may: everything as in dags/, but its task sleeps."""

import time
from datetime import timedelta

from airflow.sdk import dag, task

from dags.schedule import run_as


@dag(schedule=None, **run_as("monitor", done_within=timedelta(seconds=15)))
def monitor() -> None:
    """One task that takes its time."""

    @task
    def look() -> None:
        """Sleep past the run's deadline."""
        time.sleep(55)

    look()


monitor()
