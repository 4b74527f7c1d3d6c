"""Queue: fill each unit's list of the day up to its capacity, and hand it to those who read it."""

import json
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

import pandas as pd
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from riskscore.errors import NotReadyError
from riskscore.queues import LIST_COLUMNS, DayList, UnitPolicy, fill_queue, load_policy
from riskscore.queues.bands import band
from riskscore.scoring import phrase
from riskscore.scoring.reasons import Reason
from riskscore.settings import Settings
from riskscore.steps.inputs import made_without, missing_feeds
from riskscore.steps.running import Running, days_as_partitions, running
from riskscore.steps.scoring import Scored
from riskscore.steps.search_terms import replace_search_terms
from riskscore.steps.telling import told
from riskscore.steps.workspace import Workspace, open_workspace
from riskscore.store.database import QueueItem, insert_rows

KEY = ["voyage_id", "container_number"]
SHOWN = ("vessel_imo", "planned_arrival_at", "port_of_loading", "transhipment_ports", "hs6", "goods_description")
"""What the list shows of a container's features."""
WORKED = ("state", "holder", "version")
"""What officers' actions change of an item."""
REMEMBERED_DAYS = 30
"""A container listed within a unit's capacity is not queued again on the same voyage for this long."""


@told
def fill_queues(settings: Settings, day: date) -> dict[str, int]:
    """Fill the queue of every unit for `day`; return the number of items by unit.

    What an officer has already done with an item stays, and so does the item, even where it would not be chosen any
    more; everything else is replaced by the same items again.
    Raises NotReadyError before the day is scored, QueueError where the policy cannot be applied.
    """
    with running(settings, "fill_queues", days_as_partitions([day])) as run:
        run.reads("container_score", "container_features", "port_call")
        run.inputs["seed"] = settings.seed
        filled = _filled(run, day)
        run.outcome |= {"rows": sum(filled.values()), "units": filled}
    return filled


def _filled(run: Running, day: date) -> dict[str, int]:
    work = run.work
    scores = _scores(work, day)
    explained = Scored(work, "container", day)
    run.model = explained.artefact.artefact_id
    units = load_policy().units
    looked_at = {*SHOWN, *(column for policy in units.values() for column in _asked_by(policy))}
    candidates = _candidates(work, day, scores, explained.kept, looked_at)
    chosen = {unit: _chosen(work, candidates, unit, policy, day) for unit, policy in units.items()}
    bills = _bills(work, day, pd.concat([items[KEY] for items in chosen.values()]))
    for unit, items in chosen.items():
        with run.transaction() as session:
            _replace(session, _as_items(items.join(bills, on=KEY), explained, unit, day), unit, day)
    return {unit: len(items) for unit, items in chosen.items()}


def _chosen(work: Workspace, candidates: pd.DataFrame, unit: str, policy: UnitPolicy, day: date) -> pd.DataFrame:
    """Return the rows of a unit's queue, with all that is known of them."""
    free = candidates[candidates["unit"] == unit]
    with work.transaction() as session:
        free = free[~pd.MultiIndex.from_frame(free[KEY]).isin(_queued_before(session, unit, day))]
    queue = fill_queue(free[_asked_by(policy)], policy, seed=work.settings.seed, unit=unit, day=day)
    return queue.merge(free, on=KEY, how="left")


def queue_list(settings: Settings, unit: str, day: date) -> DayList:
    """Return the list of `unit` on `day` as officers read it; raise NotReadyError if that queue was never filled."""
    policy = load_policy().unit(unit)
    with open_workspace(settings).transaction() as session:
        wanted = select(QueueItem).where(QueueItem.queue_day == day, QueueItem.unit == unit)
        items = list(session.scalars(wanted.order_by(QueueItem.position)))
        if not items and not session.scalar(select(QueueItem.unit).where(QueueItem.queue_day == day).limit(1)):
            raise NotReadyError(step=f"The list of {unit}", needs="the day's queue", day=str(day))
    rows = [_as_listed(item, settings.cutoff(day), policy.sentences(item.rule)) for item in items]
    shown = pd.DataFrame(rows, columns=[column.name for column in LIST_COLUMNS])
    caution = made_without(missing_feeds(settings, day))
    return DayList(unit, day, policy.capacity, shown, is_invented=settings.is_invented, caution=caution)


def _asked_by(policy: UnitPolicy) -> list[str]:
    """Return the columns that filling a queue asks about."""
    by_rules = {condition.column for rule in policy.rules for condition in rule.when}
    return [*KEY, "probability", "raw", "container_type", *sorted(by_rules - {*KEY, "probability", "raw"})]


def _scores(work: Workspace, day: date) -> pd.DataFrame:
    scores = work.lake.read("container_score", since=day, until=day)
    if scores.empty:
        raise NotReadyError(step="The queue", needs="table container_score", day=str(day))
    return scores


