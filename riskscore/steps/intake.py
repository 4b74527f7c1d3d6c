"""Take in: hold deliveries to their contract, set bad rows aside, publish the rest, account for every row."""

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import as_completed
from dataclasses import asdict, dataclass
from itertools import groupby

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from riskscore.contracts import CheckResult, Contract, check_deliveries, quarantined_rows
from riskscore.contracts.docs import keep_result
from riskscore.errors import DeliveryError, ReconciliationError
from riskscore.logs import say
from riskscore.settings import Settings
from riskscore.sources import PARSERS, Parsed, countable_rows
from riskscore.steps.calendar import Report, silent
from riskscore.steps.facts import as_facts, origin_of
from riskscore.steps.landing import archived
from riskscore.steps.processes import processes
from riskscore.steps.running import Running, digest_of_set, running
from riskscore.steps.telling import told
from riskscore.steps.workspace import Workspace, first_open_day, open_workspace
from riskscore.store.database import Delivery, Finding, QuarantineRow, insert_rows
from riskscore.store.leases import Partition

BATCH_BYTES = 32 * 2**20
"""Deliveries of one feed are checked together up to this size: a suite costs as much for one row as for thousands."""


@dataclass(frozen=True)
class Taken:
    """What became of the rows of a number of deliveries."""

    deliveries: int = 0
    received: int = 0
    accepted: int = 0
    quarantined: int = 0
    refused: int = 0

    def __add__(self, other: "Taken") -> "Taken":
        return Taken(*(getattr(self, name) + getattr(other, name) for name in self.__dataclass_fields__))

    def __str__(self) -> str:
        return (
            f"{self.deliveries} deliveries, {self.received} rows received = {self.accepted} accepted + "
            f"{self.quarantined} quarantined + {self.refused} refused"
        )


@dataclass(frozen=True)
class Batch:
    """Deliveries of one feed that are checked together."""

    contract: Contract
    deliveries: list[Delivery]

    @property
    def byte_count(self) -> int:
        """Size of all files."""
        return sum(delivery.byte_count for delivery in self.deliveries)


@told
def take_in(settings: Settings, delivery_ids: Sequence[str], *, report: Report = silent) -> Taken:
    """Check, set aside and publish these deliveries; return what became of their rows.

    Facts go to the lake first, under the ids of their deliveries; then one transaction records quarantine, findings
    and counts, and marks the deliveries. A crash between the two is mended by running it again: the lake's rows are
    replaced by the same ones. A delivery that is already published or refused is left as it is. Raises
    ReconciliationError if a row is unaccounted for.
    """
    work = open_workspace(settings)
    batches = list(_batches(work, delivery_ids))
    taken = Taken()
    report("take in", 0, len(batches))
    for done, one in enumerate(_taken(work, batches), start=1):
        taken += one
        report("take in", done, len(batches))
    return taken


def _taken(work: Workspace, batches: list[Batch]) -> Iterator[Taken]:
    """Yield what became of each batch; a large catch-up is spread over processes, no two with a delivery in common.

    Processes pay where there is much for others to do beside the one that has the largest batch.
    """
    largest_first = sorted(batches, key=lambda batch: -batch.byte_count)
    if work.settings.jobs < 2 or sum(batch.byte_count for batch in largest_first[1:]) < BATCH_BYTES:
        yield from (_take_in(work, batch) for batch in batches)
        return
    with processes(work.settings.jobs) as pool:
        ids = [[delivery.delivery_id for delivery in batch.deliveries] for batch in largest_first]
        running = [pool.submit(_in_process, work.settings, one) for one in ids]
        yield from (future.result() for future in as_completed(running))


def _in_process(settings: Settings, delivery_ids: list[str]) -> Taken:
    """Take in one batch where this process is one of several."""
    return take_in(settings.model_copy(update={"jobs": 1}), delivery_ids)


