"""Queue rows with what became of them, and how precise and complete opening the first so many would have been."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import nan

import pandas as pd
from sqlalchemy import select
from sqlalchemy.orm import Session

from riskscore.desk.door import Desk
from riskscore.desk.papers import newest
from riskscore.queues import RANDOM
from riskscore.queues.estimate import wilson
from riskscore.steps import open_workspace
from riskscore.store.database import QueueItem
from riskscore.store.desk_records import OutcomeRecord

KEY = ["voyage_id", "container_number"]
HITS = {"contraband": 1.0, "nothing": 0.0}
"""What a result counts; inconclusive and not examined count nothing either way."""
REPORTED_WITHIN = timedelta(days=45)
"""How long after its list an inspection by the feed still belongs to a queue row."""
ITEM = ["queue_day", "unit", *KEY, "position", "why", "probability", "selection_probability"]
FOUND = ["result", "substance", "quantity_kg"]


@dataclass(frozen=True)
class AtCapacity:
    """Precision and recall if each day only its first so many had been opened, by what was examined."""

    capacity: int
    examined: int
    hits: int
    precision: float | None
    precision_low: float
    precision_high: float
    recall: float | None
    """Share of all finds, those the random share stands for included."""
    recall_low: float
    recall_high: float


def judged(session: Session, desk: Desk, unit: str, first: date, last: date) -> pd.DataFrame:
    """Return a unit's queue rows of a period with result, substance, quantity_kg and is_hit (missing: not known)."""
    columns = [getattr(QueueItem, name) for name in ITEM]
    wanted = select(*columns).where(QueueItem.unit == unit, QueueItem.queue_day.between(first, last))
    rows = pd.DataFrame(session.execute(wanted).all(), columns=ITEM)
    own = _recorded(session, unit, first, last)
    fed = _reported(desk, unit, first, last, rows)
    merged = rows.merge(own, on=["queue_day", *KEY], how="left").merge(
        fed, on=["queue_day", *KEY], how="left", suffixes=("", "_fed")
    )
    is_own = merged["result"].notna()
    for name in FOUND:
        merged[name] = merged[name].where(is_own, merged[f"{name}_fed"])
    is_hit = merged["result"].map(HITS).astype("float64")
    return merged[[*ITEM, *FOUND]].assign(is_hit=is_hit)


def _recorded(session: Session, unit: str, first: date, last: date) -> pd.DataFrame:
    """Return the newest outcome recorded at the desk of each item."""
    names = ["event_id", "queue_day", *KEY, *FOUND]
    wanted = select(*(getattr(OutcomeRecord, name) for name in names)).where(
        OutcomeRecord.unit == unit, OutcomeRecord.queue_day.between(first, last)
    )
    rows = pd.DataFrame(session.execute(wanted).all(), columns=names).sort_values("event_id")
    return rows.drop_duplicates(["queue_day", *KEY], keep="last").drop(columns="event_id").astype({"result": object})


def _reported(desk: Desk, unit: str, first: date, last: date, rows: pd.DataFrame) -> pd.DataFrame:
    """Return what the inspections feed says of queue rows: decided on the day of the list or soon after."""
    told = open_workspace(desk.settings).lake.read(
        "inspection", since=first, until=last + REPORTED_WITHIN, among={"unit": [unit]}
    )
    ids = newest(told, ["inspection_id"]).rename(columns={"outcome": "result"})
    pairs = rows[["queue_day", *KEY]].merge(ids[[*KEY, "decided_at", *FOUND]], on=KEY)
    waited = pd.to_datetime(pairs["decided_at"]).dt.tz_convert("UTC").dt.tz_localize(None) - pd.to_datetime(
        pairs["queue_day"]
    )
    near = pairs[(waited >= timedelta(0)) & (waited <= REPORTED_WITHIN)]
    once = near.sort_values("decided_at").drop_duplicates(["queue_day", *KEY], keep="last")
    return once.drop(columns="decided_at")


def at_capacity(rows: pd.DataFrame, capacity: int) -> tuple[AtCapacity, ...]:
    """Return precision and recall at a quarter, half, three quarters and all of the capacity.

    Rows are taken by probability within each day, whatever chose them but the random draw. All finds are those of the
    rows examined, each counted 1 / selection probability; recall's bounds come from Wilson's interval of that share at
    the number of finds.
    """
    sizes: Sequence[int] = sorted({max(1, round(capacity * part / 4)) for part in (1, 2, 3, 4)})
    chosen = rows[rows["why"] != RANDOM].sort_values(["queue_day", "probability"], ascending=[True, False])
    place = chosen.groupby("queue_day").cumcount()
    weight = 1 / rows["selection_probability"].astype("float64")
    all_finds = float((weight * rows["is_hit"].fillna(0.0)).sum())
    seen = int(rows["is_hit"].fillna(0.0).sum())
    return tuple(_at(size, chosen[place < size], all_finds, seen) for size in sizes)


def _at(size: int, opened: pd.DataFrame, all_finds: float, seen: int) -> AtCapacity:
    examined = opened["is_hit"].dropna()
    hits = int(examined.sum())
    precision = wilson(hits, len(examined))
    share = hits / all_finds if all_finds else nan
    recall = wilson(share * seen if seen else 0.0, seen)
    return AtCapacity(
        size,
        len(examined),
        hits,
        precision.rate if len(examined) else None,
        precision.low,
        precision.high,
        share if all_finds else None,
        recall.low,
        recall.high,
    )
