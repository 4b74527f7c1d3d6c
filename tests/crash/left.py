"""All that a day leaves behind, such that two days that did the same are equal; and what the ledger must say."""

import hashlib
from collections.abc import Mapping
from pathlib import Path

import pandas as pd
from sqlalchemy import select

from riskscore import steps
from riskscore.settings import Settings
from riskscore.store.database import Base
from riskscore.store.runs import RUNNING, RunPartition, StepLease, StepRun
from tests.riskscore.steps.small_world import Content, content

DELIVERIES = "database delivery"


def left_behind(settings: Settings) -> Content:
    """Return tables of lake and database, bundles, states, models and copies of deliveries, by name.

    Numbers that the database gives count by their order: it leaves a gap where a transaction was broken off.
    """
    found = dict(content(settings))
    numbers = {row[0]: place for place, row in enumerate(found[DELIVERIES])}
    for name, what in found.items():
        if isinstance(what, pd.DataFrame) and "delivery_number" in what:
            found[name] = what.assign(delivery_number=what["delivery_number"].map(numbers))
        elif isinstance(what, list):
            found[name] = _unnumbered(name, what)
    for folder in (settings.states / "container", settings.states / "voyage", settings.artefacts, _archive(settings)):
        found |= _digests(folder, settings.home)
    return found


def accounted(settings: Settings) -> tuple[int, int]:
    """Return how many rows were received, and how many runs a kill left unended; raise AssertionError otherwise.

    Every row is accepted, quarantined or refused; each run that never ended was taken over by one that says so.
    """
    totals = steps.reconciled(settings).iloc[-1]
    with steps.open_workspace(settings).transaction() as session:
        unended = set(session.scalars(select(StepRun.number).where(StepRun.state == RUNNING)))
        holding = set(session.scalars(select(StepLease.token))) & unended
        noticed = set(session.scalars(select(RunPartition.took_over).where(RunPartition.took_over.is_not(None))))
        unnoticed = {run: session.get_one(StepRun, run).step for run in sorted(holding | (unended - noticed))}
    assert not unnoticed, f"runs that never ended, and no later one says so: {unnoticed}"
    return int(totals["received_rows"]), len(unended)


def size_of(left: Content) -> dict[str, tuple[int, str]]:
    """Return how much there is of each kind, and of what."""
    kinds = {
        "lake tables": [what for name, what in left.items() if name.startswith("lake ")],
        "database tables": [what for name, what in left.items() if name.startswith("database ")],
        "files of bundles": [what for name, what in left.items() if name.startswith("exports/")],
        "states, models, copies of deliveries": [
            what for name, what in left.items() if name.startswith(("states/", "models/", "archive/"))
        ],
    }
    units = ("rows", "rows", "bytes", "digests")
    sizes = [sum(map(len, whats)) for whats in kinds.values()]
    sizes[-1] = len(kinds["states, models, copies of deliveries"])
    return {
        f"{len(whats)} {kind}": (size, unit)
        for (kind, whats), size, unit in zip(kinds.items(), sizes, units, strict=True)
    }


def _unnumbered(name: str, rows: list[tuple[object, ...]]) -> list[tuple[object, ...]]:
    """Return rows without the number that only says when they were written; a delivery's says which is newer."""
    table = Base.metadata.tables[name.removeprefix("database ")]
    if table.autoincrement_column is None:
        return rows
    bare = [row[1:] for row in rows]
    return bare if name == DELIVERIES else sorted(bare, key=repr)


def _digests(folder: Path, home: Path) -> Mapping[str, bytes]:
    """Return digests of files; what begins with a dot is what a killed writer was at, which nobody reads."""
    files = [path for path in folder.rglob("*") if path.is_file()]
    seen = [path for path in files if not any(part.startswith(".") for part in path.relative_to(home).parts)]
    return {str(path.relative_to(home)): hashlib.sha256(path.read_bytes()).digest() for path in seen}


def _archive(settings: Settings) -> Path:
    return settings.home / "archive"
