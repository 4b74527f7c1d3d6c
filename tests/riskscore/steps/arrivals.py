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
class SentLine:
    """A line of a manifest of the live day."""

    file_name: str
    row_number: int
    fact: Mapping[str, Any]
    """Its row in the lake."""
    hs6_of_others: str
    """Another HS code, that of most containers scored on the live day."""
    raw_line: str
    content: str
    """The whole file."""

    def with_hs6(self, hs6: str) -> bytes:
        """Return the file with another HS code in that line."""
        right = f",{self.fact['hs6']},"
        assert self.raw_line.count(right) == self.content.count(self.raw_line) == 1
        return self.content.replace(self.raw_line, self.raw_line.replace(right, f",{hs6},")).encode()


def sent_line(world: SmallWorld) -> SentLine:
    """Return the first line of a manifest of the live day that was accepted."""
    settings = world.finished()
    facts = lake_rows(settings, "consignment")
    features = lake_rows(settings, "container_features").query("score_day == @DAY")
    due = facts.merge(features[["voyage_id", "container_number"]])
    first = next(row for row in ledger(settings) if (row.feed, row.folder_day) == ("manifest", DAY))
    fact = facts[facts["delivery_id"] == first.delivery_id].iloc[0].to_dict()
    path = settings.drop / DAY.isoformat() / "manifest" / first.file_name
    return SentLine(
        file_name=first.file_name,
        row_number=fact["row_number"],
        fact=fact,
        hs6_of_others=due["hs6"][due["hs6"] != fact["hs6"]].mode()[0],
        raw_line=PARSERS["manifest"](path).raw_lines[fact["row_number"] - 1],
        content=path.read_bytes().decode(),
    )
