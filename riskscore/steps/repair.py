"""Repair: put a row that was set aside through as if it had been right from the start."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import pandas as pd
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from riskscore.contracts import Contract, Repair, check_repaired
from riskscore.errors import NotSetAsideError, StillWrongError
from riskscore.settings import Settings
from riskscore.steps.facts import as_facts, origin_of
from riskscore.steps.running import Running, running
from riskscore.steps.telling import told
from riskscore.steps.workspace import Workspace, first_open_day, open_workspace
from riskscore.store.database import Delivery, QuarantineRow
from riskscore.store.leases import Partition, keep_days_open


@dataclass(frozen=True)
class Repaired:
    """A row that was put right, and the day from which on it is known."""

    row: int
    delivery_id: str
    row_number: int
    known_day: date

    def __str__(self) -> str:
        return f"row {self.row_number} of delivery {self.delivery_id} published, known from {self.known_day} on"


@told
def fix_and_replay(settings: Settings, row: int, fix: Mapping[str, str]) -> Repaired:
    """Give a quarantined row new values, judge it by the same contract, and publish it in its place.

    It becomes the same fact of the same delivery and row as if it had come right. It is known from the delivery's day
    on, or from the first open day where that one is closed: a score of the past is never changed. Raises
    DeliveryError where the row is not there, was put right before, or still breaks a rule.
    """
    day = _known_day(open_workspace(settings), row)
    with running(settings, "fix_and_replay", [Partition(f"row {row}", day)]) as run:
        return _repaired(run, row, fix)


def _repaired(run: Running, row: int, fix: Mapping[str, str]) -> Repaired:
    work, settings = run.work, run.settings
    with run.transaction() as session:
        keep_days_open(session)
        found = _open_row(session, row)
        delivery = session.scalars(select(Delivery).where(Delivery.delivery_id == found.delivery_id)).one()
        contract = work.project.inbound[found.feed]
        repaired = _judged(work, contract, found, fix)
        origin = origin_of(delivery, max(delivery.known_day, first_open_day(work)))
        facts = as_facts(
            repaired,
            [origin],
            contract=contract,
            schema=work.lake.schema(contract.lake_table),
            settings=settings,
        )
        run.lake.replace_row(
            contract.lake_table,
            facts,
            delivery_id=found.delivery_id,
            row_number=found.row_number,
            since=delivery.folder_day,
        )
        found.state = "fixed"
        _count(session, found.delivery_id)
        run.outcome |= {"rows": 1, "delivery": found.delivery_id, "row_number": found.row_number}
        run.ends(session)
        return Repaired(row, found.delivery_id, found.row_number, origin.known_day)


def _open_row(session: Session, row: int) -> QuarantineRow:
    """Return a row that is still set aside; raise NotSetAsideError where there is none of that id, or no longer."""
    found = session.get(QuarantineRow, row)
    if found is None or found.state != "open":
        state = "is not there" if found is None else "was put right before"
        raise NotSetAsideError(row=row, state=state)
    return found


def _count(session: Session, delivery_id: str) -> None:
    """Count a row as accepted, from what the database holds now: others of the delivery may be put right meanwhile."""
    accepted = {"accepted_rows": Delivery.accepted_rows + 1, "quarantined_rows": Delivery.quarantined_rows - 1}
    session.execute(update(Delivery).where(Delivery.delivery_id == delivery_id).values(accepted))


def _known_day(work: Workspace, row: int) -> date:
    """Return from which day on the delivery of a row is known."""
    with work.transaction() as session:
        delivery_id = _open_row(session, row).delivery_id
        known: date = session.scalars(select(Delivery.known_day).where(Delivery.delivery_id == delivery_id)).one()
        return known


def _judged(work: Workspace, contract: Contract, found: QuarantineRow, fix: Mapping[str, str]) -> pd.DataFrame:
    """Return the repaired row, typed; raise StillWrongError with every rule it still breaks."""
    repair = Repair(found.delivery_id, found.row_number, found.cells, fix)
    result = check_repaired(contract, [repair], taken_keys=_taken_keys(work, contract, found.delivery_id))
    if result.accepted.empty:
        broken = result.findings[result.findings["severity"] == "error"]
        breaches = zip(broken["column"], broken["rule"], strict=True)
        raise StillWrongError(row=found.id, said=broken["message"].str.rstrip("."), breaches=breaches)
    return result.accepted.join(result.outcome[["delivery_id", "row_number"]])


def _taken_keys(work: Workspace, contract: Contract, delivery_id: str) -> pd.DataFrame:
    facts = work.lake.read(contract.lake_table, columns=["delivery_id", "row_number", *contract.key])
    return facts[facts["delivery_id"] == delivery_id]
