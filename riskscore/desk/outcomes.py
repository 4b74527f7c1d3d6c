"""Keep what became of an item, so that the next business day's inspections feed carries it to the lake."""

import hashlib
from datetime import datetime
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from riskscore.errors import BadInputError
from riskscore.queues.workflow import NOT_EXAMINED, RecordOutcome, Release
from riskscore.store.database import QueueEvent
from riskscore.store.desk_records import OutcomeRecord

DECIDED_BY = {"mandatory": "rule", "score": "model", "random": "random"}
"""What a reason to choose is called in an inspection."""


def keep_outcome(
    session: Session, event: QueueEvent, action: RecordOutcome | Release, *, row: Row[Any], now: datetime
) -> None:
    """Keep an outcome, or a release that says why a chosen container was not examined, beside its event.

    Raises BadInputError where the examination lies before the decision to examine.
    """
    decided_at = _decided_at(session, event, now)
    said: dict[str, Any] = {}
    if isinstance(action, RecordOutcome):
        if action.examined_at < decided_at.replace(second=0, microsecond=0):  # forms give minutes
            raise BadInputError(
                "The examination, {at}, lies before the decision to examine, {decided}. Correct it.",
                at=f"{action.examined_at:%Y-%m-%d %H:%M}", decided=f"{decided_at:%Y-%m-%d %H:%M}",
            )  # fmt: skip
        said = {
            "result": action.result, "method": action.method, "substance": action.substance,
            "quantity_kg": action.quantity_kg, "concealment": action.concealment,
            "seal_numbers": list(action.seal_numbers), "examined_at": max(action.examined_at, decided_at),
        }  # fmt: skip
    elif action.reason in NOT_EXAMINED:
        said = {"result": "not_examined", "reason_code": action.reason, "seal_numbers": []}
    else:
        return
    session.add(
        OutcomeRecord(
            event_id=event.event_id, queue_day=event.queue_day, unit=event.unit, voyage_id=event.voyage_id,
            container_number=event.container_number, inspection_id=inspection_id(event), note=action.note,
            decided_at=decided_at, decided_by=DECIDED_BY[row.why], recorded_at=now, recorded_by=event.actor,
            selection_probability=row.selection_probability if row.why == "random" else None, **said,
        )
    )  # fmt: skip


def inspection_id(event: QueueEvent) -> str:
    """Return the number of the inspection of an item: the same however often its outcome is recorded."""
    voyage = hashlib.blake2b(event.voyage_id.encode(), digest_size=2).hexdigest().upper()
    return f"DESK-{event.unit}-{event.queue_day:%Y%m%d}-{event.container_number}-{voyage}"


def _decided_at(session: Session, event: QueueEvent, now: datetime) -> datetime:
    """Return when the item was last sent for inspection; now, where it never was."""
    sent = session.scalar(
        select(QueueEvent.happened_at)
        .where(
            QueueEvent.unit == event.unit,
            QueueEvent.queue_day == event.queue_day,
            QueueEvent.voyage_id == event.voyage_id,
            QueueEvent.container_number == event.container_number,
            QueueEvent.action == "send_for_inspection",
        )
        .order_by(QueueEvent.event_id.desc())
        .limit(1)
    )
    return sent or now
