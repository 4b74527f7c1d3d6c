"""The data page: what came, how fresh it is, what was set aside, when each step last ran."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Integer, case, func, select
from sqlalchemy.orm import Session

from riskscore import steps
from riskscore.desk.audit import put_on_record
from riskscore.desk.door import Desk, session_for
from riskscore.desk.officer import Officer, Right, require
from riskscore.errors import (
    BadInputError,
    NoSuchItemError,
    NotSetAsideError,
    StaleRunError,
    StillWrongError,
    UnknownFixError,
)
from riskscore.store.database import Delivery
from riskscore.store.runs import RunPartition, StepRun

MOST_DELIVERIES = 100
WATCHED = "monitor_finding"
"""What watching a day found."""


@dataclass(frozen=True)
class Feed:
    """One feed's deliveries."""

    feed: str
    last_day: date | None
    """Folder day of the newest delivery; None where nothing ever came."""
    days_since: int | None
    deliveries: int
    received: int
    accepted: int
    quarantined: int
    refused: int
    waiting: int
    """Deliveries that landed and are not taken in."""


@dataclass(frozen=True)
class DeliveryShown:
    """One delivery."""

    number: int
    delivery_id: str
    feed: str
    file_name: str
    known_day: date
    state: str
    received: int
    accepted: int
    quarantined: int
    refused: int
    reason: str


@dataclass(frozen=True)
class RuleCount:
    """Open quarantined rows by feed, column and rule."""

    feed: str
    column: str
    rule: str
    rows: int


@dataclass(frozen=True)
class LastRun:
    """The last run of one step."""

    step: str
    partition: str
    state: str
    ended_at: datetime | None
    seconds: float | None


@dataclass(frozen=True)
class Drift:
    """How far one thing moved; `verdict` is an English message id."""

    measure: str
    value: float
    limit: float
    verdict: str


@dataclass(frozen=True)
class FeedsPage:
    """The data page."""

    feeds: tuple[Feed, ...]
    deliveries: tuple[DeliveryShown, ...]
    """Newest first, at most 100."""
    quarantine: tuple[RuleCount, ...]
    runs: tuple[LastRun, ...]
    drift: tuple[Drift, ...]


@dataclass(frozen=True)
class SetAside:
    """One rule broken by one quarantined row; values of personal columns are masked."""

    row: int
    feed: str
    delivery_id: str
    row_number: int
    column: str
    rule: str
    value: str


@dataclass(frozen=True)
class Replayed:
    """A row that was put right and published, and the day from which on it is known."""

    row: int
    delivery_id: str
    row_number: int
    known_day: date


def feeds_page(caller: Officer, desk: Desk) -> FeedsPage:
    """Return the data page; raise NotAllowedError for roles that do not keep or audit the feeds."""
    require(caller, Right.READ_FEEDS)
    declared = steps.open_workspace(desk.settings).project.inbound
    with session_for(caller, desk) as session:
        feeds = _feeds(session, desk.now().date())
        deliveries = _deliveries(session)
        runs = _last_runs(session)
    silent = tuple(Feed(name, None, None, 0, 0, 0, 0, 0, 0) for name in sorted(declared) if name not in feeds)
    by_rule = steps.quarantine_by_rule(desk.settings)
    return FeedsPage(
        feeds=(*(feeds[name] for name in sorted(feeds)), *silent),
        deliveries=deliveries,
        quarantine=tuple(
            RuleCount(row["feed"], row["column"], row["rule"], int(row["rows"])) for row in by_rule.to_dict("records")
        ),
        runs=runs,
        drift=_drift(desk),
    )


def _last_runs(session: Session) -> tuple[LastRun, ...]:
    """Return the newest run of each step, newest first."""
    newest = select(func.max(StepRun.number)).group_by(StepRun.step)
    partition = select(func.max(RunPartition.partition_key)).where(RunPartition.run == StepRun.number).scalar_subquery()
    wanted = select(StepRun, partition).where(StepRun.number.in_(newest)).order_by(StepRun.number.desc())
    return tuple(
        LastRun(
            run.step,
            str(key or ""),
            run.state,
            run.ended_at,
            None if run.ended_at is None else (run.ended_at - run.began_at).total_seconds(),
        )
        for run, key in session.execute(wanted)
    )


