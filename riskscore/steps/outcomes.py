"""Outcomes: what officers recorded at the desk goes into the drop folder as the units' own delivery, exactly once."""

import hashlib
import json
import os
from collections.abc import Sequence
from datetime import date, datetime
from itertools import groupby
from pathlib import Path
from typing import Any
from uuid import uuid4

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from riskscore.settings import Settings
from riskscore.steps.workspace import open_workspace
from riskscore.store.database import Delivery
from riskscore.store.desk_records import OutcomeFile, OutcomeRecord

FEED = "inspections"
NOTICE = "recorded at the desk of riskscore"


def deliver_outcomes(settings: Settings, looked_from: date, until: date) -> list[Path]:
    """Write the outcomes recorded by the cut-off of `until` into the drop folder; return the files written.

    Outcomes are bound to a file and its folder, the business day they were recorded on, before it is written: what
    is killed in between writes the same bytes again, and the ledger knows the file by name and content. A file
    whose folder lies before `looked_from`, the first that will be looked at, goes into that one.
    """
    work = open_workspace(settings)
    with work.transaction() as session:
        _bind(session, settings, until)
    with work.transaction() as session:
        unwritten = list(session.scalars(select(OutcomeFile).where(~OutcomeFile.is_written)))
        for file in unwritten:
            file.folder_day = _folder_day(session, settings, file, looked_from)
    written = []
    for file in sorted(unwritten, key=lambda one: one.file_name):
        with work.transaction() as session:
            path = settings.drop / file.folder_day.isoformat() / FEED / file.file_name
            _put(path, _content(session, file.file_name))
            session.execute(update(OutcomeFile).where(OutcomeFile.file_name == file.file_name).values(is_written=True))
            written.append(path)
    return written


def _bind(session: Session, settings: Settings, until: date) -> None:
    """Bind every outcome that waits and was recorded in time to a file, one a unit and business day."""
    waiting = session.scalars(select(OutcomeRecord).where(OutcomeRecord.file_name.is_(None)))
    dated = sorted((settings.business_day(one.recorded_at), one.unit, one.event_id) for one in waiting)
    due = [one for one in dated if one[0] <= until]
    for (day, unit), ones in groupby(due, key=lambda one: one[:2]):
        events = [event for _, _, event in ones]
        digest = hashlib.blake2b(",".join(map(str, events)).encode(), digest_size=4).hexdigest()
        name = f"desk-{unit}-{day:%Y%m%d}-{digest}.jsonl"
        taken = session.execute(
            update(OutcomeRecord)
            .where(OutcomeRecord.event_id.in_(events), OutcomeRecord.file_name.is_(None))
            .values(file_name=name)
        )
        if taken.rowcount:  # type: ignore[attr-defined] # of an UPDATE it is there
            session.merge(OutcomeFile(file_name=name, folder_day=day, is_written=False))


def _folder_day(session: Session, settings: Settings, file: OutcomeFile, looked_from: date) -> date:
    landed = select(Delivery.number).where(Delivery.feed == FEED, Delivery.file_name == file.file_name)
    is_there = (settings.drop / file.folder_day.isoformat() / FEED / file.file_name).exists()
    return file.folder_day if is_there or session.scalar(landed) else max(file.folder_day, looked_from)


def _content(session: Session, file_name: str) -> bytes:
    wanted = select(OutcomeRecord).where(OutcomeRecord.file_name == file_name).order_by(OutcomeRecord.event_id)
    lines = _newest_last(list(session.scalars(wanted)))
    return "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines).encode()


def _newest_last(outcomes: Sequence[OutcomeRecord]) -> list[dict[str, Any]]:
    """Return one line an inspection: a delivery may state a key once."""
    newest = {outcome.inspection_id: _line(outcome) for outcome in outcomes}
    return list(newest.values())


def _line(outcome: OutcomeRecord) -> dict[str, Any]:
    return {
        "inspection_id": outcome.inspection_id,
        "container_no": outcome.container_number,
        "voyage_id": outcome.voyage_id,
        "unit": outcome.unit,
        "decided_at": _text(outcome.decided_at),
        "decided_by": outcome.decided_by,
        "selection_probability": outcome.selection_probability,
        "examined_at": _text(outcome.examined_at),
        "method": outcome.method or None,
        "outcome": outcome.result,
        "reason_code": outcome.reason_code or None,
        "finding": {
            "substance": outcome.substance or None,
            "quantity_kg": outcome.quantity_kg,
            "concealment": outcome.concealment or None,
        },
        "notice": NOTICE,
    }


def _text(instant: datetime | None) -> str | None:
    return None if instant is None else f"{instant:%Y-%m-%dT%H:%M:%SZ}"


def _put(path: Path, content: bytes) -> None:
    """Write under a name that landing leaves alone, then rename: a reader finds all of it or nothing."""
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f".{path.name}.{uuid4().hex}.part")  # process numbers repeat among machines
    with unfinished.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    unfinished.replace(path)