def _batches(work: Workspace, delivery_ids: Sequence[str]) -> Iterator[Batch]:
    with work.transaction() as session:
        wanted = select(Delivery).where(Delivery.state == "landed").order_by(Delivery.feed, Delivery.number)
        chosen, open_day = set(delivery_ids), first_open_day(work)
        landed = [delivery for delivery in session.scalars(wanted) if delivery.delivery_id in chosen]
        for delivery in landed:
            delivery.known_day = max(delivery.known_day, open_day)  # its day may have been closed since it landed
    for feed, of_feed in groupby(landed, key=lambda delivery: delivery.feed):
        batch = Batch(work.project.inbound[feed], [])
        for delivery in of_feed:
            if batch.deliveries and batch.byte_count + delivery.byte_count > BATCH_BYTES:
                yield batch
                batch = Batch(work.project.inbound[feed], [])
            batch.deliveries.append(delivery)
        yield batch


def _take_in(work: Workspace, batch: Batch) -> Taken:
    """Take in one batch, as a run of its own; what another run took in meanwhile is left alone."""
    parts = [Partition(delivery.delivery_id, delivery.known_day) for delivery in batch.deliveries]
    with running(work.settings, "take_in", parts, feed=batch.contract.name) as run:
        batch = _still_landed(work, batch)
        run.inputs["deliveries"] = digest_of_set(delivery.sha256 for delivery in batch.deliveries)
        run.reads(batch.contract.lake_table)
        run.outcome["rows"] = asdict(Taken())
        return _checked_and_published(run, batch) if batch.deliveries else Taken()


def _still_landed(work: Workspace, batch: Batch) -> Batch:
    """Look again, now that these deliveries are ours: one that was taken in since is not to be taken in again."""
    ids = [delivery.delivery_id for delivery in batch.deliveries]
    with work.transaction() as session:
        wanted = select(Delivery.delivery_id).where(Delivery.delivery_id.in_(ids), Delivery.state == "landed")
        landed = set(session.scalars(wanted))
    return Batch(batch.contract, [delivery for delivery in batch.deliveries if delivery.delivery_id in landed])


def _checked_and_published(run: Running, batch: Batch) -> Taken:
    work = run.work
    parsed: dict[str, Parsed] = {}
    unreadable: dict[str, str] = {}
    for delivery in batch.deliveries:
        try:
            parsed[delivery.delivery_id] = PARSERS[delivery.feed](archived(run.settings, delivery.delivery_id))
        except DeliveryError as error:
            unreadable[delivery.delivery_id] = str(error)
    if not parsed:
        return _record(run, batch, None, [], unreadable)
    result = check_deliveries(
        batch.contract,
        {delivery_id: one.rows for delivery_id, one in parsed.items()},
        faults={delivery_id: one.faults for delivery_id, one in parsed.items()},
    )
    _reconcile(parsed, result)
    run.require()
    keep_result(work.settings.findings, result, max(delivery.known_day for delivery in batch.deliveries))
    _publish(run, batch, result)
    raw_lines = [line for one in parsed.values() for line in one.raw_lines]
    return _record(run, batch, result, raw_lines, unreadable)


def _reconcile(parsed: Mapping[str, Parsed], result: CheckResult) -> None:
    """Raise ReconciliationError, before anything is published, unless every row that was read is counted once."""
    to_publish = result.outcome.loc[result.accepted.index, "delivery_id"].value_counts().to_dict()
    tally = result.tally.to_dict("index")
    for delivery_id, one in parsed.items():
        counts = tally[delivery_id]
        accepted = int(to_publish.get(delivery_id, 0))
        quarantined, refused = int(counts["quarantined"]), int(counts["refused"])
        if len(one.rows) != accepted + quarantined + refused or accepted != counts["accepted"]:
            raise ReconciliationError(
                delivery_id=delivery_id,
                received=len(one.rows),
                accepted=accepted,
                quarantined=quarantined,
                refused=refused,
            )


