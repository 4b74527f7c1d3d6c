"""When runs begin, and what becomes of a task that fails or hangs."""

from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from functools import wraps
from traceback import extract_tb
from typing import Any, ParamSpec, TypeVar

from airflow.sdk import BaseSensorOperator, ExceptionRetryPolicy, RetryAction, RetryRule
from airflow.sdk.definitions.context import Context
from airflow.sdk.exceptions import AirflowException

from dags.partition import now, partition_day
from riskscore import steps
from riskscore.errors import RiskscoreError
from riskscore.settings import Settings

P = ParamSpec("P")
R = TypeVar("R")

FIRST_DAY = datetime(2026, 1, 1, tzinfo=UTC)
"""No run is ever made for a day before this one."""
LAST_DAY = datetime.combine(last, time(), UTC) if (last := Settings.load().today) else None
"""In an invented world the scheduler makes no runs past the day it is there; the real one has no last day."""

NEEDS_A_PERSON = RetryRule(
    RiskscoreError,
    RetryAction.FAIL,
    reason="The message says what a person has to do first; trying again cannot help.",
)
TRY_AGAIN: dict[str, Any] = {
    "retries": 2,
    "retry_delay": timedelta(minutes=2),
    "retry_policy": ExceptionRetryPolicy([NEEDS_A_PERSON]),
    "execution_timeout": timedelta(hours=1),
}
"""Defaults of every task: a lost worker or a busy database is tried again, a hanging step is stopped."""


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


class CutOff(BaseSensorOperator):
    """Waits for the cut-off of the run's day; between two looks it holds no worker."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(mode="reschedule", poke_interval=60, timeout=timedelta(hours=25), **kwargs)

    def poke(self, context: Context) -> bool:  # noqa: ARG002 the base class hands it over; the day is asked for in one place
        """Tell whether everything that counts for the day has arrived."""
        settings = Settings.load()
        return steps.is_past_cutoff(settings, partition_day(), now=now(settings))
