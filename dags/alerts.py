"""Alerts: which run needs a person, and what to do next; ids only, never data."""

import asyncio
import logging
import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from dags.manual import entries
from riskscore import steps
from riskscore.settings import Settings

log = logging.getLogger(__name__)
DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


def failed(context: Mapping[str, Any]) -> None:
    """Tell that a task failed for good; the error itself stays in the task's log, this repeats nothing of it."""
    task = context["task_instance"]
    tell(task.dag_id, f"task {task.task_id} failed", day=_day(context["dag_run"]))


async def overdue(dag: str, context: Mapping[str, Any] | None = None) -> None:
    """Tell that a run has not ended in time; the triggerer calls this."""
    run = (context or {}).get("dag_run") or {}
    await asyncio.to_thread(tell, dag, "not done in time", day=_day(run))


def tell(dag: str, what: str, *, day: str) -> None:
    """Log an alert with its next move from README.md, and deliver it as the settings say."""
    then = entries()[dag].if_it_fails
    log.error("ALERT %s, day %s: %s. What to do: %s", dag, day, what, then)
    known = date.fromisoformat(day) if DAY.fullmatch(day) else None
    steps.alert(Settings.load(), f"{dag}: {what}.", then=then, day=known)


def _day(run: Any) -> str:
    """Return the day of a run, from the object that tasks have or from what a triggerer is told."""
    given = run if isinstance(run, Mapping) else {"partition_key": run.partition_key, "conf": run.conf}
    return str(given.get("partition_key") or (given.get("conf") or {}).get("day") or "unknown")
