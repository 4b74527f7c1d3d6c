"""What a supervisor asks: what the queues found, who carries what, what waits for too long."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from math import isnan
from statistics import median
from typing import Any

import pandas as pd
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from riskscore.desk.door import Desk, session_for
from riskscore.desk.items import ItemKey
from riskscore.desk.judged import AtCapacity, at_capacity, judged
from riskscore.desk.lists import period
from riskscore.desk.officer import Officer, Right, require
from riskscore.desk.policies import policy_of
from riskscore.queues import RANDOM, base_rate, hit_rates
from riskscore.queues.workflow import ENDS, OPEN, UNFINISHED
from riskscore.store.database import QueueEvent, QueueItem

MOST_DAYS = 366
HIGH_RISK = 0.05
"""Probability from which an item needs an outcome or a coded reason; mandatory ones need it whatever theirs is."""
MOST_OPEN_ENDS = 500
AGES = (1, 2, 3, 7, 14, 30)
"""Days since listing at which ageing is counted; the last stands for everything older."""


@dataclass(frozen=True)
class HitRate:
    """What one reason to choose led to; rates are None where nothing was examined."""

    why: str
    listed: int
    examined: int
    hits: int
    stands_for: float
    rate: float | None
    low: float
    high: float


@dataclass(frozen=True)
class Missed:
    """A find that the random share made and the score would not have."""

    key: ItemKey
    probability: float
    substance: str
    quantity_kg: float | None


@dataclass(frozen=True)
class Load:
    """What one officer has in hand and has done in the period."""

    officer: str
    in_hand: int
    done: int
    median_hours: float | None
    """From claim to end."""


@dataclass(frozen=True)
class Ageing:
    """Unfinished items listed at least so many days ago, and less than the next row says."""

    days: int
    open: int
    in_hand: int


@dataclass(frozen=True)
class OpenEnd:
    """A high-risk item without an outcome or a coded reason why not."""

    key: ItemKey
    state: str
    holder: str
    probability: float
    why: str
    eta: datetime
    has_arrived: bool


@dataclass(frozen=True)
class Figures:
    """The supervisor's page."""

    unit: str
    first: date
    last: date
    hit_rates: tuple[HitRate, ...]
    base_rate: float | None
    base_low: float
    base_high: float
    at_capacity: tuple[AtCapacity, ...]
    missed: tuple[Missed, ...]
    load: tuple[Load, ...]
    ageing: tuple[Ageing, ...]
    open_ends: tuple[OpenEnd, ...]


def figures(caller: Officer, desk: Desk, unit: str, first: date, last: date) -> Figures:
    """Return a unit's figures over the queues of [first, last]; raise BadInputError for more than 366 days.

    An outcome recorded at the desk counts before one that came by the inspections feed. Rates are None, their bounds
    0 and 1, where nothing was examined.
    """
    require(caller, Right.READ_FIGURES, unit)
    period(first, last, MOST_DAYS)
    policy = policy_of(unit)
    with session_for(caller, desk) as session:
        rows = judged(session, desk, unit, first, last)
        load = _load(session, unit, first, last)
        ageing = _ageing(session, unit, desk.now().date())
        ends = _open_ends(session, unit, last, desk.now())
    rates = hit_rates(rows)
    base = base_rate(rows[rows["queue_day"].isin(rows.loc[rows["why"] == RANDOM, "queue_day"])])
    return Figures(
        unit=unit,
        first=first,
        last=last,
        hit_rates=tuple(map(_hit_rate, rates.reset_index().to_dict("records"))),
        base_rate=known(base.rate),
        base_low=base.low,
        base_high=base.high,
        at_capacity=at_capacity(rows, policy.capacity),
        missed=_missed(rows),
        load=load,
        ageing=ageing,
        open_ends=ends,
    )


def open_ends(caller: Officer, desk: Desk, unit: str, until: date) -> tuple[OpenEnd, ...]:
    """Return the high-risk items listed up to `until` that have neither outcome nor coded reason, oldest first."""
    require(caller, Right.READ_FIGURES, unit)
    policy_of(unit)
    with session_for(caller, desk) as session:
        return _open_ends(session, unit, until, desk.now())


