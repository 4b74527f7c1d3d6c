"""Work on a queue item: one action, one transaction, one event; nobody else's work is ever overwritten."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Row, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from riskscore.desk.door import Desk, session_for
from riskscore.desk.items import ItemKey
from riskscore.desk.officer import OF_ONE_UNIT, Officer, Right, Role, require
from riskscore.desk.outcomes import keep_outcome
from riskscore.desk.policies import policies
from riskscore.desk.rows import goods_of, route_shown
from riskscore.errors import BadInputError, NoSuchItemError, TakenError
from riskscore.queues.workflow import (
    MOVES,
    TOKEN,
    Action,
    HandOver,
    RecordOutcome,
    Refer,
    Release,
    holder_after,
    require_sense,
)
from riskscore.store.database import QueueEvent, QueueItem
from riskscore.store.desk_records import AccountRecord, ReferralRecord

TRIES = 3
"""A list that is filled again puts its items back under whoever acts; after so many misses it is somebody's doing."""


@dataclass(frozen=True)
class Done:
    """What an action led to."""

    key: ItemKey
    state: str
    holder: str
    version: int
    event_number: int
    was_done_before: bool = False
    """The same token came before: nothing was done now, and this is what was done then."""


@dataclass(frozen=True)
class Referral:
    """An item that another unit passed on."""

    key: ItemKey
    to_unit: str
    reason: str
    note: str
    actor: str
    at: datetime
    probability: float
    vessel_name: str
    eta: datetime
    route: tuple[str, ...]
    hs6: str
    goods: str


def act(caller: Officer, desk: Desk, key: ItemKey, action: Action, *, token: str, version: int | None = None) -> Done:
    """Do one action; the same `token` (8 to 64 letters, digits, - or _) again does nothing twice.

    `version`, where given, is that of the row the caller looked at. Raises BadInputError for an action that makes no
    sense, NotAllowedError, NoSuchItemError, and TakenError where the item's state or holder does not allow it (any
    more): the message says who has it and what it is now.
    """
    now = desk.now()
    require(caller, Right.SUPERVISE if MOVES[type(action)].by_supervisor else Right.WORK, key.unit)
    require_sense(action, now=now)
    if not TOKEN.fullmatch(token):
        raise BadInputError("The form has no usable token. Load the page again.")
    for _ in range(TRIES):
        try:
            with session_for(caller, desk) as session:
                return _act(session, caller, key, action, token=token, version=version, now=now)
        except TakenError:  # perhaps by the same form, sent twice at once
            with session_for(caller, desk) as session:
                if before := _done_before(session, caller, key, action, token):
                    return before
            raise
        except (_MissedError, IntegrityError):
            continue
    raise TakenError("The list is being filled again. Try once more in a moment.")


class _MissedError(Exception):
    """The item allows the action, and yet the update did not meet it: it was put back meanwhile."""


def _act(  # noqa: PLR0913 as `act`, within a transaction
    session: Session, caller: Officer, key: ItemKey, action: Action, *, token: str, version: int | None, now: datetime
) -> Done:
    if before := _done_before(session, caller, key, action, token):
        return before
    _require_partner(session, key, action)
    row = _moved(session, caller, key, action, version)
    event = QueueEvent(
        **_columns(key), action=MOVES[type(action)].action, actor=caller.name, detail=_detail(action), token=token,
        happened_at=now,
        state_after=row.state, holder_after=row.holder, version_after=row.version,
    )  # fmt: skip
    session.add(event)
    session.flush()
    if isinstance(action, RecordOutcome | Release):
        keep_outcome(session, event, action, row=row, now=now)
    if isinstance(action, Refer):
        session.add(_referral(event, action, row, now))
    return Done(key, row.state, row.holder, row.version, event.event_id)


def _moved(session: Session, caller: Officer, key: ItemKey, action: Action, version: int | None) -> Row[Any]:
    """Change the item in one conditional statement; return it as it is now, or raise what keeps it from that."""
    move, is_supervisor = MOVES[type(action)], caller.role == Role.SUPERVISOR
    fits = [*_is(key), QueueItem.state.in_(sorted(move.starts))]
    if move.by_holder and not is_supervisor:
        fits.append(QueueItem.holder == caller.name)
    if version is not None:
        fits.append(QueueItem.version == version)
    changed: dict[Any, Any] = {QueueItem.version: QueueItem.version + 1}
    if move.becomes is not None:
        changed[QueueItem.state] = move.becomes
    if (holder := holder_after(action, "\0", caller=caller.name)) != "\0":
        changed[QueueItem.holder] = holder
    met = session.execute(update(QueueItem).where(*fits).values(changed).execution_options(synchronize_session=False))
    row = session.execute(select(*QueueItem.__table__.columns).where(*_is(key))).one_or_none()
    if met.rowcount == 1 and row is not None:  # type: ignore[attr-defined] # of an UPDATE it is there
        return row
    raise _refusal(row, caller, key, action, version)