def _drift(desk: Desk) -> tuple[Drift, ...]:
    """Return what moved too far on the last watched day, alarms first."""
    lake = steps.open_workspace(desk.settings).lake
    days = lake.row_counts(WATCHED)
    if not days:
        return ()
    found = lake.read(
        WATCHED, since=max(days), until=max(days), columns=["check", "place", "value", "threshold", "level"]
    )
    moved = found[found["check"].str.contains("drift") & (found["level"] != "ok")].sort_values(
        ["level", "check", "place"]
    )
    return tuple(
        Drift(f"{row['check']}: {row['place']}", float(row["value"]), float(row["threshold"]), str(row["level"]))
        for row in moved.to_dict("records")
    )


def _feeds(session: Session, today: date) -> Mapping[str, Feed]:
    def total(column: Any) -> Any:
        return func.coalesce(func.sum(column), 0, type_=Integer)

    waits = func.sum(case((Delivery.state == "landed", 1), else_=0))
    wanted = select(
        Delivery.feed,
        func.max(Delivery.folder_day),
        func.count(),
        total(Delivery.received_rows),
        total(Delivery.accepted_rows),
        total(Delivery.quarantined_rows),
        total(Delivery.refused_rows),
        waits,
    ).group_by(Delivery.feed)
    return {
        feed: Feed(feed, last, (today - last).days, *(int(number) for number in numbers))
        for feed, last, *numbers in session.execute(wanted)
    }


def _deliveries(session: Session) -> tuple[DeliveryShown, ...]:
    wanted = select(Delivery).order_by(Delivery.number.desc()).limit(MOST_DELIVERIES)
    return tuple(
        DeliveryShown(
            one.number,
            one.delivery_id,
            one.feed,
            one.file_name,
            one.known_day,
            one.state,
            one.received_rows,
            one.accepted_rows,
            one.quarantined_rows,
            one.refused_rows,
            one.reason,
        )
        for one in session.scalars(wanted)
    )


def quarantine(caller: Officer, desk: Desk, *, feed: str = "", rule: str = "", most: int = 200) -> tuple[SetAside, ...]:
    """Return what is wrong with the oldest `most` open quarantined rows, of one feed and rule where given."""
    require(caller, Right.READ_FEEDS)
    breaches = steps.quarantined(desk.settings, most=10 * most if feed or rule else most)
    found = [
        SetAside(one.id, one.feed, one.delivery_id, one.row_number, one.column, one.rule, one.value)
        for one in breaches
        if (not feed or one.feed == feed) and (not rule or one.rule == rule)
    ]
    return tuple(found[:most])


def repair(caller: Officer, desk: Desk, row: int, fix: dict[str, str]) -> Replayed:
    """Put one row right and publish it.

    Raises NoSuchItemError for a row that is not set aside (any more) or that another puts right now, BadInputError
    for a column that its feed does not have and for a row that is still wrong: the message names columns and rules.
    """
    require(caller, Right.REPAIR)
    try:
        repaired = steps.fix_and_replay(desk.settings, row, fix)
    except (NotSetAsideError, StaleRunError):
        raise NoSuchItemError("No row {row} is set aside. Choose one of the list.", row=str(row)) from None
    except UnknownFixError as error:
        raise BadInputError(
            "There is no column {columns} in this feed. Its columns are {known}.",
            columns=", ".join(error.columns)[:60], known=", ".join(error.known),
        ) from None  # fmt: skip
    except StillWrongError as error:
        breaches = ", ".join(f"{column} ({rule})" for column, rule in error.breaches)
        raise BadInputError(
            "The row is still wrong: {breaches}. Correct these columns too.", breaches=breaches
        ) from None
    with session_for(caller, desk) as session:
        columns = ", ".join(sorted(fix))
        put_on_record(session, desk, actor=caller.name, kind="repair", subject=f"quarantined row {row}: {columns}")
    return Replayed(row, repaired.delivery_id, repaired.row_number, repaired.known_day)
