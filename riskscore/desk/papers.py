"""What is declared of a container: its consignments in their newest version, with the parties they name."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

import pandas as pd

from riskscore.desk.case import Consignment, Party
from riskscore.desk.door import Desk
from riskscore.reference import hs6_codes
from riskscore.steps import open_workspace

KEY = ["voyage_id", "container_number", "bill_of_lading", "line_number"]
VERSION = ["known_day", "delivery_number", "row_number"]
"""What orders versions of a fact."""


def newest(rows: pd.DataFrame, key: Sequence[str], *, by: Sequence[str] = VERSION) -> pd.DataFrame:
    """Return the newest version of each key, in the order of keys."""
    versions = rows.sort_values([*key, *(name for name in by if name not in key)], kind="stable")
    return versions.drop_duplicates(list(key), keep="last", ignore_index=True)


def consignment_facts(desk: Desk, voyages: Collection[str], containers: Collection[str] | None = None) -> pd.DataFrame:
    """Return the newest version of every consignment of these voyages (and containers), as the lake has it now."""
    among = {"voyage_id": list(voyages)} | ({} if containers is None else {"container_number": list(containers)})
    return newest(open_workspace(desk.settings).lake.read("consignment", among=among), KEY)


def consignments(papers: pd.DataFrame) -> tuple[Consignment, ...]:
    """Return consignments as the page shows them, by bill of lading and line."""
    meanings = hs6_codes()["description"]
    return tuple(_consignment(row, meanings) for row in papers.to_dict("records"))


def _consignment(row: dict[Any, Any], meanings: pd.Series) -> Consignment:
    return Consignment(
        bill_of_lading=row["bill_of_lading"],
        line_number=int(row["line_number"]),
        parties=tuple(
            Party(role, text(row[f"{role}_name"]), text(row[f"{role}_country"]), text(row[f"{role}_id"]))
            for role in ("shipper", "consignee")
        ),
        hs6=row["hs6"],
        hs6_meaning=str(meanings.get(row["hs6"], "")),
        goods=text(row["goods_description"]),
        package_count=int(row["package_count"]),
        package_kind=text(row["package_kind"]),
        gross_weight_kg=float(row["gross_weight_kg"]),
        value_usd=number(row["value_usd"]),
        freight_terms=text(row["freight_terms"]),
        seal_numbers=text(row["seal_numbers"]),
        loaded_at=row["loaded_at"].to_pydatetime(),
        known_at=row["known_at"].to_pydatetime(),
    )


def text(value: object) -> str:
    """Return a text, empty where it is missing."""
    return value if isinstance(value, str) else ""


def number(value: Any) -> float | None:
    """Return a number, None where it is missing."""
    return None if pd.isna(value) else float(value)


def instant(value: Any) -> datetime | None:
    """Return an instant, None where it is missing."""
    if pd.isna(value):
        return None
    at: datetime = value.to_pydatetime()
    return at
