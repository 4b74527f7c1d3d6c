"""Turn what the database keeps of a queue item into what the desk shows."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any

from riskscore.desk.items import ItemKey, ListRow, ShownReason
from riskscore.desk.officer import Officer, Right, Role, may
from riskscore.queues import UnitPolicy
from riskscore.queues.bands import band
from riskscore.queues.workflow import UNWORKED, allowed
from riskscore.scoring.reasons import PERCENT, unit
from riskscore.store.database import QueueItem

LOW_COVERAGE = 0.6
"""Below this share of known inputs an officer is warned."""
TOP_REASONS = 3
ITEM_COLUMNS = tuple(QueueItem.__table__.columns)


def list_row(
    item: Mapping[str, Any], caller: Officer, *, now: datetime, policy: UnitPolicy, most: int = TOP_REASONS
) -> ListRow:
    """Return one item (the columns of queue_item) as the caller sees it now, with its `most` strongest reasons."""
    shown = item["shown"]
    eta = datetime.fromisoformat(shown["eta"])
    hs6, goods = goods_of(shown)
    may_act = may(caller, Right.WORK, item["unit"])
    is_supervisor = caller.role == Role.SUPERVISOR
    return ListRow(
        key=ItemKey(item["unit"], item["queue_day"], item["voyage_id"], item["container_number"]),
        position=item["position"],
        vessel_name=_text(shown.get("vessel_name")),
        vessel_imo=_text(shown.get("vessel_imo")),
        eta=eta,
        hours_left=hours_until(eta, now),
        route=route_shown(shown),
        hs6=hs6,
        goods=goods,
        probability=item["probability"],
        band=band(item["probability"]),
        why=item["why"],
        rules=tuple(item["rule"].split()),
        rule_sentences=tuple(policy.sentences(item["rule"])) if item["rule"] else (),
        selection_probability=item["selection_probability"],
        reasons=tuple(map(shown_reason, shown["reasons"][:most])),
        coverage=shown["coverage"],
        has_low_coverage=shown["coverage"] < LOW_COVERAGE,
        is_over_capacity=item["is_over_capacity"],
        state=item["state"],
        holder=item["holder"],
        has_arrived_unworked=item["state"] in UNWORKED and eta < now,
        version=item["version"],
        actions=_allowed(item["state"], item["holder"], caller.name, is_supervisor) if may_act else (),
    )


def hours_until(eta: datetime, now: datetime) -> float:
    """Return the hours from `now` to an arrival; below 0 once it is past."""
    return (eta - now).total_seconds() / 3600


def route_shown(shown: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the route that a list shows: LOCODEs of loading, transhipments, discharge."""
    return tuple(str(shown["route"]).split(" > "))


def goods_of(shown: Mapping[str, Any]) -> tuple[str, str]:
    """Return the goods that a list shows: HS code and description."""
    hs6, _, goods = str(shown["goods"]).partition(" ")
    return hs6, goods


def shown_reason(kept: Mapping[str, Any]) -> ShownReason:
    """Return one stored reason in words and numbers."""
    feature, push, originators = kept["feature"], kept["push"], kept.get("originators")
    named = tuple(originators.split()) if originators else ()
    return ShownReason(
        feature, kept["meaning"], kept["value"], kept.get("usual"), push, push > 0, *spoken_as(feature), named
    )


def shown_reasons(kept: Sequence[Mapping[str, Any]]) -> tuple[ShownReason, ...]:
    """Return stored reasons, strongest first."""
    return tuple(map(shown_reason, sorted(kept, key=lambda one: -abs(one["push"]))))


@lru_cache(maxsize=4096)
def spoken_as(feature: str) -> tuple[str, str]:
    """Return how a feature's value is spoken (yes_no, percent, number) and its unit."""
    if re.match(r"(is|has)_", feature):
        return "yes_no", ""
    return ("percent", "") if PERCENT.search(feature) else ("number", unit(feature))


@lru_cache(maxsize=1024)
def _allowed(state: str, holder: str, caller: str, is_supervisor: bool) -> tuple[str, ...]:
    return allowed(state, holder, caller=caller, is_supervisor=is_supervisor)


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