def known(rate: float) -> float | None:
    """Return a rate, None where it is no number."""
    return None if isnan(rate) else float(rate)


def _hit_rate(row: Mapping[Any, Any]) -> HitRate:
    counts = (int(row["listed"]), int(row["examined"]), int(row["hits"]))
    return HitRate(row["why"], *counts, row["stands_for"], known(row["hit_rate"]), row["low"], row["high"])


def _missed(rows: pd.DataFrame) -> tuple[Missed, ...]:
    """Return finds of the random share: what is drawn there is what neither rule nor score had chosen."""
    found = rows[(rows["why"] == RANDOM) & (rows["is_hit"] == 1.0)]
    return tuple(
        Missed(
            ItemKey(row["unit"], row["queue_day"], row["voyage_id"], row["container_number"]),
            row["probability"],
            row["substance"] if isinstance(row["substance"], str) else "",
            known(float("nan") if row["quantity_kg"] is None else row["quantity_kg"]),
        )
        for row in found.sort_values(["queue_day", "container_number"]).to_dict("records")
    )


def _load(session: Session, unit: str, first: date, last: date) -> tuple[Load, ...]:
    in_hand = select(QueueItem.holder, func.count()).where(
        QueueItem.unit == unit, QueueItem.state.in_(sorted(UNFINISHED)), QueueItem.holder != ""
    )
    held = {name: count for name, count in session.execute(in_hand.group_by(QueueItem.holder))}  # noqa: C416 rows are no pairs to dict's types
    wanted = (
        select(QueueEvent)
        .where(QueueEvent.unit == unit, QueueEvent.queue_day >= first, QueueEvent.queue_day <= last)
        .order_by(QueueEvent.event_id)
    )
    hours = _hours_taken(list(session.scalars(wanted)))
    return tuple(
        Load(name, held.get(name, 0), len(hours.get(name, [])), median(hours[name]) if name in hours else None)
        for name in sorted({*held, *hours})
    )


def _hours_taken(events: Sequence[QueueEvent]) -> dict[str, list[float]]:
    """Return, by who ended them, the hours from claim to first end of each item."""
    claimed: dict[tuple[Any, ...], datetime] = {}
    taken: dict[str, list[float]] = {}
    for event in events:
        item = (event.queue_day, event.voyage_id, event.container_number)
        if event.action == "claim":
            claimed[item] = event.happened_at
        elif event.state_after in ENDS and item in claimed:
            hours = (event.happened_at - claimed.pop(item)) / timedelta(hours=1)
            taken.setdefault(event.actor, []).append(hours)
    return taken


def _ageing(session: Session, unit: str, today: date) -> tuple[Ageing, ...]:
    wanted = (
        select(QueueItem.queue_day, QueueItem.state, func.count())
        .where(QueueItem.unit == unit, QueueItem.state.in_(sorted(UNFINISHED)))
        .group_by(QueueItem.queue_day, QueueItem.state)
    )
    counted = [((today - day).days, state == OPEN, count) for day, state, count in session.execute(wanted)]
    return tuple(
        Ageing(
            days,
            sum(count for age, is_open, count in counted if is_open and days <= age < until),
            sum(count for age, is_open, count in counted if not is_open and days <= age < until),
        )
        for days, until in zip((0, *AGES), (*AGES, 1_000_000), strict=True)
    )


def _open_ends(session: Session, unit: str, until: date, now: datetime) -> tuple[OpenEnd, ...]:
    is_high = (QueueItem.probability >= HIGH_RISK) | (QueueItem.why == "mandatory")
    wanted = (
        select(QueueItem)
        .where(QueueItem.unit == unit, QueueItem.state.in_(sorted(UNFINISHED)), QueueItem.queue_day <= until, is_high)
        .order_by(QueueItem.queue_day, QueueItem.position)
    )
    found = []
    for item in session.scalars(wanted.limit(MOST_OPEN_ENDS)):
        eta = datetime.fromisoformat(item.shown["eta"]).astimezone(UTC)
        key = ItemKey(item.unit, item.queue_day, item.voyage_id, item.container_number)
        found.append(OpenEnd(key, item.state, item.holder, item.probability, item.why, eta, eta < now))
    return tuple(found)