def _refusal(row: Row[Any] | None, caller: Officer, key: ItemKey, action: Action, version: int | None) -> Exception:
    move = MOVES[type(action)]
    if row is None:
        return no_such_item(key)
    if row.state not in move.starts and row.holder and row.holder != caller.name:
        return TakenError(
            "{holder} has this item: it is {state}. Choose another one, or ask {holder}.",
            holder=row.holder, state=row.state,
        )  # fmt: skip
    if row.state not in move.starts:
        return TakenError(
            "The item is {state}: “{action}” is not possible then. Load the page again.",
            state=row.state, action=move.action,
        )  # fmt: skip
    if move.by_holder and row.holder != caller.name and caller.role != Role.SUPERVISOR:
        return TakenError(
            "{holder} has this item. Ask {holder}, or a supervisor to hand it over.", holder=row.holder or "-"
        )
    if version is not None and row.version != version:
        return TakenError("Somebody changed this item after you opened it: it is {state}. Look again.", state=row.state)
    return _MissedError()


def _done_before(session: Session, caller: Officer, key: ItemKey, action: Action, token: str) -> Done | None:
    wanted = select(QueueEvent).where(QueueEvent.actor == caller.name, QueueEvent.token == token)
    event = session.scalars(wanted).one_or_none()
    if event is None:
        return None
    then = ItemKey(event.unit, event.queue_day, event.voyage_id, event.container_number)
    if then != key or event.action != MOVES[type(action)].action or event.detail != _detail(action):
        raise BadInputError("This form was used for something else before. Load the page again.")
    return Done(key, event.state_after, event.holder_after, event.version_after, event.event_id, was_done_before=True)


def _require_partner(session: Session, key: ItemKey, action: Action) -> None:
    if isinstance(action, Refer):
        units = policies().units
        if action.unit not in units or action.unit == key.unit:
            others = ", ".join(sorted(set(units) - {key.unit}))
            raise BadInputError(
                "An item cannot be passed to {unit}. Choose one of {others}.", unit=action.unit, others=others
            )
    if isinstance(action, HandOver) and action.officer not in _officers_of(session, key.unit):
        raise BadInputError(
            "{officer} is no officer of {unit}. Choose one from the list.", officer=action.officer or "-", unit=key.unit
        )


def _officers_of(session: Session, unit: str) -> list[str]:
    wanted = select(AccountRecord.name).where(
        AccountRecord.unit == unit,
        AccountRecord.is_enabled,
        AccountRecord.role.in_([role.value for role in OF_ONE_UNIT]),
    )
    return list(session.scalars(wanted.order_by(AccountRecord.name)))


def _referral(event: QueueEvent, action: Refer, row: Row[Any], now: datetime) -> ReferralRecord:
    seen = ("vessel_name", "eta", "route", "goods")
    return ReferralRecord(
        event_id=event.event_id, queue_day=event.queue_day, unit=event.unit, voyage_id=event.voyage_id,
        container_number=event.container_number, to_unit=action.unit, reason=action.reason, note=action.note,
        actor=event.actor, happened_at=now, probability=row.probability, shown={name: row.shown[name] for name in seen},
    )  # fmt: skip


def _detail(action: Action) -> str:
    said: Mapping[str, Any] = asdict(action)
    given = {name: _text(value) for name, value in said.items() if value not in {"", None, ()}}
    return json.dumps(given, sort_keys=True)


def _text(value: object) -> str:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="seconds")
    return ", ".join(map(str, value)) if isinstance(value, tuple) else str(value)


def no_such_item(key: ItemKey) -> NoSuchItemError:
    """Return what to say where a queue holds no such item."""
    return NoSuchItemError(
        "The list of {unit} on {day} has no container {container} of voyage {voyage}. Search for the container.",
        unit=key.unit, day=str(key.day), container=key.container_number[:20], voyage=key.voyage_id[:30],
    )  # fmt: skip


def _is(key: ItemKey) -> list[Any]:
    return [getattr(QueueItem, name) == value for name, value in _columns(key).items()]


def _columns(key: ItemKey) -> dict[str, Any]:
    return {
        "queue_day": key.day, "unit": key.unit, "voyage_id": key.voyage_id, "container_number": key.container_number,
    }  # fmt: skip


def referrals(caller: Officer, desk: Desk, unit: str, most: int = 100) -> tuple[Referral, ...]:
    """Return what other units passed on to `unit`, newest first."""
    require(caller, Right.READ_CARGO, unit)
    wanted = select(ReferralRecord).where(ReferralRecord.to_unit == unit).order_by(ReferralRecord.event_id.desc())
    with session_for(caller, desk) as session:
        return tuple(_shown(record) for record in session.scalars(wanted.limit(most)))


def _shown(record: ReferralRecord) -> Referral:
    hs6, goods = goods_of(record.shown)
    return Referral(
        key=ItemKey(record.unit, record.queue_day, record.voyage_id, record.container_number),
        to_unit=record.to_unit, reason=record.reason, note=record.note, actor=record.actor, at=record.happened_at,
        probability=record.probability, vessel_name=str(record.shown["vessel_name"] or ""),
        eta=datetime.fromisoformat(record.shown["eta"]), route=route_shown(record.shown),
        hs6=hs6, goods=goods,
    )  # fmt: skip


def officers_of(caller: Officer, desk: Desk, unit: str) -> tuple[str, ...]:
    """Return the names of a unit's enabled officers and supervisors, for handing over."""
    require(caller, Right.SUPERVISE, unit)
    with session_for(caller, desk) as session:
        return tuple(_officers_of(session, unit))


__all__ = ["Done", "Referral", "act", "no_such_item", "officers_of", "referrals"]
