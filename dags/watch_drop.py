"""Watch drop: wait for the day's cut-off and its inputs, or until it is too late to wait, then say they are there."""

from datetime import timedelta
from typing import Any

from airflow.sdk import BaseSensorOperator, PokeReturnValue, dag
from airflow.sdk.definitions.context import Context

from dags.assets import ARRIVALS
from dags.partition import hand_on, now, partition_day
from dags.schedule import LAST_DAY, MIDNIGHT, discreet, run_as
from riskscore import steps
from riskscore.settings import Settings


class InputsAreIn(BaseSensorOperator):
    """Waits for the day's cut-off and then for its inputs, no longer than their deadline; holds no worker meanwhile."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(mode="reschedule", poke_interval=60, timeout=timedelta(hours=49), **kwargs)

    @discreet
    def poke(self, context: Context) -> PokeReturnValue:  # noqa: ARG002 the base class hands it over
        """Look whether the day's lists can be made, or have to be; return the feeds that are missing."""
        settings = Settings.load()
        found = steps.inputs_dropped(settings, partition_day(), now=now(settings))
        if found.is_due:
            hand_on(ARRIVALS, missing=" ".join(found.missing))
        return PokeReturnValue(is_done=found.is_due, xcom_value=list(found.missing))


@dag(
    schedule=MIDNIGHT,
    end_date=LAST_DAY,
    tags=["daily", "deliveries"],
    **run_as("watch_drop", done_within=timedelta(hours=9)),
)
def watch_drop() -> None:
    """One task that waits."""
    InputsAreIn(task_id="wait_for_inputs", outlets=[ARRIVALS])


watch_drop()
