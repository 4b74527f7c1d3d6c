"""Structured logs: what happened, to what, in ids and numbers; no name of a party or a sender's file ever gets in."""

import json
import logging
import os
import re
import sys
from datetime import UTC, date, datetime
from functools import cache
from typing import Literal
from uuid import uuid4

Form = Literal["", "json", "text"]
Value = str | int | float | date | None

LOGGER = logging.getLogger("riskscore")
IDS = frozenset({"run", "step", "day", "unit", "partner", "feed", "delivery", "state", "place", "level", "error"})
NUMBERS = frozenset({"rows", "received", "accepted", "quarantined", "refused", "files", "count", "seconds"})
FIELDS = IDS | NUMBERS
"""All that a line may say beside its event."""
CODE = re.compile(r"[\w@.:,+>/-]{0,120}")
"""What an id or a code looks like; anything else a text could be is not written."""
RUN = "RISKSCORE_RUN_ID"
NOBODY = logging.NullHandler()


def configure_logs(form: Form) -> None:
    """Send lines to standard error, as JSON or as text; with an empty form only warnings go to who listens anyway.

    Calling it again changes only the form.
    """
    if not form:
        LOGGER.addHandler(NOBODY)  # else Python itself would print them where nobody listens
        return
    for handler in [one for one in LOGGER.handlers if isinstance(one, _Handler)]:
        LOGGER.removeHandler(handler)
    handler = _Handler(sys.stderr)
    handler.setFormatter(_AsJson() if form == "json" else _AsText())
    LOGGER.addHandler(handler)
    LOGGER.setLevel(logging.INFO)
    LOGGER.propagate = False


def say(event: str, *, severity: int = logging.INFO, **fields: Value) -> None:
    """Log an event; raises ValueError for a field nobody decided about, and writes out no text that is no code."""
    if unknown := fields.keys() - FIELDS:
        raise ValueError(f"No log field {', '.join(sorted(unknown))}; riskscore/logs.py lists those there are.")
    shown = {name: _shown(value) for name, value in {"run": run_id(), **fields}.items() if value is not None}
    LOGGER.log(severity, event, extra={"fields": shown})


@cache
def run_id() -> str:
    """Return what all lines of one run carry: Airflow's run, one given in RISKSCORE_RUN_ID, or a new one.

    Processes made by this one take it over through the environment.
    """
    found = os.environ.get(RUN) or os.environ.get("AIRFLOW_CTX_DAG_RUN_ID") or uuid4().hex[:12]
    os.environ[RUN] = found
    return found


def _shown(value: Value) -> str | int | float:
    if isinstance(value, float):
        return round(value, 3)
    if isinstance(value, int):
        return value
    text = value.isoformat() if isinstance(value, date) else str(value)
    return text if CODE.fullmatch(text) else "?"


class _Handler(logging.StreamHandler):  # type: ignore[type-arg]  # generic in stubs only
    """Ours among the logger's handlers."""


class _AsJson(logging.Formatter):
    """One JSON object a line."""

    def format(self, record: logging.LogRecord) -> str:
        fields = getattr(record, "fields", {})
        said = {"at": _at(record), "severity": record.levelname.lower(), "event": record.getMessage(), **fields}
        return json.dumps(said, ensure_ascii=False)


class _AsText(logging.Formatter):
    """One line of words for people."""

    def format(self, record: logging.LogRecord) -> str:
        fields = " ".join(f"{name}={value}" for name, value in getattr(record, "fields", {}).items())
        return f"{_at(record)} {record.levelname.lower():<7} {record.getMessage()} {fields}".rstrip()


def _at(record: logging.LogRecord) -> str:
    return datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
