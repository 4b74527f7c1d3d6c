"""Land: record every file that arrived, with its hash, before anybody reads it."""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from riskscore.logs import say
from riskscore.settings import Settings
from riskscore.steps.arriving import Arrival, Content, arrivals_in, content_of, copy_aside, legible, settled
from riskscore.steps.calendar import Report, days_between, silent
from riskscore.steps.outcomes import deliver_outcomes
from riskscore.steps.running import Running, days_as_partitions, digest_of_set, running
from riskscore.steps.telling import told
from riskscore.steps.workspace import first_open_day, open_workspace
from riskscore.store.bulk import pieces
from riskscore.store.database import Delivery, insert_rows

LATE_DAYS = 3
"""A drop folder is looked at again for this many days."""


@told
def land(settings: Settings, first: date, last: date | None = None, *, report: Report = silent) -> list[str]:
    """Record what arrived in the drop folders from `first` (and LATE_DAYS before) to `last`; return what waits.

    What officers recorded at the desk until then is put into the drop folders first.
    A file is recorded under the SHA-256 of its feed, day, name and content, and copied aside before its rows are read:
    what the sender does to it afterwards changes nothing, and no file is taken in twice (one that was refused may be
    sent again). Its rows are known from the day of its folder on, or from the first open day if that one is closed.
    Files still being written are left for later; links and hidden files are never taken. Running it again records
    nothing new. Raises PlaceLostError where the drop folder is not there or cannot be read, DiskFullError where a copy
    finds no room: nothing is recorded then, and everything lies in the drop folder still.
    """
    last = last or first
    with running(settings, "land", days_as_partitions(days_between(first, last))) as run:
        looked_from = first - timedelta(days=LATE_DAYS)
        deliver_outcomes(settings, looked_from, last)
        arrivals = settled(list(arrivals_in(settings, looked_from, last)), settings.settle_seconds)
        fresh = _record_new(run, arrivals, last, report)
        waits = waiting(settings, last)
        run.inputs["files"] = len(arrivals)
        run.outcome |= {"recorded": digest_of_set(fresh), "waiting": digest_of_set(waits)}
    report("land", len(arrivals), len(arrivals))
    return waits


def _record_new(run: Running, arrivals: Sequence[Arrival], day: date, report: Report) -> list[str]:
    """Copy and record every file that is not on record; return the ids of these."""
    work = run.work
    open_day, left_alone = first_open_day(work), 0
    with run.transaction() as session:
        described: list[dict[str, Any]] = []
        for number, arrival in enumerate(arrivals):
            report("land", number, len(arrivals))
            delivery = _recorded(arrival, work.settings, known_day=max(arrival.day, open_day))
            if delivery is None:
                left_alone += 1
            else:
                described.append(delivery)
        known, by_content = _on_record(session, described)
        landed: list[dict[str, Any]] = []
        for delivery in described:
            if delivery["delivery_id"] in known:
                continue
            _refuse_at_sight(delivery, by_content, feeds=set(work.project.inbound))
            by_content.setdefault((delivery["feed"], delivery["sha256"]), delivery["delivery_id"])
            known.add(delivery["delivery_id"])
            landed.append(delivery)
        insert_rows(session, Delivery, landed, unless=["delivery_id"])  # whoever lands at the same time may be first
    if left_alone:
        say("files still being written", step="land", day=day, files=left_alone)
    return [delivery["delivery_id"] for delivery in landed]


def _on_record(session: Session, described: Sequence[Mapping[str, Any]]) -> tuple[set[str], dict[tuple[str, str], str]]:
    """Return which of these are on record, and the ids of those that were taken, by feed and content.

    However many came before, no others are looked at.
    """
    known, by_content = set[str](), dict[tuple[str, str], str]()
    for some in pieces(described):
        ids, digests = ([one[name] for one in some] for name in ("delivery_id", "sha256"))
        known.update(session.scalars(select(Delivery.delivery_id).where(Delivery.delivery_id.in_(ids))))
        columns = select(Delivery.feed, Delivery.sha256, Delivery.delivery_id)
        usable = session.execute(columns.where(Delivery.sha256.in_(digests), Delivery.state != "refused"))
        by_content |= {(feed, digest): delivery_id for feed, digest, delivery_id in usable}
    return known, by_content


def waiting(settings: Settings, until: date, *, feed: str = "") -> list[str]:
    """Return the deliveries (of one feed) landed for days up to `until` and not yet taken in, in order of arrival."""
    wanted = select(Delivery.delivery_id).where(Delivery.state == "landed", Delivery.known_day <= until)
    wanted = wanted.where(Delivery.feed == feed) if feed else wanted
    with open_workspace(settings).transaction() as session:
        return list(session.scalars(wanted.order_by(Delivery.number)))


def batches(deliveries: list[str], *, most: int) -> list[list[str]]:
    """Deal deliveries out to at most `most` batches, in order: one each while there are no more than that."""
    size = -(-len(deliveries) // most) or 1
    return [deliveries[first : first + size] for first in range(0, len(deliveries), size)]


def archived(settings: Settings, delivery_id: str) -> Path:
    """Return where the copy of a delivery lies."""
    return settings.home / "archive" / delivery_id[:2] / delivery_id


def _recorded(arrival: Arrival, settings: Settings, *, known_day: date) -> dict[str, Any] | None:
    """Copy the file aside under its id, unless its copy lies there, and describe it; None where it changed or is gone.

    What lies in the drop folder is looked at for days, and mostly copied long since.
    """
    content, file_name = content_of(arrival.path), legible(arrival.path.name)
    if content is None:
        return None
    named = f"{arrival.feed}/{arrival.day}/{file_name}/{content.digest}"
    delivery_id = hashlib.sha256(named.encode()).hexdigest()[:16]
    copy = archived(settings, delivery_id)
    if not _is_whole(copy, content) and not _copied(arrival.path, copy, content, settings):
        return None
    return {
        "delivery_id": delivery_id,
        "feed": arrival.feed,
        "file_name": file_name,
        "folder_day": arrival.day,
        "known_day": known_day,
        "sha256": content.digest,
        "byte_count": content.size,
        "state": "landed",
        "reason": "",
    }


def _is_whole(copy: Path, content: Content) -> bool:
    return copy.exists() and copy.stat().st_size == content.size


def _copied(source: Path, copy: Path, content: Content, settings: Settings) -> bool:
    """Copy a file whole or not at all; tell whether it still held this content."""
    copy.parent.mkdir(parents=True, exist_ok=True)
    beside = copy.parents[1] / f".landing-{uuid4().hex}"  # workers that share a home may have the same process number
    is_same = copy_aside(source, beside, reserve=settings.reserve_mb * 2**20) == content
    if is_same:
        beside.replace(copy)
    else:
        beside.unlink(missing_ok=True)
    return is_same


def _refuse_at_sight(delivery: dict[str, Any], by_content: dict[tuple[str, str], str], *, feeds: set[str]) -> None:
    feed, reason = delivery["feed"], ""
    if feed not in feeds:
        reason = f"no feed is called {feed!r}; add data_contracts/inbound/{feed}.odcs.yaml"
    elif original := by_content.get((feed, delivery["sha256"])):
        reason = f"same content as delivery {original}, which came before"
    if reason:
        delivery.update(state="refused", reason=reason)
