"""How things stand: whether the pipeline can run and has run, as a verdict and as Prometheus metrics."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

from sqlalchemy import func, make_url, select
from sqlalchemy.exc import SQLAlchemyError

from riskscore.errors import DiskFullError, RiskscoreError
from riskscore.exchange.durable import replace_file
from riskscore.settings import Settings
from riskscore.steps.arriving import require_drop
from riskscore.steps.database import database_state
from riskscore.steps.monitoring import FINDING
from riskscore.steps.telling import last_outcomes
from riskscore.steps.workspace import open_workspace
from riskscore.store.database import ClosedDay, Delivery, QueueItem

LEAST_FREE = 0.05
"""Share of home's disk that wants to be free."""
DAYS_BEHIND = 1
"""The last closed day may be yesterday until today's cut-off is past and its run over."""


@dataclass(frozen=True)
class Check:
    """One thing that must hold: whether it does, what was seen, what to do next."""

    name: str
    is_ok: bool
    said: str
    then: str = ""


@dataclass(frozen=True)
class Health:
    """Every check."""

    checks: tuple[Check, ...]

    @property
    def is_ok(self) -> bool:
        """Whether all of them hold."""
        return all(check.is_ok for check in self.checks)


def health(settings: Settings, *, now: datetime | None = None) -> Health:
    """Say whether database, lake, drop folder and disk can be used, days are closed in time, and the last runs ended.

    Changes nothing and makes nothing. `now` (UTC) is the real time unless given; an invented world's days are not held
    against it unless RISKSCORE_TODAY says what day it is there.
    """
    looks: dict[str, Callable[[], Check]] = {
        "database": lambda: _database(settings),
        "lake": lambda: _lake(settings),
        "drop": lambda: _drop(settings),
        "disk": lambda: _disk(settings),
        "days": lambda: _days(settings, now or datetime.now(UTC)),
        "runs": lambda: _runs(settings),
    }
    return Health(tuple(_looked(name, look) for name, look in looks.items()))


def reach(settings: Settings) -> Health:
    """Say whether the database can be used and the lake be reached, whatever they hold: the desk needs no more."""
    looks = {"database": lambda: _database(settings), "lake": lambda: _lake_within_reach(settings)}
    return Health(tuple(_looked(name, look) for name, look in looks.items()))


def metrics_text(settings: Settings) -> str:
    """Return what can be counted of it all in Prometheus' text format; names and labels hold codes and ids only.

    What cannot be read is left out, and `riskscore_health` says so.
    """
    from prometheus_client import CollectorRegistry, Gauge, generate_latest  # noqa: PLC0415 only where metrics are made

    registry = CollectorRegistry()
    gauges: dict[str, Gauge] = {}
    for name, sentence, labels, value in _measured(settings):
        gauge = gauges.get(name) or Gauge(f"riskscore_{name}", sentence, list(labels), registry=registry)
        gauges[name] = gauge
        (gauge.labels(**labels) if labels else gauge).set(value)
    return generate_latest(registry).decode()


def write_metrics(settings: Settings) -> Path:
    """Write the metrics where node_exporter's textfile collector finds them, whole; return the file."""
    path = settings.metrics / "riskscore.prom"
    replace_file(path, metrics_text(settings).encode(), mode=0o644)
    return path


Measure = tuple[str, str, dict[str, str], float]


def _measured(settings: Settings) -> Iterator[Measure]:
    for check in health(settings).checks:
        yield "health", "1 where a check holds.", {"check": check.name}, float(check.is_ok)
    for step, outcome in last_outcomes(settings).items():
        ended = datetime.fromisoformat(outcome["at"]).timestamp()
        yield "step_seconds", "How long the last run of a step took.", {"step": step}, float(outcome["seconds"])
        yield "step_ended_timestamp_seconds", "When the last run of a step ended.", {"step": step}, ended
        yield "step_failed", "1 where the last run of a step failed.", {"step": step}, float(bool(outcome["error"]))
    with suppress(OSError):
        usage = shutil.disk_usage(settings.home)
        yield "disk_free_bytes", "Free bytes on home's disk.", {}, usage.free
        yield "disk_size_bytes", "Size of home's disk.", {}, usage.total
    for of in (_of_deliveries, _of_days, _of_findings):
        try:
            yield from list(of(settings))
        except (SQLAlchemyError, OSError, RiskscoreError):
            continue  # the health checks above say what is wrong


def _of_deliveries(settings: Settings) -> Iterator[Measure]:
    if not _has_database(settings):
        return
    database_state(settings).require_current()
    kinds = ("received", "accepted", "quarantined", "refused")
    sums = [func.sum(getattr(Delivery, f"{kind}_rows")) for kind in kinds]
    known = set(open_workspace(settings).project.inbound)  # a sender may call a folder anything
    with open_workspace(settings).transaction() as session:
        states = session.execute(select(Delivery.state, func.count()).group_by(Delivery.state)).all()
        rows = session.execute(select(Delivery.feed, func.max(Delivery.known_day), *sums).group_by(Delivery.feed)).all()
    for state, count in states:
        yield "deliveries", "Deliveries on record.", {"state": str(state)}, float(count)
    for feed, newest, *counts in (row for row in rows if row[0] in known):
        when = datetime.combine(newest, time(), UTC).timestamp()
        yield "feed_newest_timestamp_seconds", "Day of a feed's newest delivery.", {"feed": str(feed)}, when
        for kind, count in zip(kinds, counts, strict=True):
            yield (
                "rows",
                "Rows on record, by what became of them.",
                {"feed": str(feed), "kind": kind},
                float(count or 0),
            )