def _publish(run: Running, batch: Batch, result: CheckResult) -> None:
    """Make the accepted rows all that these deliveries brought to the lake."""
    table = batch.contract.lake_table
    rows = result.accepted.join(result.outcome[["delivery_id", "row_number"]])
    schema = run.lake.schema(table)
    facts = as_facts(
        rows,
        [origin_of(delivery) for delivery in batch.deliveries],
        contract=batch.contract,
        schema=schema,
        settings=run.settings,
    )
    run.lake.replace_deliveries(
        table,
        facts,
        [delivery.delivery_id for delivery in batch.deliveries],
        since=min(delivery.folder_day for delivery in batch.deliveries),  # none is known before the day of its folder
    )


def _record(
    run: Running, batch: Batch, result: CheckResult | None, raw_lines: list[str], unreadable: dict[str, str]
) -> Taken:
    """Record what became of every row, in one transaction with the deliveries' new state and the end of the run."""
    taken, told_of = Taken(), []
    with run.transaction() as session:
        if result is not None:
            _set_aside(session, batch, result, raw_lines)
        for landed in batch.deliveries:
            delivery = session.merge(landed)
            delivery.state, delivery.reason = "published", ""
            if reason := unreadable.get(delivery.delivery_id) or (result and result.refused.get(delivery.delivery_id)):
                delivery.state, delivery.reason = "refused", reason
            if result is not None and delivery.delivery_id not in unreadable:
                counts = result.tally.loc[[delivery.delivery_id]].to_dict("records")[0]
                for name in ("received", "accepted", "quarantined", "refused"):
                    setattr(delivery, f"{name}_rows", int(counts[name]))
            if delivery.delivery_id in unreadable:
                path = archived(run.settings, delivery.delivery_id)
                delivery.received_rows = delivery.refused_rows = countable_rows(path)
            taken += _accounted(delivery)
            told_of.append(delivery)
        run.outcome["rows"] = asdict(taken)
        run.ends(session)
    for delivery in told_of:
        _say(delivery)
    return taken


def _say(delivery: Delivery) -> None:
    """Log what became of a delivery once that is on record."""
    say(
        "delivery taken in",
        step="take_in",
        delivery=delivery.delivery_id,
        feed=delivery.feed,
        day=delivery.known_day,
        state=delivery.state,
        received=delivery.received_rows,
        accepted=delivery.accepted_rows,
        quarantined=delivery.quarantined_rows,
        refused=delivery.refused_rows,
    )


def _set_aside(session: Session, batch: Batch, result: CheckResult, raw_lines: list[str]) -> None:
    ids = [delivery.delivery_id for delivery in batch.deliveries]
    for model in (QuarantineRow, Finding):
        session.execute(delete(model).where(model.delivery_id.in_(ids)))
    feed = batch.contract.name
    insert_rows(session, QuarantineRow, [{**asdict(row), "feed": feed} for row in quarantined_rows(result, raw_lines)])
    summed = result.findings.groupby(["delivery_id", "rule", "column", "severity"], as_index=False, dropna=False).agg(
        rows=("row_number", "size"), first_row=("row_number", "min")
    )
    found = summed.assign(first_row=summed["first_row"].fillna(0).astype(int)).to_dict("records")
    insert_rows(session, Finding, [{str(name): value for name, value in one.items()} for one in found])


def _accounted(delivery: Delivery) -> Taken:
    """Return the delivery's counts; raise ReconciliationError unless they add up."""
    taken = Taken(1, delivery.received_rows, delivery.accepted_rows, delivery.quarantined_rows, delivery.refused_rows)
    if taken.received != taken.accepted + taken.quarantined + taken.refused:
        raise ReconciliationError(
            delivery_id=delivery.delivery_id,
            received=taken.received,
            accepted=taken.accepted,
            quarantined=taken.quarantined,
            refused=taken.refused,
        )
    return taken
