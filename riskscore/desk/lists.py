"""A unit's list of one day, through a view; what stands before and after an item; search over all days."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, timedelta
from typing import Any

from sqlalchemy import Row, case, func, select
from sqlalchemy.orm import Session

from riskscore.desk.door import Desk, session_for
from riskscore.desk.items import Choices, DayPage, Found, ItemKey, ListRow, Neighbours
from riskscore.desk.officer import OF_ONE_UNIT, Officer, Right, require
from riskscore.desk.policies import policies, policy_of
from riskscore.desk.rows import ITEM_COLUMNS, list_row
from riskscore.desk.view import ARRIVED_UNWORKED, View
from riskscore.errors import BadInputError, NotReadyError
from riskscore.queues.workflow import UNFINISHED
from riskscore.steps.search_terms import as_term, terms_of
from riskscore.store.database import QueueItem
from riskscore.store.desk_records import SearchTerm

MOST_CARRIED = 200
"""Items of earlier days shown above a list, the oldest; all are counted."""
FEWEST_LETTERS = 3
LAST_LETTER = "\U0010ffff"
LOW_COVERAGE_SHARE = 0.25
"""A list of which more than this share has low coverage is warned about as a whole."""

ORDERS: dict[str, Callable[[ListRow], Any]] = {
    "position": lambda row: row.position,
    "eta": lambda row: row.eta,
    "probability": lambda row: row.probability,
    "container": lambda row: row.key.container_number,
    "voyage": lambda row: row.key.voyage_id,
    "vessel": lambda row: row.vessel_name,
    "state": lambda row: row.state,
    "coverage": lambda row: row.coverage,
    "holder": lambda row: row.holder,
    "goods": lambda row: row.hs6,
    "loading": lambda row: row.route[0],
}
"""What each sort compares; the position decides between equals."""

Item = Mapping[str, Any]


def units(caller: Officer, desk: Desk) -> tuple[str, ...]:
    """Return the units whose lists the caller may read."""
    _ = desk
    require(caller, Right.READ_CARGO)
    return (caller.unit,) if caller.role in OF_ONE_UNIT else tuple(sorted(policies().units))


def days(caller: Officer, desk: Desk, unit: str, most: int = 60) -> tuple[date, ...]:
    """Return the days for which `unit` has a queue, newest first."""
    require(caller, Right.READ_CARGO, unit)
    wanted = select(QueueItem.queue_day).where(QueueItem.unit == unit).distinct()
    with session_for(caller, desk) as session:
        return tuple(session.scalars(wanted.order_by(QueueItem.queue_day.desc()).limit(most)))


def day_list(caller: Officer, desk: Desk, unit: str, day: date, view: View) -> DayPage:
    """Return a unit's list; raise QueueError (no such unit), NotReadyError (no queue that day), NotAllowedError."""
    require(caller, Right.READ_CARGO, unit)
    policy, now = policy_of(unit), desk.now()
    with session_for(caller, desk) as session:
        items = items_of(session, unit, day)
        carried, carried_total = _carried_over(session, unit, day)
    rows = [list_row(item, caller, now=now, policy=policy) for item in items]
    shown = seen_through(view, rows, items)
    in_order = view.sort == "position" and not view.is_descending
    return DayPage(
        unit=unit,
        day=day,
        capacity=policy.capacity,
        total=len(rows),
        rows=tuple(shown),
        capacity_after=sum(row.position <= policy.capacity for row in shown) if in_order else None,
        carried_over=tuple(list_row(item, caller, now=now, policy=policy) for item in carried),
        carried_over_total=carried_total,
        counts=dict(Counter(row.state for row in rows)),
        choices=_choices(rows),
        is_invented=desk.settings.is_invented,
        made_at=now.astimezone(UTC),
        warnings=_warnings(rows),
    )


def items_of(session: Session, unit: str, day: date) -> Sequence[Item]:
    """Return the items of one queue in order; raise NotReadyError where no queue of that day was filled."""
    wanted = select(*ITEM_COLUMNS).where(QueueItem.queue_day == day, QueueItem.unit == unit)
    items = _as_mappings(session.execute(wanted.order_by(QueueItem.position)).all())
    if not items and not session.scalar(select(QueueItem.unit).where(QueueItem.queue_day == day).limit(1)):
        raise NotReadyError(step=f"The list of {unit}", needs="the day's queue", day=str(day))
    return items


def _as_mappings(rows: Sequence[Row[Any]]) -> list[Item]:
    """Return rows by the names of ITEM_COLUMNS; a dict is read faster than a row."""
    names = [column.key for column in ITEM_COLUMNS]
    return [dict(zip(names, row, strict=True)) for row in rows]


def _carried_over(session: Session, unit: str, day: date) -> tuple[Sequence[Item], int]:
    """Return the unfinished items of earlier days, oldest first, at most MOST_CARRIED, and how many there are."""
    earlier = (
        QueueItem.unit == unit, QueueItem.state.in_(sorted(UNFINISHED)), QueueItem.queue_day < day,
    )  # fmt: skip
    wanted = select(*ITEM_COLUMNS).where(*earlier).order_by(QueueItem.queue_day, QueueItem.position)
    items = _as_mappings(session.execute(wanted.limit(MOST_CARRIED)).all())
    if len(items) < MOST_CARRIED:
        return items, len(items)
    total = session.scalar(select(func.count()).select_from(QueueItem).where(*earlier))
    return items, int(total or 0)