def _of_days(settings: Settings) -> Iterator[Measure]:
    if not _has_database(settings) or (last := _last_closed(settings)) is None:
        return
    when = datetime.combine(last, time(), UTC).timestamp()
    yield "closed_day_timestamp_seconds", "The last closed day.", {}, when
    wanted = select(QueueItem.unit, func.count()).where(QueueItem.queue_day == last).group_by(QueueItem.unit)
    with open_workspace(settings).transaction() as session:
        for unit, count in session.execute(wanted):
            yield "queue_items", "Items in the queues of the last closed day.", {"unit": str(unit)}, float(count)


def _of_findings(settings: Settings) -> Iterator[Measure]:
    lake = open_workspace(settings).lake
    if days := lake.row_counts(FINDING):
        found = lake.read(FINDING, since=max(days), until=max(days), columns=["check", "level"])
        for (check, level), rows in found.groupby(["check", "level"]):
            labels = {"check": str(check), "level": str(level)}
            yield "monitor_findings", "Findings of the last watched day.", labels, float(len(rows))


def _looked(name: str, look: Callable[[], Check]) -> Check:
    try:
        return look()
    except RiskscoreError as error:
        return Check(name, False, str(error), "Do what it says, then ask again.")
    except (OSError, SQLAlchemyError) as error:
        kind = type(error).__name__
        return Check(name, False, f"it cannot be used ({kind})", "Check RISKSCORE_HOME, the database and the mounts.")


def _database(settings: Settings) -> Check:
    if not _has_database(settings):
        return Check("database", False, "there is none yet", "Run `riskscore ingest --day DAY`, which makes it.")
    database_state(settings).require_current()
    return Check("database", True, "reachable, its schema is current")


def _lake(settings: Settings) -> Check:
    lake = open_workspace(settings).lake
    days = {table: lake.row_counts(table) for table in lake.schemas}
    tables = sum(map(bool, days.values()))
    if not tables:
        return Check(
            "lake", False, "there are no tables yet", "Run `riskscore run --day DAY`, or check RISKSCORE_LAKE."
        )
    for table, counts in days.items():
        if counts:
            lake.read(table, since=max(counts), until=max(counts), columns=list(lake.schema(table).key[:1]))
    return Check("lake", True, f"{tables} tables, each read on its last day")


def _lake_within_reach(settings: Settings) -> Check:
    open_workspace(settings).lake.version("port_call")
    return Check("lake", True, "within reach")


def _drop(settings: Settings) -> Check:
    require_drop(settings)
    return Check("drop", True, "the drop folder is there")


def _disk(settings: Settings) -> Check:
    usage = shutil.disk_usage(settings.home)
    said = f"{usage.free // 2**20} MB of {usage.total // 2**20} MB are free"
    if usage.free < max(LEAST_FREE * usage.total, settings.reserve_mb * 2**20):
        then = "Run `riskscore housekeeping --apply`, shorten what its policy keeps, or give it a larger disk."
        raise DiskFullError(where=str(settings.home), what=said, then=then)
    return Check("disk", True, said)


def _days(settings: Settings, now: datetime) -> Check:
    last = _last_closed(settings) if _has_database(settings) else None
    if last is None:
        return Check("days", False, "no day was ever closed", "Run `riskscore run --day DAY`.")
    if settings.is_invented and settings.today is None:
        return Check("days", True, f"{last} is closed; an invented world has a calendar of its own")
    today = settings.today or now.date()
    if last > today:
        then = "Set the clock right: until then `riskscore run` refuses."
        return Check("days", False, f"{last} is closed, but the clock says {today}", then)
    behind = (today - last).days
    is_ok = behind <= DAYS_BEHIND
    then = "" if is_ok else f"Run `riskscore run --day {_next(last)} --until {today}`."
    return Check("days", is_ok, f"the last closed day is {last}, {behind} day(s) ago", then)


def _runs(settings: Settings) -> Check:
    failed = {step: one for step, one in last_outcomes(settings).items() if one["error"]}
    if not failed:
        return Check("runs", True, "the last run of every step ended well")
    step, outcome = next(iter(failed.items()))
    said = f"{', '.join(failed)} failed last; {step}: {outcome['error']}"
    return Check("runs", False, said, outcome["said"] or "Look into the log of that run, then run the same again.")


def _last_closed(settings: Settings) -> date | None:
    database_state(settings).require_current()  # asking would bring an older SQLite up to date
    with open_workspace(settings).transaction() as session:
        last: date | None = session.scalar(select(func.max(ClosedDay.day)))
    return last


def _next(day: date) -> date:
    return date.fromordinal(day.toordinal() + 1)


def _has_database(settings: Settings) -> bool:
    """Tell whether there is anything to reach: asking SQLite would make a file."""
    address: Any = make_url(settings.database)
    return address.get_backend_name() != "sqlite" or Path(str(address.database)).exists()
