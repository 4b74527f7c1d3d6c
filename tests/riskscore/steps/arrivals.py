"""Files put into a drop folder, and what the ledger says of them."""

import os
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from sqlalchemy import select

from riskscore import steps
from riskscore.settings import Settings
from riskscore.sources import PARSERS
from riskscore.store.database import ClosedDay, Delivery, QuarantineRow
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
class Correction:
    """A manifest that says of containers scored on the live day that something else is in them."""

    content: bytes
    row_number: int
    """Of one of its rows."""
    hs6: str
    """What that row says."""
    raw_line: bytes

    def spoilt(self) -> bytes:
        """Return the manifest with no good HS code in that row."""
        assert self.raw_line.count(self.hs6.encode()) == self.content.count(self.raw_line) == 1
        return self.content.replace(self.raw_line, self.raw_line.replace(self.hs6.encode(), b"99999"))


def correction(world: SmallWorld, rows: int = 40) -> Correction:
    """Return a correction of some containers that came with one line each."""
    settings = world.finished()
    key = ["voyage_id", "container_number"]
    scored = lake_rows(settings, "container_score").query("score_day == @DAY")
    facts = lake_rows(settings, "consignment").drop_duplicates(key, keep=False).merge(scored[key])
    common, rarer = facts["hs6"].value_counts().index[:2]
    paths = {row.delivery_id: world.drop / str(row.folder_day) / row.feed / row.file_name for row in ledger(settings)}
    lines, hs6 = [], ""
    for fact in facts.head(rows).to_dict("records"):
        line = PARSERS["manifest"](paths[fact["delivery_id"]]).raw_lines[fact["row_number"] - 1]
        hs6 = rarer if fact["hs6"] == common else common
        lines.append(line.replace(f",{fact['hs6']},", f",{hs6},"))
    header = some_manifest(world).splitlines()[0].decode()
    return Correction("\n".join([header, *lines, ""]).encode(), len(lines), hs6, lines[-1].encode())
