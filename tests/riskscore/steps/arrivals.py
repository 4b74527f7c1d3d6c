"""Files put into a drop folder, and what the ledger says of them."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy import select

from riskscore import steps
from riskscore.settings import Settings
from riskscore.store.database import ClosedDay, Delivery, QuarantineRow, QueueItem
from tests.riskscore.steps.small_world import DAY, SmallWorld, lake_rows


def put(settings: Settings, content: bytes, name: str = "m.csv", *, day: date = DAY, feed: str = "manifest") -> Path:
    """Write a file as a sender does, and return where it lies."""
    path = settings.drop / day.isoformat() / feed / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def some_manifest(world: SmallWorld, lines: range = range(3)) -> bytes:
    """Return a manifest of some of the good lines that were sent before the live day."""
    first = next(path for path in sorted(world.drop.glob("*/manifest/*.csv")) if path.stat().st_size > 5_000)
    header, *rows = first.read_bytes().splitlines(keepends=True)
    good = [row for row in rows if row.count(b",") == header.count(b",") and b'"' not in row]
    return b"".join([header, *(good[line] for line in lines)])


def ledger(settings: Settings) -> list[Delivery]:
    """Return every delivery on record, in order."""
    with steps.open_workspace(settings).transaction() as session:
        return list(session.scalars(select(Delivery).order_by(Delivery.number)))


def set_aside(settings: Settings) -> list[QuarantineRow]:
    """Return every row ever set aside, in order."""
    with steps.open_workspace(settings).transaction() as session:
        return list(session.scalars(select(QuarantineRow).order_by(QuarantineRow.id)))


def close(settings: Settings, day: date) -> None:
    """Mark a day as closed without computing anything."""
    with steps.open_workspace(settings).transaction() as session:
        session.merge(ClosedDay(day=day))


def not_utf_8(name: bytes) -> str:
    """Return a file name as the system gives it when its bytes are of another encoding."""
    return os.fsdecode(name)


@dataclass(frozen=True)
class QueuedLine:
    """A line of a manifest of the live day whose container stands in a queue of that day."""

    file_name: str
    row_number: int
    fact: Mapping[str, Any]
    """Its row in the lake."""
    content: bytes
    """The whole file."""

    def with_hs6(self, hs6: str) -> bytes:
        """Return the file with another HS code in that line."""
        lines = self.content.split(b"\n")
        right, wrong = f",{self.fact['hs6']},".encode(), f",{hs6},".encode()
        assert lines[self.row_number].count(right) == 1
        lines[self.row_number] = lines[self.row_number].replace(right, wrong)
        return b"\n".join(lines)


def queued_line(world: SmallWorld) -> QueuedLine:
    """Return the first such line that is alone in its container, in a file without quoted line breaks."""
    settings = world.finished()
    with steps.open_workspace(settings).transaction() as session:
        items = session.scalars(select(QueueItem).where(QueueItem.queue_day == DAY).order_by(QueueItem.unit))
        queued = [(item.voyage_id, item.container_number) for item in items]
    names = {row.delivery_id: row.file_name for row in ledger(settings)}
    facts = lake_rows(settings, "consignment").set_index(["voyage_id", "container_number"]).sort_index()
    for key in queued:
        found = facts.loc[[key]].reset_index().to_dict("records")
        path = settings.drop / DAY.isoformat() / "manifest" / names[found[0]["delivery_id"]]
        if len(found) == 1 and found[0]["known_day"] == DAY and b'"' not in path.read_bytes():
            return QueuedLine(path.name, found[0]["row_number"], found[0], path.read_bytes())
    raise AssertionError("no queued container came with a manifest of the live day")
