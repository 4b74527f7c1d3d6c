"""The page of one container: what the score rests on, what it carries, what it is linked to, what was done to it."""

import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pandas as pd
from sqlalchemy import select
from sqlalchemy.orm import Session

from riskscore.desk.audit import put_on_record
from riskscore.desk.case import (
    Consignment,
    ContainerPage,
    Event,
    Fix,
    Gap,
    LinkedSeizure,
    Marked,
    Party,
    PastScore,
    Route,
    SimilarCase,
    Stop,
)
from riskscore.desk.door import Desk, session_for
from riskscore.desk.items import ItemKey
from riskscore.desk.links import linked_seizures, similar_cases
from riskscore.desk.officer import Officer, Right, require
from riskscore.desk.papers import consignment_facts, consignments, newest
from riskscore.desk.policies import policy_of
from riskscore.desk.routes import route_of
from riskscore.desk.rows import ITEM_COLUMNS, list_row, route_shown, shown_reasons
from riskscore.desk.work import no_such_item
from riskscore.reference import container_types
from riskscore.steps import open_workspace
from riskscore.store.database import QueueEvent, QueueItem

SCORED_AROUND = timedelta(days=35)
"""Scores of this container and voyage are looked for so many days around the day of the list."""


def container_page(caller: Officer, desk: Desk, key: ItemKey) -> ContainerPage:
    """Return the page of one queue item; the read is on record before anything is returned.

    Raises NotAllowedError for a unit not the caller's, NoSuchItemError where the queue holds no such item.
    """
    require(caller, Right.READ_CARGO, key.unit)
    policy, now = policy_of(key.unit), desk.now()
    with session_for(caller, desk) as session:
        item = _item(session, key)
        subject = f"{key.day} {key.voyage_id} {key.container_number}"
        put_on_record(session, desk, actor=caller.name, kind="read", unit=key.unit, subject=subject)
        events, other_days = _events(session, key), _other_days(session, key)
    papers = consignment_facts(desk, [key.voyage_id], [key.container_number])
    seizures, withheld = linked_seizures(caller, desk, papers, container_number=key.container_number)
    container_type = str(papers["container_type"].iloc[0]) if len(papers) else ""
    return ContainerPage(
        row=list_row(item, caller, now=now, policy=policy),
        reasons=shown_reasons(item["shown"]["reasons"]),
        model=item["model"],
        expected_value_hours=item["expected_value"],
        container_type=container_type,
        container_type_meaning=_type_in_words(container_type),
        consignments=consignments(papers),
        scores=_scores(desk, key),
        seizures=seizures,
        withheld_seizures=withheld,
        similar=similar_cases(desk, papers, unit=key.unit),
        route=route_of(desk, key.voyage_id, through=route_shown(item["shown"]), unit=key.unit),
        events=events,
        other_days=other_days,
        is_invented=desk.settings.is_invented,
    )


def _item(session: Session, key: ItemKey) -> Mapping[str, Any]:
    found = session.execute(select(*ITEM_COLUMNS).where(*_is(QueueItem, key))).mappings().one_or_none()
    if found is None:
        raise no_such_item(key)
    return found  # type: ignore[return-value] # a row of a mapping result is a mapping by name


def _is(model: type[QueueItem | QueueEvent], key: ItemKey) -> list[Any]:
    return [
        model.unit == key.unit,
        model.queue_day == key.day,
        model.voyage_id == key.voyage_id,
        model.container_number == key.container_number,
    ]


def _events(session: Session, key: ItemKey) -> tuple[Event, ...]:
    wanted = select(QueueEvent).where(*_is(QueueEvent, key)).order_by(QueueEvent.event_id)
    return tuple(
        Event(
            number=one.event_id,
            at=one.happened_at,
            action=one.action,
            actor=one.actor,
            state_after=one.state_after,
            detail=json.loads(one.detail) if one.detail else {},
        )
        for one in session.scalars(wanted)
    )


def _other_days(session: Session, key: ItemKey) -> tuple[ItemKey, ...]:
    wanted = (
        select(QueueItem.unit, QueueItem.queue_day, QueueItem.voyage_id, QueueItem.container_number)
        .where(QueueItem.unit == key.unit, QueueItem.container_number == key.container_number)
        .order_by(QueueItem.queue_day)
    )
    return tuple(other for row in session.execute(wanted) if (other := ItemKey(*row)) != key)


def _scores(desk: Desk, key: ItemKey) -> tuple[PastScore, ...]:
    rows = open_workspace(desk.settings).lake.read(
        "container_score",
        since=key.day - SCORED_AROUND,
        until=key.day + SCORED_AROUND,
        columns=["score_day", "unit", "probability", "rank", "coverage", "model"],
        among={"voyage_id": [key.voyage_id], "container_number": [key.container_number]},
    )
    mine = newest(rows[rows["unit"] == key.unit], ["score_day"], by=["score_day"])
    return tuple(
        PastScore(row["score_day"], row["probability"], int(row["rank"]), row["coverage"], row["model"])
        for row in mine.to_dict("records")
    )


def _type_in_words(code: str) -> str:
    types = container_types()
    if code not in types.index:
        return ""
    known = types.loc[code]
    return ", ".join(str(known[name]) for name in ("group_text", "description") if not pd.isna(known[name]))


__all__ = [
    "Consignment",
    "ContainerPage",
    "Event",
    "Fix",
    "Gap",
    "LinkedSeizure",
    "Marked",
    "Party",
    "PastScore",
    "Route",
    "SimilarCase",
    "Stop",
    "container_page",
]
