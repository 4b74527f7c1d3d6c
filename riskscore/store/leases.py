"""Leases without a clock: a newer claim always wins, and whatever an older holder writes afterwards is refused.

A claim is one short transaction. A check is a write to the lease's own rows, so that it holds them until the
transaction around it commits: nobody can claim between a check and the commit that it is for.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import CursorResult, func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from riskscore.errors import StaleRunError
from riskscore.store.bulk import pieces
from riskscore.store.database import insert_rows, transaction
from riskscore.store.runs import RUNNING, CodeVersion, RunPartition, StepLease, StepRun

CLOSING = 7_116_906
"""Key of the advisory lock of whoever closes days."""


@dataclass(frozen=True)
class Partition:
    """What a run is for: a key of its step's own (a day, a delivery, a partner's day), and the day it counts for."""

    key: str
    day: date


@dataclass(frozen=True)
class Lease:
    """The right to publish some partitions of a step, until a newer run claims any of them."""

    step: str
    token: int
    partitions: tuple[Partition, ...]

    def require(self, session: Session) -> None:
        """Raise StaleRunError if a newer run claimed one of the partitions; keep others from it until the commit."""
        mine = update(StepLease).where(StepLease.token == self.token).values(checked_at=datetime.now(UTC))
        found: CursorResult[Any] = session.connection().execute(mine)
        if found.rowcount != len(self.partitions):
            lost, newer = self._lost(session)
            raise StaleRunError(step=self.step, partition=lost, run=self.token, newer=newer)

    def _lost(self, session: Session) -> tuple[str, int]:
        keys = [one.key for one in self.partitions]
        for lease in _leases(session, self.step, keys):
            if lease.token != self.token:
                return lease.partition_key, lease.token
        return keys[0], 0


def claim(url: str, step: str, partitions: Sequence[Partition], code: CodeVersion) -> Lease:
    """Begin a run: record it as running, and fence off every older run of any of these partitions."""
    unique = tuple({one.key: one for one in sorted(partitions, key=lambda one: one.key)}.values())
    try:
        return _claimed(url, step, unique, code)
    except IntegrityError:  # another made the first lease of a partition, or recorded the same code, at this moment
        return _claimed(url, step, unique, code)


def keep_days_open(session: Session) -> None:
    """Let no day be closed until this transaction ends: what it publishes meanwhile is there when a day is computed.

    Only PostgreSQL knows such a lock. On SQLite, which one machine uses, a day closed at that very moment may miss it.
    """
    _hold(session, func.pg_advisory_xact_lock_shared)


def close_days(session: Session) -> None:
    """Wait for whoever keeps days open, and keep others from it until this transaction ends."""
    _hold(session, func.pg_advisory_xact_lock)


def _hold(session: Session, lock: Callable[[int], Any]) -> None:
    if session.get_bind().dialect.name == "postgresql":
        session.execute(select(lock(CLOSING)))


def _claimed(url: str, step: str, partitions: tuple[Partition, ...], code: CodeVersion) -> Lease:
    with transaction(url) as session:
        if session.get(CodeVersion, code.code) is None:
            session.add(CodeVersion(code=code.code, package=code.package, files=code.files, libraries=code.libraries))
        began = datetime.now(UTC)
        run = StepRun(step=step, state=RUNNING, began_at=began, code=code.code)
        session.add(run)
        session.flush()
        lease = Lease(step, run.number, partitions)
        before = _taken_from(session, lease, began)
        insert_rows(session, RunPartition, [_partition(lease, one, before) for one in partitions])
        return lease


def _taken_from(session: Session, lease: Lease, began: datetime) -> dict[str, tuple[int, int | None]]:
    """Move the leases over; return for each partition its attempts so far, and the run before if it never ended."""
    keys = [one.key for one in lease.partitions]
    held = {found.partition_key: found for found in _leases(session, lease.step, keys)}
    for key, found in held.items():
        if found.token > lease.token:
            raise StaleRunError(step=lease.step, partition=key, run=lease.token, newer=found.token)
    unended = _unended(session, {found.token for found in held.values()})
    before = {key: (found.attempt, found.token if found.token in unended else None) for key, found in held.items()}
    for found in held.values():
        found.token, found.attempt, found.checked_at = lease.token, found.attempt + 1, began
    first = {"step": lease.step, "token": lease.token, "attempt": 1, "checked_at": began}
    insert_rows(session, StepLease, [{**first, "partition_key": key} for key in keys if key not in held])
    session.flush()
    return before


def _unended(session: Session, runs: set[int]) -> set[int]:
    found = select(StepRun.number).where(StepRun.state == RUNNING)
    return {run for some in pieces(sorted(runs)) for run in session.scalars(found.where(StepRun.number.in_(some)))}


def _partition(lease: Lease, one: Partition, before: dict[str, tuple[int, int | None]]) -> dict[str, Any]:
    attempts, took_over = before.get(one.key, (0, None))
    return {
        "run": lease.token,
        "partition_key": one.key,
        "step": lease.step,
        "day": one.day,
        "attempt": attempts + 1,
        "took_over": took_over,
    }


def _leases(session: Session, step: str, keys: Sequence[str]) -> list[StepLease]:
    """Return the leases there are, in order of key; nobody else changes them until the transaction ends."""
    wanted = select(StepLease).where(StepLease.step == step).order_by(StepLease.partition_key).with_for_update()
    fresh = wanted.execution_options(populate_existing=True)
    return [lease for some in pieces(keys) for lease in session.scalars(fresh.where(StepLease.partition_key.in_(some)))]
