"""When runs begin, and what becomes of a task that fails or hangs."""

from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from functools import wraps
from traceback import extract_tb
from typing import Any, ParamSpec, TypeVar

from airflow.sdk import CronPartitionTimetable, ExceptionRetryPolicy, RetryAction, RetryRule
from airflow.sdk.definitions.callback import AsyncCallback
from airflow.sdk.definitions.deadline import DeadlineAlert, DeadlineReference
from airflow.sdk.exceptions import AirflowException

from dags.alerts import failed, overdue
from dags.manual import page
from dags.partition import DAY
from riskscore.errors import RiskscoreError, StaleRunError, SurroundingsError
from riskscore.settings import Settings

P = ParamSpec("P")
R = TypeVar("R")

FIRST_DAY = datetime(2026, 1, 1, tzinfo=UTC)
"""No run is ever made for a day before this one."""
LAST_DAY = datetime.combine(last, time(), UTC) if (last := Settings.load().today) else None
"""In an invented world the scheduler makes no runs past the day it is there; the real one has no last day."""
MIDNIGHT = CronPartitionTimetable("0 0 * * *", timezone="UTC", run_offset=0, key_format="%Y-%m-%d")
"""The run made at midnight is for the day that begins then."""
COMPUTE = "compute"
"""Pool of the tasks that want a machine's memory for themselves."""

MAY_PASS = RetryRule(
    SurroundingsError, RetryAction.RETRY, reason="A disk, a folder, the database or the clock may be well again soon."
)
OVERTAKEN = RetryRule(
    StaleRunError,
    RetryAction.RETRY,
    retry_delay=timedelta(minutes=1),
    reason="It may have been overtaken by a process that a killed scheduler left, whose end nobody hears of.",
)
NEEDS_A_PERSON = RetryRule(
    RiskscoreError,
    RetryAction.FAIL,
    reason="The message says what a person has to do first; trying again cannot help.",
)
TRY_AGAIN: dict[str, Any] = {
    "retries": 3,
    "retry_delay": timedelta(minutes=2),
    "retry_exponential_backoff": 2.0,
    "max_retry_delay": timedelta(minutes=15),
    "retry_policy": ExceptionRetryPolicy([MAY_PASS, OVERTAKEN, NEEDS_A_PERSON]),
    "execution_timeout": timedelta(hours=1),
    "on_failure_callback": failed,
}
"""Defaults of every task: a lost worker or a busy database is tried again, a hanging step is stopped."""


def run_as(dag_id: str, *, done_within: timedelta) -> dict[str, Any]:
    """Return what every DAG has: one run at a time, its page, its form, an alert where a run is not done in time.

    A run that takes four times as long is stopped.
    """
    alert = DeadlineAlert(
        reference=DeadlineReference.DAGRUN_QUEUED_AT,
        interval=done_within,
        callback=AsyncCallback(overdue, kwargs={"dag": dag_id}),
        name=f"{dag_id} done in time",
    )
    return {
        "dag_id": dag_id,
        "start_date": FIRST_DAY,
        "catchup": False,
        "max_active_runs": 1,
        "default_args": TRY_AGAIN,
        "params": {"day": DAY},
        "doc_md": page(dag_id),
        "deadline": alert,
        "dagrun_timeout": 4 * done_within,
    }


class StepDefectError(Exception):
    """A step failed in a way nobody foresaw."""

    def __init__(self, error: Exception) -> None:
        where = extract_tb(error.__traceback__)[-1]
        super().__init__(
            f"{type(error).__name__} at {where.filename}:{where.lineno} in {where.name}. Its message is kept out of "
            "this log, where it could show a party's name. If trying again does not help, it is a defect: run the step "
            "with the riskscore command and RISKSCORE_DEBUG=1 to see everything."
        )


def discreet(step: Callable[P, R]) -> Callable[P, R]:
    """Keep data out of Airflow's log: an unforeseen error shows its kind and place, not its message."""

    @wraps(step)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return step(*args, **kwargs)
        except (RiskscoreError, AirflowException):
            raise
        except Exception as error:  # noqa: BLE001 any message may quote data
            raise StepDefectError(error) from None

    return run
