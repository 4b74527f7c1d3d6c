"""Land: record every file that arrived, with its hash, before anybody reads it."""

import hashlib
import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

from sqlalchemy import select

from riskscore.settings import Settings
from riskscore.steps.calendar import Report, days_between, silent
from riskscore.steps.outcomes import deliver_outcomes
from riskscore.steps.workspace import first_open_day, open_workspace
from riskscore.store.database import Delivery, insert_rows

LATE_DAYS = 3
"""A drop folder is looked at again for this many days."""
UNFINISHED = (".part", ".tmp", ".filepart", ".crdownload")
CHUNK = 1 << 20


@dataclass(frozen=True)
class Arrival:
    """One file in the drop folder."""

    day: date
    feed: str
    path: Path


def land(settings: Settings, first: date, last: date | None = None, *, report: Report = silent) -> list[str]:
    """Record what arrived in the drop folders from `first` (and LATE_DAYS before) to `last`; return what waits.

    What officers recorded at the desk until then is put into the drop folders first.
    A file is recorded under the SHA-256 of its feed, day, name and content, and copied aside before it is read:
    what the sender does to it afterwards changes nothing, and no file is taken in twice (one that was refused may be
    sent again). Its rows are known from the day of its folder on, or from the first open day if that one is closed.
    Files still being written are left for later; links and hidden files are never taken. Running it again records
    nothing new.
    """
    work = open_workspace(settings)
    last = last or first
    looked_from = first - timedelta(days=LATE_DAYS)
    deliver_outcomes(settings, looked_from, last)
    arrivals = list(_arrivals(settings.drop, looked_from, last))
    open_day = first_open_day(work)
    with work.transaction() as session:
        known = set(session.scalars(select(Delivery.delivery_id)))
        usable = session.scalars(select(Delivery).where(Delivery.state != "refused"))
        by_content = {(row.feed, row.sha256): row.delivery_id for row in usable}
        landed: list[dict[str, Any]] = []
        for number, arrival in enumerate(arrivals):
            report("land", number, len(arrivals))
            delivery = _recorded(arrival, settings, known_day=max(arrival.day, open_day))
            if delivery["delivery_id"] in known:
                continue
            _refuse_at_sight(delivery, by_content, feeds=set(work.project.inbound))
            by_content.setdefault((delivery["feed"], delivery["sha256"]), delivery["delivery_id"])
            known.add(delivery["delivery_id"])
            landed.append(delivery)
        insert_rows(session, Delivery, landed, unless=["delivery_id"])  # whoever lands at the same time may be first
    report("land", len(arrivals), len(arrivals))
    return waiting(settings, last)


def waiting(settings: Settings, until: date) -> list[str]:
    """Return the deliveries that have landed for days up to `until` and are not yet taken in, in order of arrival."""
    wanted = select(Delivery.delivery_id).where(Delivery.state == "landed", Delivery.known_day <= until)
    with open_workspace(settings).transaction() as session:
        return list(session.scalars(wanted.order_by(Delivery.number)))


def archived(settings: Settings, delivery_id: str) -> Path:
    """Return where the copy of a delivery lies."""
    return settings.home / "archive" / delivery_id[:2] / delivery_id


def _arrivals(drop: Path, first: date, last: date) -> Iterator[Arrival]:
    for day in days_between(first, last):
        folder = drop / day.isoformat()
        for path in sorted(folder.glob("*/*")) if folder.is_dir() else ():
            if path.is_file() and not _is_link_or_hidden(path) and path.suffix.lower() not in UNFINISHED:
                yield Arrival(day, _legible(path.parent.name), path)


def _is_link_or_hidden(path: Path) -> bool:
    """Tell whether a file, or the feed or day folder it lies in, is a link or hidden: none of ours to take in."""
    return any(part.is_symlink() or part.name.startswith(".") for part in (path, *path.parents[:2]))


def _legible(name: str) -> str:
    r"""Return a name with bytes that are not UTF-8 written out as \xNN, so that it can be stored and shown."""
    return os.fsencode(name).decode(errors="backslashreplace")


def _recorded(arrival: Arrival, settings: Settings, *, known_day: date) -> dict[str, Any]:
    """Copy the file aside under its id and describe it."""
    digest, size, copy = _copied(arrival.path, settings.home / "archive")
    file_name = _legible(arrival.path.name)
    named = f"{arrival.feed}/{arrival.day}/{file_name}/{digest}"
    delivery_id = hashlib.sha256(named.encode()).hexdigest()[:16]
    target = archived(settings, delivery_id)
    target.parent.mkdir(exist_ok=True)
    copy.replace(target)
    return {
        "delivery_id": delivery_id,
        "feed": arrival.feed,
        "file_name": file_name,
        "folder_day": arrival.day,
        "known_day": known_day,
        "sha256": digest,
        "byte_count": size,
        "state": "landed",
        "reason": "",
    }


def _copied(source: Path, archive: Path) -> tuple[str, int, Path]:
    archive.mkdir(parents=True, exist_ok=True)
    copy = archive / f".landing-{uuid4().hex}"  # workers that share a home may have the same process number
    digest, size = hashlib.sha256(), 0
    with source.open("rb") as reading, copy.open("wb") as writing:
        while chunk := reading.read(CHUNK):
            digest.update(chunk)
            size += writing.write(chunk)
        writing.flush()
        os.fsync(writing.fileno())
    return digest.hexdigest(), size, copy


def _refuse_at_sight(delivery: dict[str, Any], by_content: dict[tuple[str, str], str], *, feeds: set[str]) -> None:
    feed, reason = delivery["feed"], ""
    if feed not in feeds:
        reason = f"no feed is called {feed!r}; add data_contracts/inbound/{feed}.odcs.yaml"
    elif original := by_content.get((feed, delivery["sha256"])):
        reason = f"same content as delivery {original}, which came before"
    if reason:
        delivery.update(state="refused", reason=reason)
