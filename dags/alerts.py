"""Alerts: which run needs a person, and what to do next; ids only, never data."""

import asyncio
import json
import logging
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

from dags.manual import entries

log = logging.getLogger(__name__)
WEBHOOK_FILE = "RISKSCORE_ALERTS_FILE"
"""Names a file that holds the one address (https) alerts are sent to as JSON; without it they are logged only."""
SECONDS = 10


def failed(context: Mapping[str, Any]) -> None:
    """Tell that a task failed for good; the error itself stays in the task's log, this repeats nothing of it."""
    task = context["task_instance"]
    tell(task.dag_id, f"task {task.task_id} failed", day=_day(context["dag_run"]))


async def overdue(dag: str, context: Mapping[str, Any] | None = None) -> None:
    """Tell that a run has not ended in time; the triggerer calls this."""
    run = (context or {}).get("dag_run") or {}
    await asyncio.to_thread(tell, dag, "not done in time", day=_day(run))


def tell(dag: str, what: str, *, day: str) -> None:
    """Log an alert with its next move from README.md, and send it on where somebody asked for that."""
    then = entries()[dag].if_it_fails
    log.error("ALERT %s, day %s: %s. What to do: %s", dag, day, what, then)
    if file := os.environ.get(WEBHOOK_FILE):
        try:
            _send(Path(file), {"dag": dag, "day": day, "what": what, "then": then})
        except (OSError, ValueError) as error:
            log.warning(
                "The alert was not sent on (%s): look at the file %s names.", type(error).__name__, WEBHOOK_FILE
            )


def _send(file: Path, alert: Mapping[str, str]) -> None:
    address = file.read_text(encoding="utf-8").strip()
    if not address.startswith(("https://", "http://127.0.0.1:")):
        raise ValueError("no https address")
    body = json.dumps(alert).encode()
    request = Request(address, data=body, headers={"Content-Type": "application/json"})  # noqa: S310 https, see above
    urlopen(request, timeout=SECONDS).close()  # noqa: S310 https, see above


def _day(run: Any) -> str:
    """Return the day of a run, from the object that tasks have or from what a triggerer is told."""
    given = run if isinstance(run, Mapping) else {"partition_key": run.partition_key, "conf": run.conf}
    return str(given.get("partition_key") or (given.get("conf") or {}).get("day") or "unknown")
