"""Turn accepted rows into facts of the lake: who and when we learned them from, on whose terms, and who is who."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pandas as pd

from riskscore.contracts import Contract
from riskscore.entities import party_and_name_id
from riskscore.settings import Settings
from riskscore.store import TableSchema
from riskscore.store.database import Delivery

PARTIES = ("shipper", "consignee")


@dataclass(frozen=True)
class Origin:
    """Which delivery a row came in, and from which day on it is known."""

    delivery_id: str
    delivery_number: int
    known_day: date


def origin_of(delivery: Delivery, known_day: date | None = None) -> Origin:
    """Return where the rows of `delivery` come from; a repaired one may be known later than its delivery."""
    return Origin(delivery.delivery_id, delivery.number, known_day or delivery.known_day)


def as_facts(
    rows: pd.DataFrame, origins: Sequence[Origin], *, contract: Contract, schema: TableSchema, settings: Settings
) -> pd.DataFrame:
    """Return typed rows as the facts of a lake table, in its columns.

    `rows` has the contract's columns, `delivery_id` and `row_number`. A party that is named gets its id and that of its
    name alone; lineage and the contract's terms go on every row; a column the feed does not have is missing.
    """
    terms = contract.terms
    known = {origin.delivery_id: origin.known_day for origin in origins}
    numbers = {origin.delivery_id: origin.delivery_number for origin in origins}
    days = pd.to_datetime(rows["delivery_id"].map(known)).astype("datetime64[us]")
    lineage: dict[str, Any] = {
        "known_at": (days + timedelta(hours=settings.cutoff_hour)).dt.tz_localize("UTC"),
        "known_day": days.dt.date,
        "delivery_number": rows["delivery_id"].map(numbers).astype("int64"),
        "source": contract.name,
        "originator": terms.originator,
        "handling": rows.get("handling_code", terms.handling_code),
        "purpose": terms.purpose,
        "retain_until": (days + timedelta(days=terms.retention_days)).dt.date,
    }
    ids = {}
    for party in PARTIES:
        if f"{party}_name" in rows:
            found = party_and_name_id(rows[f"{party}_name"], rows[f"{party}_country"])
            ids[f"{party}_id"], ids[f"{party}_name_id"] = found
    facts = rows.assign(**lineage, **ids)
    absent: dict[str, Any] = {name: None for name in schema.columns if name not in facts}
    return facts.assign(**absent)
