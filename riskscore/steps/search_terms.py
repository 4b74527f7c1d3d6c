"""Search terms: the words under which an officer finds a queue item of any day."""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import delete
from sqlalchemy.orm import Session

from riskscore.store.database import insert_rows
from riskscore.store.desk_records import SearchTerm

MEANINGLESS = re.compile(r"[\W_]+")


def as_term(text: str) -> str:
    """Return letters and digits alone, in capitals: what is compared when something is searched."""
    return MEANINGLESS.sub("", text).upper()


def terms_of(item: Mapping[str, Any]) -> set[tuple[str, str]]:
    """Return kind and term of everything under which an item (voyage_id, container_number, shown) is found."""
    shown = item["shown"]
    words = [
        ("container", item["container_number"]),
        ("voyage", item["voyage_id"]),
        ("vessel", shown.get("vessel_name")),
        ("imo", shown.get("vessel_imo")),
        *(("bill_of_lading", bill) for bill in shown.get("bills", [])),
    ]
    return {(kind, term) for kind, word in words if isinstance(word, str) and (term := as_term(word))}


def replace_search_terms(session: Session, items: Sequence[Mapping[str, Any]], unit: str, day: date) -> None:
    """Make the terms of these items all that lead to a unit's queue of one day."""
    session.execute(delete(SearchTerm).where(SearchTerm.unit == unit, SearchTerm.queue_day == day))
    insert_rows(session, SearchTerm, list(_rows(items, unit, day)))


def _rows(items: Sequence[Mapping[str, Any]], unit: str, day: date) -> Iterator[dict[str, Any]]:
    for item in items:
        found = {"voyage_id": item["voyage_id"], "container_number": item["container_number"]}
        for kind, term in sorted(terms_of(item)):
            yield {"unit": unit, "queue_day": day, **found, "kind": kind, "term": term}
