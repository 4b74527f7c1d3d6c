"""Keep house: remove what may not or need not be kept, keep lake and database quick, clear what killed runs left."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from sqlalchemy import ColumnElement, delete, func, select

from riskscore.exchange.durable import exclusive_lock
from riskscore.housekeeping import KeepingPolicy, half_written, load_keeping_policy, older_than, remove, size_of
from riskscore.settings import Settings
from riskscore.steps.keeping_photographs import expired_photographs
from riskscore.steps.landing import archived
from riskscore.steps.telling import told
from riskscore.steps.workspace import Workspace, open_workspace
from riskscore.store.database import Delivery, Finding, QuarantineRow, QueueItem, engine_of
from riskscore.store.upkeep import Upkeep
from riskscore.store.upkeep_sql import erase, keep_quick


@dataclass(frozen=True)
class Tidied:
    """One kind of thing in one place: how many were found whose time is over, and whether they went."""

    what: str
    place: str
    count: int
    bytes: int = 0
    is_done: bool = False
    note: str = ""


@dataclass(frozen=True)
class House:
    """What keeping house came to."""

    day: date
    is_applied: bool
    tidied: list[Tidied]


@told
def keep_house(settings: Settings, day: date, *, apply: bool = True, policy: Path | None = None) -> House:
    """Remove what is past its time on `day`, and keep lake and database quick; only tell, where `apply` is not given.

    Every part is whole or not at all, and the next run goes on where a killed one ended. A day may be computed
    meanwhile: what it reads stays for `versions_days`, its own partitions are left alone, and where both change the
    same table the day goes first. Raises KeepingPolicyError where the policy cannot be followed.
    """
    work = open_workspace(settings)
    settings.home.mkdir(parents=True, exist_ok=True)
    with exclusive_lock(settings.home / ".housekeeping.lock"):
        keeper = Keeper(work, day, load_keeping_policy(policy), apply)
        return House(day, apply, [one for one in keeper.tidied() if one.count or one.note])


@dataclass(frozen=True)
class Keeper:
    """One round through the house."""

    work: Workspace
    day: date
    policy: KeepingPolicy
    apply: bool

    def tidied(self) -> Iterator[Tidied]:
        """Yield each part once it is done: rows first, then the files and versions that held them."""
        upkeep = Upkeep(self.work.lake)
        tables = upkeep.tables()
        for table in tables:
            yield from self._rows(upkeep, table)
        yield from self._database_rows()
        yield from self._files()
        for table in tables:
            yield from self._versions(upkeep, table)
        yield from self._database()

    def _rows(self, upkeep: Upkeep, table: str) -> Iterator[Tidied]:
        if self.work.lake.schema(table).is_fact:
            count, first = upkeep.expired_facts(table, self.day)
            due, note = self._together(first)
            if due:
                self._do(upkeep.remove_expired_facts, table, self.day)
            yield Tidied("facts past retain_until", table, count, is_done=due and self.apply, note=note)
            return
        before = self._before(self._score_days(table))
        gone = upkeep.days_before(table, before)
        if gone:
            self._do(upkeep.remove_days_before, table, before)
        yield Tidied(f"rows of days before {before}", table, sum(gone.values()), is_done=self.apply)

    def _together(self, first: date | None) -> tuple[bool, str]:
        """Return whether what belongs to facts goes now, given since when the first of it is over; why it waits."""
        every = self.policy.facts_every_days
        due = first is not None and (self.day - first).days > every
        return due, "" if due or first is None else f"with the others, {every} days after the first"

    def _score_days(self, table: str) -> int:
        contract = self.work.project.internal.get(table)
        return self.policy.keep_days.features if contract is None else contract.terms.retention_days

    def _database_rows(self) -> Iterator[Tidied]:
        internal = self.work.project.internal
        for feed, contract in self.work.project.inbound.items():
            days = min(self.policy.keep_days.quarantine, contract.terms.retention_days)
            old = select(Delivery.delivery_id).where(Delivery.feed == feed, Delivery.known_day < self._before(days))
            for model in (QuarantineRow, Finding):
                count = self._delete(model, model.delivery_id.in_(old))
                yield Tidied(f"{model.__tablename__} past its time", feed, count, is_done=self.apply)
        before = self._before(internal["queue_item"].terms.retention_days)
        count = self._delete(QueueItem, QueueItem.queue_day < before)
        yield Tidied("queue_item past its time", "all units", count, is_done=self.apply)

    def _delete(self, model: type[QuarantineRow | Finding | QueueItem], which: ColumnElement[bool]) -> int:
        with self.work.transaction() as session:
            count = int(session.scalar(select(func.count()).select_from(model).where(which)) or 0)
            if count and self.apply:
                erase(session)
                session.execute(delete(model).where(which))
        return count

    def _files(self) -> Iterator[Tidied]:
        settings, keep = self.work.settings, self.policy.keep_days
        old: dict[str, tuple[Iterable[Path], int]] = {
            "results of checks": (settings.findings.glob("results/*"), keep.findings),
            "pages of checks": (settings.findings.glob("pages/*"), keep.findings),
            "lists": (settings.reports.glob("lists/*"), keep.lists),
            "monitor pages": (settings.reports.glob("monitor/*"), keep.monitor_pages),
            "bundles": (settings.exports.glob("*/*"), keep.exports),
        }
        yield self._removed("received copies", self._copies())
        yield self._photographs()
        for what, (paths, days) in old.items():
            yield self._removed(what, older_than(sorted(paths), self._before(days)))
        begun_before = datetime.now(UTC) - timedelta(hours=self.policy.orphans_hours)
        yield self._removed("left half written", half_written(settings.home, begun_before))

    def _copies(self) -> list[Path]:
        """Return our copies of files received long ago; never of one that still waits to be taken in."""
        before = self._before(self.policy.keep_days.received_copies)
        wanted = select(Delivery.delivery_id).where(Delivery.known_day < before, Delivery.state != "landed")
        with self.work.transaction() as session:
            paths = [archived(self.work.settings, one) for one in session.scalars(wanted)]
        return [path for path in paths if path.exists()]

    def _photographs(self) -> Tidied:
        what, (paths, first) = "photographs past their time", expired_photographs(self.work, self.day)
        due, note = self._together(first)
        return self._removed(what, paths) if due else Tidied(what, str(self.work.settings.home), len(paths), note=note)

    def _removed(self, what: str, paths: Iterable[Path]) -> Tidied:
        found = list(paths)
        size = sum(map(size_of, found))
        for path in found:
            self._do(remove, path)
        return Tidied(what, str(self.work.settings.home), len(found), size, is_done=self.apply)

    def _versions(self, upkeep: Upkeep, table: str) -> Iterator[Tidied]:
        crowded = upkeep.crowded_days(table, self.day, self.policy.lake.compact_from_files)
        if crowded:
            is_done = self.apply and upkeep.compact(table, list(crowded))
            note = "" if is_done or not self.apply else "another process was at work there; tomorrow"
            yield Tidied("small files", table, sum(crowded.values()), is_done=is_done, note=note)
        days = self.policy.lake.versions_days
        gone = upkeep.forget(table, days) if self.apply else upkeep.forgettable(table, days)
        yield Tidied(f"files of versions over {days} days old", table, len(gone), is_done=self.apply)

    def _database(self) -> Iterator[Tidied]:
        if self.apply:
            engine = engine_of(self.work.settings.database)
            note = keep_quick(engine, vacuum_from=self.policy.database.vacuum_from_free_share)
            yield Tidied("statistics and free pages", "database", 0, is_done=True, note=note)

    def _before(self, days: int) -> date:
        return self.day - timedelta(days=days)

    def _do(self, change: Callable[..., object], *given: object) -> None:
        if self.apply:
            change(*given)