def seen_through(view: View, rows: Sequence[ListRow], items: Sequence[Item]) -> list[ListRow]:
    """Return the rows that a view shows, in its order; `items` are what the rows were made of."""
    term = as_term(view.search)
    if view.search and not term:
        raise BadInputError("{value} has no letter or digit to look for. Give a part of a number.", value=view.search)
    kept = [
        row
        for row, item in zip(rows, items, strict=True)
        if _passes(view, row) and (not term or any(found.startswith(term) for _, found in terms_of(item)))
    ]
    kept.sort(key=ORDERS["position"])
    kept.sort(key=ORDERS[view.sort], reverse=view.is_descending)
    return kept


def _passes(view: View, row: ListRow) -> bool:
    is_state = not view.states or row.state in view.states
    is_state = is_state or (ARRIVED_UNWORKED in view.states and row.has_arrived_unworked)
    return (
        is_state
        and (not view.whys or row.why in view.whys)
        and (not view.ports_of_loading or row.route[0] in view.ports_of_loading)
        and (not view.chapters or row.hs6[:2] in view.chapters)
        and (not view.voyages or row.key.voyage_id in view.voyages)
        and (not view.holder or row.holder == view.holder)
        and (view.eta_from is None or row.eta >= view.eta_from)
        and (view.eta_until is None or row.eta <= view.eta_until)
    )


def _choices(rows: Sequence[ListRow]) -> Choices:
    def counted(of: Callable[[ListRow], str]) -> tuple[tuple[str, int], ...]:
        return tuple(sorted(Counter(value for row in rows if (value := of(row))).items()))

    return Choices(
        ports_of_loading=counted(lambda row: row.route[0]),
        chapters=counted(lambda row: row.hs6[:2]),
        states=counted(lambda row: row.state),
        whys=counted(lambda row: row.why),
        voyages=counted(lambda row: row.key.voyage_id),
        holders=counted(lambda row: row.holder),
    )


def _warnings(rows: Sequence[ListRow]) -> tuple[str, ...]:
    found = []
    if rows and sum(row.has_low_coverage for row in rows) > LOW_COVERAGE_SHARE * len(rows):
        found.append("Much of what the scores rest on was not known that day: read them with care.")
    if any(row.has_arrived_unworked for row in rows):
        found.append("Some containers should have arrived and nobody has taken them up.")
    return tuple(found)


def neighbours(caller: Officer, desk: Desk, key: ItemKey, view: View) -> Neighbours:
    """Return what stands before and after an item in a view of its list."""
    require(caller, Right.READ_CARGO, key.unit)
    keys = _keys_shown(caller, desk, key, view)
    if key not in keys:
        return Neighbours(None, None, 0, len(keys))
    at = keys.index(key)
    return Neighbours(keys[at - 1] if at else None, keys[at + 1] if at + 1 < len(keys) else None, at + 1, len(keys))


def _keys_shown(caller: Officer, desk: Desk, key: ItemKey, view: View) -> list[ItemKey]:
    """Return the keys that a view shows of the item's list, in its order."""
    policy, now = policy_of(key.unit), desk.now()
    if not replace(view, is_descending=False).pairs():  # the list as it is: what is shown of the items is not read
        wanted = select(QueueItem.voyage_id, QueueItem.container_number).order_by(QueueItem.position)
        with session_for(caller, desk) as session:
            found = session.execute(wanted.where(QueueItem.unit == key.unit, QueueItem.queue_day == key.day)).all()
        keys = [ItemKey(key.unit, key.day, *row) for row in found]
        return keys[::-1] if view.is_descending else keys
    with session_for(caller, desk) as session:
        items = items_of(session, key.unit, key.day)
    rows = [list_row(item, caller, now=now, policy=policy, most=0) for item in items]
    return [row.key for row in seen_through(view, rows, items)]


def search(caller: Officer, desk: Desk, text: str, most: int = 50) -> tuple[Found, ...]:
    """Return items of any day whose container, voyage, bill of lading, vessel or IMO is or starts with `text`.

    Exact matches first, then newest first. Raises BadInputError for fewer than 3 letters and digits.
    """
    require(caller, Right.READ_CARGO)
    term = as_term(text)[:60]
    if len(term) < FEWEST_LETTERS:
        raise BadInputError("Give at least 3 letters or digits of a container, voyage, bill of lading, vessel or IMO.")
    own = [SearchTerm.unit == caller.unit] if caller.role in OF_ONE_UNIT else []
    same = [
        getattr(QueueItem, name) == getattr(SearchTerm, name)
        for name in ("unit", "queue_day", "voyage_id", "container_number")
    ]
    wanted = (
        select(SearchTerm, QueueItem.state, QueueItem.holder, QueueItem.probability)
        .join(QueueItem, same[0] & same[1] & same[2] & same[3])
        .where(*own, SearchTerm.term >= term, SearchTerm.term < term + LAST_LETTER)
        .order_by(
            case((SearchTerm.term == term, 0), else_=1),
            SearchTerm.queue_day.desc(),
            SearchTerm.unit,
            QueueItem.position,
        )
        .limit(most)
    )
    with session_for(caller, desk) as session:
        found = [
            Found(
                ItemKey(term_.unit, term_.queue_day, term_.voyage_id, term_.container_number),
                term_.kind, term_.term, state, holder, probability,
            )
            for term_, state, holder, probability in session.execute(wanted)
        ]  # fmt: skip
    return tuple({one.key: one for one in reversed(found)}[key] for key in dict.fromkeys(one.key for one in found))


def period(first: date, last: date, most_days: int) -> None:
    """Raise BadInputError unless `first` to `last` is a period of at most so many days."""
    if last < first or last - first >= timedelta(days=most_days):
        raise BadInputError(
            "{first} to {last} is no period of 1 to {most} days. Choose another one.",
            first=str(first), last=str(last), most=str(most_days),
        )  # fmt: skip
