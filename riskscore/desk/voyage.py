"""The page of one voyage: its containers by risk, its calls, its vessel's conduct, what finds are expected."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import pandas as pd
from sqlalchemy import select
from sqlalchemy.orm import Session

from riskscore.desk.case import Route, Stop
from riskscore.desk.door import Desk, session_for
from riskscore.desk.items import ItemKey, ShownReason
from riskscore.desk.officer import Officer, Right, require
from riskscore.desk.papers import number, text
from riskscore.desk.policies import policy_of
from riskscore.desk.routes import route_of
from riskscore.desk.rows import hours_until, shown_reasons, spoken_as
from riskscore.errors import NoSuchItemError, NotReadyError
from riskscore.steps import open_workspace
from riskscore.store.database import QueueItem

LISTED_FOR = timedelta(days=30)
"""A container stays on a unit's lists for this long on one voyage, and is not listed again."""


@dataclass(frozen=True)
class VoyageRow:
    """One voyage of a unit's day, by risk."""

    voyage_id: str
    rank: int
    vessel_name: str
    vessel_imo: str
    eta: datetime
    hours_left: float
    container_count: int
    listed_count: int
    """How many of its containers stand in the unit's queues up to that day."""
    expected_finds: float
    probability: float
    coverage: float
    reasons: tuple[ShownReason, ...]


@dataclass(frozen=True)
class Aboard:
    """One container aboard, for this unit; `key` is set where it stands in a queue."""

    container_number: str
    port_of_loading: str
    probability: float
    rank: int
    coverage: float
    key: ItemKey | None
    state: str


@dataclass(frozen=True)
class Conduct:
    """One feature of the voyage's vessel with what is usual on that day; `meaning` is an English message id."""

    feature: str
    meaning: str
    value: float | None
    usual: float | None
    kind: str
    unit: str


@dataclass(frozen=True)
class VoyagePage:
    """Everything about one voyage at one unit."""

    unit: str
    day: date
    row: VoyageRow
    reasons: tuple[ShownReason, ...]
    aboard: tuple[Aboard, ...]
    """Riskiest first, each with its newest score up to that day."""
    calls: tuple[Stop, ...]
    """In order of time."""
    route: Route
    conduct: tuple[Conduct, ...]
    model: str
    is_invented: bool


def voyage_list(caller: Officer, desk: Desk, unit: str, day: date) -> tuple[VoyageRow, ...]:
    """Return the voyages of `unit` scored on `day`, riskiest first; raise NotReadyError where none were scored."""
    require(caller, Right.READ_CARGO, unit)
    policy_of(unit)
    scores = _scores(desk, unit, day)
    if scores.empty:
        raise NotReadyError(step=f"The voyages of {unit}", needs="table voyage_score", day=str(day))
    names = _vessel_names(desk, scores["voyage_id"].tolist())
    with session_for(caller, desk) as session:
        listed = _listed(session, unit, day, scores["voyage_id"].tolist())
    return tuple(_row(score, desk, names, listed) for score in scores.to_dict("records"))


def voyage_page(caller: Officer, desk: Desk, unit: str, day: date, voyage_id: str) -> VoyagePage:
    """Return the page of one voyage; raise NoSuchItemError where it was not scored for that unit and day."""
    require(caller, Right.READ_CARGO, unit)
    policy_of(unit)
    scores = _scores(desk, unit, day, voyage_id)
    if scores.empty:
        raise NoSuchItemError(
            "Voyage {voyage} was not scored for {unit} on {day}. Choose it from the day's voyages.",
            voyage=voyage_id[:30],
            unit=unit,
            day=str(day),
        )
    score = scores.to_dict("records")[0]
    with session_for(caller, desk) as session:
        listed = _listed(session, unit, day, [voyage_id])
    route = route_of(desk, voyage_id, unit=unit)
    row = _row(score, desk, _vessel_names(desk, [voyage_id]), listed)
    return VoyagePage(
        unit=unit,
        day=day,
        row=row,
        reasons=row.reasons,
        aboard=_aboard(desk, unit, day, voyage_id, listed),
        calls=route.stops,
        route=route,
        conduct=_conduct(desk, unit, day, voyage_id),
        model=score["model"],
        is_invented=desk.settings.is_invented,
    )


