"""The ledger of deliveries: what came, what became of every row, and why."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import pandas as pd
from sqlalchemy import select

from riskscore.contracts import Contract
from riskscore.contracts.masking import PERSONAL, shown
from riskscore.errors import DeliveryError
from riskscore.settings import Settings
from riskscore.steps.workspace import open_workspace
from riskscore.store.database import Delivery, QuarantineRow

COUNTS = ["received_rows", "accepted_rows", "quarantined_rows", "refused_rows"]


def delivery_rows(
    settings: Settings, *, feed: str = "", state: str = "", day: date | None = None, total: bool = False
) -> pd.DataFrame:
    """Return the deliveries in order of arrival, or (`total`) one row a feed and state, and a last row of sums."""
    wanted = select(Delivery).order_by(Delivery.number)
    wanted = wanted.where(Delivery.feed == feed) if feed else wanted
    wanted = wanted.where(Delivery.state == state) if state else wanted
    wanted = wanted.where(Delivery.known_day >= day) if day else wanted
    shown = ["number", "delivery_id", "feed", "file_name", "known_day", "state", *COUNTS, "reason"]
    with open_workspace(settings).transaction() as session:
        rows = [{name: getattr(row, name) for name in shown} for row in session.scalars(wanted)]
    found = pd.DataFrame(rows, columns=shown)
    if not total:
        return found
    summed = found.groupby(["feed", "state"], as_index=False).agg(
        deliveries=("number", "size"), **{n: (n, "sum") for n in COUNTS}
    )
    last = {"feed": "all", "state": "", **summed.drop(columns=["feed", "state"]).sum().to_dict()}
    return pd.concat([summed, pd.DataFrame([last])], ignore_index=True)


def reconciled(settings: Settings) -> pd.DataFrame:
    """Return the sums a feed once every delivery was checked: received = accepted + quarantined + refused.

    Raises DeliveryError naming the deliveries for which that does not hold.
    """
    found = delivery_rows(settings)
    wrong = found[found["received_rows"] != found[COUNTS[1:]].sum(axis=1)]
    if len(wrong):
        raise DeliveryError(
            f"Deliveries {', '.join(wrong['delivery_id'])} do not add up. Report it; nothing else is lost."
        )
    return delivery_rows(settings, total=True)


@dataclass(frozen=True)
class Breach:
    """One rule for which one row was set aside; `value` is fit to be shown."""

    id: int
    """Of the row; one that broke several rules has several breaches."""
    feed: str
    delivery_id: str
    row_number: int
    column: str
    rule: str
    value: str


def quarantined(settings: Settings, *, delivery_id: str = "", most: int = 50) -> list[Breach]:
    """Return what is wrong with at most `most` rows set aside and not put right yet, oldest first.

    Of a personal column no value is shown, and elsewhere only what looks like a code.
    """
    wanted = select(QuarantineRow).where(QuarantineRow.state == "open").order_by(QuarantineRow.id).limit(most)
    wanted = wanted.where(QuarantineRow.delivery_id == delivery_id) if delivery_id else wanted
    work = open_workspace(settings)
    with work.transaction() as session:
        rows = list(session.scalars(wanted))
    return [breach for row in rows for breach in _breaches(row, work.project.inbound[row.feed])]


def _breaches(row: QuarantineRow, contract: Contract) -> Iterator[Breach]:
    for broken in _set_aside_for(row):
        named = [name for name in broken["column"].split(", ") if name]
        value = ", ".join(_shown(name, row.cells.get(name, ""), contract) for name in named)
        yield Breach(row.id, row.feed, row.delivery_id, row.row_number, broken["column"], broken["rule"], value)


def _set_aside_for(row: QuarantineRow) -> list[dict[str, str]]:
    """Return the breaches that set a row aside; warnings alone would have let it pass."""
    return [broken for broken in row.breaches if broken.get("severity") != "warning"]


def _shown(column: str, text: str, contract: Contract) -> str:
    """Return a cell as far as it may be shown; what the contract does not know is taken for personal."""
    if not text:
        return ""
    is_known = column in contract.column_names and column not in contract.personal
    return shown(text) if is_known else PERSONAL


def quarantine_by_rule(settings: Settings) -> pd.DataFrame:
    """Return how many open rows each feed has, by column and rule."""
    with open_workspace(settings).transaction() as session:
        rows = session.scalars(select(QuarantineRow).where(QuarantineRow.state == "open"))
        broken = [(row.feed, one["column"], one["rule"], row.id) for row in rows for one in _set_aside_for(row)]
    found = pd.DataFrame(broken, columns=["feed", "column", "rule", "row"])
    return found.groupby(["feed", "column", "rule"], as_index=False).agg(rows=("row", "size"))


def raw_line(settings: Settings, row: int) -> str:
    """Return the raw line of one row set aside; raise DeliveryError if there is none of that id."""
    with open_workspace(settings).transaction() as session:
        found = session.get(QuarantineRow, row)
        if found is None:
            raise DeliveryError(f"No quarantined row has id {row}. `riskscore quarantine list` shows them.")
        line: str = found.raw_line
        return line
