"""What a container is linked to: shared seizures, and inspections of the past whose cargo was like its own."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from typing import Any

import pandas as pd

from riskscore.desk.case import LinkedSeizure, Marked, SimilarCase
from riskscore.desk.door import Desk
from riskscore.desk.officer import OF_ONE_UNIT, Officer
from riskscore.desk.papers import consignment_facts, newest, number, text
from riskscore.settings import Settings
from riskscore.steps import open_workspace

LINKS = {
    "container": "container_number",
    "shipper": "shipper_id",
    "consignee": "consignee_id",
    "shipper_name": "shipper_name_id",
    "consignee_name": "consignee_name_id",
    "vessel": "vessel_imo",
}
"""What a seizure and a container may share, and the column both have it in; the strongest link first."""
SHARED = {
    "consignee": ("consignee_id", 4),
    "shipper": ("shipper_id", 4),
    "hs6": ("hs6", 2),
    "loading": ("port_of_loading", 1),
    "transhipment": ("transhipment_ports", 1),
    "vessel": ("vessel_imo", 1),
}
"""What makes two cargoes alike, the column, and how much it counts."""
LIKE_ENOUGH = 3
MOST_SEIZURES, MOST_CASES = 50, 8
CASES_SINCE = timedelta(days=365)
RESTRICTED = "restricted"
"""Terms under which only those who work the case see a shared fact."""


@dataclass(frozen=True)
class Linkable:
    """One version of a table, and in which of its rows each value of a linking column stands."""

    rows: pd.DataFrame
    places: Mapping[str, Mapping[str, list[int]]]


def linked_seizures(
    caller: Officer, desk: Desk, papers: pd.DataFrame, *, container_number: str
) -> tuple[tuple[LinkedSeizure, ...], int]:
    """Return the seizures that share something with a container's papers, strongest link first, newest first.

    Shared facts that their sender calls restricted are shown to officers and supervisors alone; the second value says
    how many were kept back.
    """
    lake = open_workspace(desk.settings).lake
    known = _seizures(desk.settings, lake.version("seizure"))
    found: dict[int, list[str]] = defaultdict(list)
    for link, column in LINKS.items():
        values = {container_number} if link == "container" else set(papers[column].dropna())
        for value in sorted(values):
            for place in known.places[column].get(value, []):
                if link not in found[place] and link.removesuffix("_name") not in found[place]:
                    found[place].append(link)
    linked = [_seizure(known.rows.iloc[place], links) for place, links in found.items()]
    seen = [one for one in linked if one.marked.handling != RESTRICTED or caller.role in OF_ONE_UNIT]
    strength = list(LINKS)
    seen.sort(key=lambda one: one.seized_at, reverse=True)
    seen.sort(key=lambda one: strength.index(one.links[0]))
    return tuple(seen[:MOST_SEIZURES]), len(linked) - len(seen)


@lru_cache(maxsize=2)
def _seizures(settings: Settings, version: int) -> Linkable:
    """Return every seizure known now; `version` is that of the table."""
    _ = version
    rows = newest(open_workspace(settings).lake.read("seizure"), ["country", "seizure_id"])
    return Linkable(rows, {column: _places(rows[column]) for column in LINKS.values()})


def _places(column: pd.Series) -> dict[str, list[int]]:
    found: dict[str, list[int]] = defaultdict(list)
    for place, value in enumerate(column):
        if isinstance(value, str):
            found[value].append(place)
    return dict(found)


def _seizure(row: Any, links: list[str]) -> LinkedSeizure:
    return LinkedSeizure(
        seizure_id=row["seizure_id"],
        country=row["country"],
        seized_at=row["seized_at"].to_pydatetime(),
        port=text(row["port"]),
        substance=text(row["substance"]),
        quantity_kg=float(row["quantity_kg"]),
        concealment=text(row["concealment"]),
        links=tuple(links),
        marked=Marked(
            text(row["originator"]), text(row["handling"]), text(row["purpose"]), text(row["evaluation_code"])
        ),
    )


def similar_cases(desk: Desk, papers: pd.DataFrame, *, unit: str) -> tuple[SimilarCase, ...]:
    """Return finds of the unit's own inspections in the last year whose cargo was like this one's, most alike first."""
    lake = open_workspace(desk.settings).lake
    known = _finds(desk.settings, unit, desk.now().date(), lake.version("inspection"))
    score: dict[int, int] = defaultdict(int)
    shared: dict[int, list[str]] = defaultdict(list)
    for what, (column, weight) in SHARED.items():
        for value in sorted(set(papers[column].dropna())):
            for place in known.places[column].get(value, []):
                if what not in shared[place]:
                    shared[place].append(what)
                    score[place] += weight
    mine = set(zip(papers["voyage_id"], papers["container_number"], strict=True))
    cases: dict[tuple[str, str], SimilarCase] = {}
    alike = sorted((place for place in score if score[place] >= LIKE_ENOUGH), key=lambda one: -score[one])
    for place in alike:
        case = _case(known.rows.iloc[place], shared[place])
        if (case.voyage_id, case.container_number) not in mine:
            cases.setdefault((case.voyage_id, case.container_number), case)
        if len(cases) == MOST_CASES:
            break
    return tuple(cases.values())


@lru_cache(maxsize=16)
def _finds(settings: Settings, unit: str, today: Any, version: int) -> Linkable:
    """Return what the unit found in the year up to `today`, with the papers of each container it was in."""
    _ = version
    lake = open_workspace(settings).lake
    told = lake.read("inspection", since=today - CASES_SINCE, among={"unit": [unit]})
    decided = newest(told, ["inspection_id"])
    found = decided[decided["outcome"] == "contraband"]
    desk = Desk(settings, lambda: today)
    papers = consignment_facts(desk, sorted(set(found["voyage_id"])), sorted(set(found["container_number"])))
    columns = ["voyage_id", "container_number", *(column for column, _ in SHARED.values())]
    rows = found.merge(papers[columns], on=["voyage_id", "container_number"])
    rows = rows.sort_values("decided_at", ascending=False, ignore_index=True)
    return Linkable(rows, {column: _places(rows[column]) for column, _ in SHARED.values()})


def _case(row: Any, shared: list[str]) -> SimilarCase:
    return SimilarCase(
        container_number=row["container_number"],
        voyage_id=row["voyage_id"],
        decided_at=row["decided_at"].to_pydatetime(),
        outcome=row["outcome"],
        substance=text(row["substance"]),
        quantity_kg=number(row["quantity_kg"]),
        shared=tuple(shared),
    )