def _scores(desk: Desk, unit: str, day: date, voyage_id: str = "") -> pd.DataFrame:
    among = {"unit": [unit]} | ({"voyage_id": [voyage_id]} if voyage_id else {})
    rows = open_workspace(desk.settings).lake.read("voyage_score", since=day, until=day, among=among)
    return rows.sort_values("rank", ignore_index=True)


def _vessel_names(desk: Desk, voyages: Sequence[str]) -> Mapping[str, str]:
    calls = open_workspace(desk.settings).lake.read(
        "port_call", columns=["voyage_id", "vessel_name", "known_day"], among={"voyage_id": list(voyages)}
    )
    newest = calls.sort_values("known_day").drop_duplicates("voyage_id", keep="last")
    return dict(zip(newest["voyage_id"], newest["vessel_name"].map(text), strict=True))


Listed = Mapping[tuple[str, str], tuple[ItemKey, str]]
"""Voyage and container, and the newest queue item they stand in, with its state."""


def _listed(session: Session, unit: str, day: date, voyages: Sequence[str]) -> Listed:
    wanted = select(QueueItem.queue_day, QueueItem.voyage_id, QueueItem.container_number, QueueItem.state).where(
        QueueItem.unit == unit,
        QueueItem.queue_day <= day,
        QueueItem.queue_day > day - LISTED_FOR,
        QueueItem.voyage_id.in_(list(voyages)),
    )
    return {
        (voyage_id, container): (ItemKey(unit, queue_day, voyage_id, container), state)
        for queue_day, voyage_id, container, state in session.execute(wanted.order_by(QueueItem.queue_day))
    }


def _row(score: Mapping[Any, Any], desk: Desk, names: Mapping[str, str], listed: Listed) -> VoyageRow:
    eta: datetime = score["planned_arrival_at"].to_pydatetime()
    return VoyageRow(
        voyage_id=score["voyage_id"],
        rank=int(score["rank"]),
        vessel_name=names.get(score["voyage_id"], ""),
        vessel_imo=text(score["vessel_imo"]),
        eta=eta,
        hours_left=hours_until(eta, desk.now()),
        container_count=int(score["container_count"]),
        listed_count=sum(voyage_id == score["voyage_id"] for voyage_id, _ in listed),
        expected_finds=float(score["expected_finds"]),
        probability=float(score["probability"]),
        coverage=float(score["coverage"]),
        reasons=shown_reasons(json.loads(score["reasons"])),
    )


def _aboard(desk: Desk, unit: str, day: date, voyage_id: str, listed: Listed) -> tuple[Aboard, ...]:
    rows = open_workspace(desk.settings).lake.read(
        "container_score",
        since=day - LISTED_FOR,
        until=day,
        columns=["score_day", "container_number", "port_of_loading", "probability", "rank", "coverage"],
        among={"voyage_id": [voyage_id], "unit": [unit]},
    )
    newest = rows.sort_values("score_day").drop_duplicates("container_number", keep="last")
    ordered = newest.sort_values(["probability", "container_number"], ascending=[False, True])
    found = []
    for row in ordered.to_dict("records"):
        key, state = listed.get((voyage_id, row["container_number"]), (None, ""))
        place = (row["container_number"], row["port_of_loading"])
        found.append(Aboard(*place, row["probability"], int(row["rank"]), row["coverage"], key, state))
    return tuple(found)


def _conduct(desk: Desk, unit: str, day: date, voyage_id: str) -> tuple[Conduct, ...]:
    """Return the voyage's features beside the median of all voyages scored that day."""
    work = open_workspace(desk.settings)
    declared = work.project.feature_sets["voyage"]
    rows = work.lake.read("voyage_features", since=day, until=day)
    mine = rows[(rows["voyage_id"] == voyage_id) & (rows["unit"] == unit)]
    if mine.empty:
        return ()
    values, usual = mine.iloc[0], rows[declared.names].median()
    return tuple(
        Conduct(name, declared.sentences[name], number(values[name]), number(usual[name]), *spoken_as(name))
        for name in declared.names
    )