def _candidates(
    work: Workspace, day: date, scores: pd.DataFrame, features: pd.DataFrame, looked_at: Collection[str]
) -> pd.DataFrame:
    """Return the day's scored containers with those of the features, by key, that are looked at."""
    fresh = features[[name for name in features if name in looked_at and name not in scores]]
    calls = work.history(day).as_of(day).table("port_call", among={"voyage_id": scores["voyage_id"].drop_duplicates()})
    vessels = calls.drop_duplicates("voyage_id", keep="last")[["voyage_id", "vessel_name"]]
    return scores.merge(fresh, left_on=KEY, right_index=True).merge(vessels, on="voyage_id", how="left")


def _bills(work: Workspace, day: date, containers: pd.DataFrame) -> pd.Series:
    """Return the bills of lading known of each container, by key, as a sorted list; of others perhaps, too."""
    aboard = {name: containers[name].drop_duplicates() for name in KEY}
    known = work.history(day).as_of(day).table("consignment", among=aboard, columns=[*KEY, "bill_of_lading"])
    once = known[[*KEY, "bill_of_lading"]].drop_duplicates().sort_values("bill_of_lading")
    return once.groupby(KEY)["bill_of_lading"].agg(list).rename("bills")


def _queued_before(session: Session, unit: str, day: date) -> list[tuple[str, str]]:
    earlier = select(QueueItem.voyage_id, QueueItem.container_number).where(
        QueueItem.unit == unit,
        QueueItem.queue_day < day,
        QueueItem.queue_day >= day - timedelta(days=REMEMBERED_DAYS),
        ~QueueItem.is_over_capacity,
    )
    return [(voyage_id, container_number) for voyage_id, container_number in session.execute(earlier)]


def _as_items(items: pd.DataFrame, explained: Scored, unit: str, day: date) -> list[dict[str, Any]]:
    keys = list(items[KEY].itertuples(index=False, name=None))
    reasons = explained.reasons(keys) if keys else {}
    return [
        {
            "queue_day": day,
            "unit": unit,
            **{name: row[name] for name in (*KEY, "position", "why", "rule", "model")},
            **{name: float(row[name]) for name in ("probability", "expected_value", "selection_probability")},
            "is_over_capacity": bool(row["over_capacity"]),
            "state": "open",
            "holder": "",
            "version": 0,
            "shown": _shown(row, reasons[key]),
        }
        for key, row in zip(keys, items.to_dict("records"), strict=True)
    ]


def _shown(row: Mapping[Any, Any], reasons: str) -> dict[str, Any]:
    through = [] if pd.isna(row["transhipment_ports"]) else str(row["transhipment_ports"]).split()
    return {
        "vessel_name": None if pd.isna(row["vessel_name"]) else row["vessel_name"],
        "vessel_imo": row["vessel_imo"],
        "bills": row["bills"] if isinstance(row["bills"], list) else [],
        "eta": row["planned_arrival_at"].isoformat(),
        "route": " > ".join([row["port_of_loading"], *through, row["unit"]]),
        "goods": f"{row['hs6']} {row['goods_description']}",
        "coverage": float(row["coverage"]),
        "reasons": json.loads(reasons),
    }


def _replace(session: Session, items: Sequence[dict[str, Any]], unit: str, day: date) -> None:
    """Replace what nobody has touched; the first statement takes the lock that keeps officers' actions apart."""
    mine = (QueueItem.queue_day == day, QueueItem.unit == unit)
    session.execute(delete(QueueItem).where(*mine, QueueItem.version == 0))
    touched = session.scalars(select(QueueItem).where(*mine).order_by(QueueItem.position).with_for_update())
    worked = {(item.voyage_id, item.container_number): _columns(item) for item in touched}
    session.execute(delete(QueueItem).where(*mine))
    chosen = [(item["voyage_id"], item["container_number"]) for item in items]
    kept = [
        {**item, **{name: worked[key][name] for name in WORKED if key in worked}}
        for key, item in zip(chosen, items, strict=True)
    ]
    left = [columns for key, columns in worked.items() if key not in set(chosen)]
    kept += [{**columns, "position": len(kept) + number} for number, columns in enumerate(left, start=1)]
    insert_rows(session, QueueItem, kept)
    replace_search_terms(session, kept, unit, day)


def _columns(item: QueueItem) -> dict[str, Any]:
    return {column.key: getattr(item, column.key) for column in QueueItem.__table__.columns}


def _as_listed(item: QueueItem, cutoff: datetime, rules: list[str]) -> dict[str, Any]:
    eta = datetime.fromisoformat(item.shown["eta"])
    reasons = [Reason(**reason) for reason in item.shown["reasons"]]
    return {
        "position": item.position,
        "container_number": item.container_number,
        "voyage_id": item.voyage_id,
        "eta": eta,
        "hours_left": (eta - cutoff) / timedelta(hours=1),
        "probability": item.probability,
        "band": band(item.probability),
        "why": item.why,
        "selection_probability": item.selection_probability,
        "state": item.state,
        **{name: item.shown[name] for name in ("vessel_name", "route", "goods", "coverage")},
        "reasons": [*rules, *map(phrase, reasons)],
    }
