"""Which facts a container's features rest on, by delivery and row; who its parties are, only where asked."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import pandas as pd

from riskscore.store import Lake
from riskscore.store.history import day_number, with_lifetimes

PARTY_IDS = ("shipper_id", "consignee_id", "shipper_name_id", "consignee_name_id")
MOST = 25
"""Facts told of one kind, at most: the newest."""


@dataclass(frozen=True)
class Fact:
    """One fact known at the cut-off, and how it has to do with the container."""

    table: str
    because: str
    delivery_number: int
    delivery_id: str
    row_number: int
    known_day: date


def evidence(lake: Lake, key: tuple[str, str], day: date) -> list[Fact]:
    """Return the container's own facts as known on `day`, and inspections and seizures that share something with it.

    Of a kind with more than MOST facts, only the newest are named.
    """
    own = _known(lake, "consignment", day, {"voyage_id": key[0], "container_number": key[1]})
    calls = _known(lake, "port_call", day, {"voyage_id": key[0]})
    found = [*_told(own, "consignment", "in this container"), *_told(calls, "port_call", "call of its voyage")]
    looked_into = _known(lake, "inspection", day, {"container_number": key[1]})
    found += _told(looked_into, "inspection", "of the same container")
    shared = _known(lake, "seizure", day, {})
    for name in ("container_number", "vessel_imo", *PARTY_IDS):
        if name in shared and name in own:
            mine = shared[shared[name].isin(set(own[name].dropna()))]
            found += _told(mine, "seizure", f"same {name.removesuffix('_id').replace('_', ' ')}")
    return found


def parties_of(lake: Lake, key: tuple[str, str], day: date) -> dict[str, str]:
    """Return the names of the parties of the container's consignments as known on `day`, by role."""
    own = _known(lake, "consignment", day, {"voyage_id": key[0], "container_number": key[1]})
    roles = {role: sorted(set(own[f"{role}_name"].dropna())) for role in ("shipper", "consignee")}
    return {role: "; ".join(names) for role, names in roles.items() if names}


def _known(lake: Lake, table: str, day: date, where: Mapping[str, str]) -> pd.DataFrame:
    """Return the versions alive at the cut-off of `day`, lineage included."""
    schema = lake.schema(table)
    located = {name: [value] for name, value in where.items() if name in schema.key}
    versions = with_lifetimes(lake.read(table, until=day, among=located or None), schema)
    number = day_number(day)
    alive = versions[(versions["known_on"] <= number) & (versions["superseded_on"] > number)]
    for name, value in where.items():
        alive = alive[alive[name] == value]
    return alive


def _told(facts: pd.DataFrame, table: str, because: str) -> list[Fact]:
    newest = facts.sort_values(["delivery_number", "row_number"], ascending=False).head(MOST)
    columns = ["delivery_number", "delivery_id", "row_number", "known_day"]
    return [Fact(table, because, *row) for row in newest[columns].itertuples(index=False, name=None)]
