"""A run of a step: in the ledger from its first moment, and the only one that may publish what it is for."""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

import pyarrow as pa
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError, SQLAlchemyError
from sqlalchemy.orm import Session

from riskscore.errors import RiskscoreError, StaleRunError
from riskscore.settings import Settings
from riskscore.steps.code import code_version
from riskscore.steps.surroundings import require_clock
from riskscore.steps.workspace import Workspace, open_workspace
from riskscore.store import Lake
from riskscore.store.database import Delivery, transaction
from riskscore.store.leases import Lease, Partition, claim
from riskscore.store.permit import Permit
from riskscore.store.runs import DONE, FAILED, STALE, StepRun


@dataclass
class Running:
    """A run that has begun. What it publishes goes through it, and fails once a newer run claimed its partitions."""

    work: Workspace
    lease: Lease
    inputs: dict[str, Any] = field(default_factory=dict)
    outcome: dict[str, Any] = field(default_factory=dict)
    model: str = ""
    has_ended: bool = False

    @property
    def settings(self) -> Settings:
        """The settings it runs with."""
        return self.work.settings

    @property
    def lake(self) -> Lake:
        """The lake, to publish in: see Permit for why a holder that was overtaken cannot."""
        return self.work.lake.published_by(Permit.of(self.lease, self.require, self._published))

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """Open a session whose commit happens only if this run still is the newest."""
        with self.work.transaction() as session:
            try:
                yield session
                session.flush()
            except IntegrityError:  # what it adds may be there, because a newer run was faster
                session.rollback()
                self.require()
                raise
            self.lease.require(session)

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Let nobody claim these partitions meanwhile: for what becomes visible by renaming a file or a folder."""
        with self.work.transaction() as session:
            self.lease.require(session)
            yield

    def ends(self, session: Session) -> None:
        """Record that it is done in the transaction that publishes its last: no kill comes between the two.

        For what no later run would claim again, as it is on record as done: nobody else could tell of such a kill.
        """
        _record_end(session, self, DONE)
        self.has_ended = True

    def require(self) -> None:
        """Raise StaleRunError if a newer run claimed one of the partitions."""
        with self.work.transaction() as session:
            self.lease.require(session)

    def reads(self, *tables: str) -> None:
        """Note the versions of the tables it is about to read."""
        versions = self.inputs.setdefault("tables", {})
        versions |= {table: self.work.lake.version(table) for table in tables}

    def reads_deliveries(self, days: Sequence[date]) -> None:
        """Note the deliveries known from these days on, and how many were known by the last."""
        known = select(Delivery.sha256).where(Delivery.known_day >= min(days), Delivery.known_day <= max(days))
        until = select(func.count(), func.max(Delivery.number)).where(Delivery.known_day <= max(days))
        with self.work.transaction() as session:
            fresh = list(session.scalars(known.where(Delivery.state == "published").order_by(Delivery.number)))
            count, newest = session.execute(until).one()
        self.inputs["deliveries"] = {"known": count, "newest": newest, **digest_of_set(fresh)}

    def _published(self, table: str, version: int, rows: pa.Table) -> None:
        made = {"version": version, "rows": rows.num_rows, "digest": digest_of_table(rows)}
        self.outcome.setdefault("tables", {}).setdefault(table, []).append(made)


@contextmanager
def running(settings: Settings, step: str, partitions: Iterable[Partition], **given: object) -> Iterator[Running]:
    """Run a step for some partitions: claim them, record the run, and record how it ended.

    Read inputs inside, never before: who claims last must also have looked last. A process that is killed leaves a run
    that never ended; the next one for the same partition says so. Raises StaleRunError where a newer run began,
    ClockError before anything is claimed where the clock stepped back behind a closed day.
    """
    require_clock(settings)
    work = open_workspace(settings)
    code = code_version(settings.project_dir)
    run = Running(work, claim(settings.database, step, list(partitions), code), dict(given))
    try:
        yield run
    except BaseException as error:  # an interrupt ends a run too
        with suppress(SQLAlchemyError, RiskscoreError):  # the error on its way says more
            _end(run, STALE if isinstance(error, StaleRunError) else FAILED, type(error).__name__)
        raise
    if not run.has_ended:
        _end(run, DONE)


def _end(run: Running, state: str, error: str = "") -> None:
    with transaction(run.settings.database) as session:
        _record_end(session, run, state, error)


def _record_end(session: Session, run: Running, state: str, error: str = "") -> None:
    kept = session.get_one(StepRun, run.lease.token)
    kept.state, kept.error, kept.ended_at = state, error, datetime.now(UTC)
    kept.inputs, kept.outcome, kept.model = run.inputs, run.outcome, run.model


def days_as_partitions(days: Iterable[date], prefix: str = "") -> list[Partition]:
    """Return a partition a day, `prefix` before it where a step has several kinds."""
    return [Partition(f"{prefix} {day}".strip(), day) for day in days]


def digest_of_set(values: Iterable[str]) -> dict[str, Any]:
    """Return how many values there are, and a digest of them whatever their order."""
    ordered = sorted(values)
    return {"count": len(ordered), "digest": hashlib.sha256("\n".join(ordered).encode()).hexdigest()[:16]}


def digest_of_table(rows: pa.Table) -> str:
    """Return a digest of columns, types and cells, in order: equal for tables that are equal to the bit."""
    hashed = hashlib.sha256()
    with pa.ipc.new_stream(pa.PythonFile(_Hashing(hashed.update), mode="w"), rows.schema) as stream:
        stream.write_table(rows.combine_chunks())
    return hashed.hexdigest()


class _Hashing:
    """A file that keeps nothing of what is written to it but its digest."""

    closed = False

    def __init__(self, update: Callable[[bytes], None]) -> None:
        self._update = update

    def write(self, content: bytes) -> int:
        self._update(content)
        return len(content)

    def flush(self) -> None:
        """Have nothing to do."""

    def close(self) -> None:
        self.closed = True
