"""How a list is looked at: sorted, filtered, searched; all of it fits into the address bar."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

from riskscore.errors import BadInputError
from riskscore.queues import REASONS_TO_CHOOSE
from riskscore.queues.workflow import STATES

SORTS = (
    "position",
    "eta",
    "probability",
    "container",
    "voyage",
    "vessel",
    "state",
    "coverage",
    "holder",
    "goods",
    "loading",
)
ARRIVED_UNWORKED = "arrived_unworked"
"""A state that is seen from the clock: open, and past its planned arrival."""
LONGEST = 60
"""Characters of a value, at most."""


@dataclass(frozen=True)
class View:
    """What a list shows and in which order; an empty field filters nothing. Instants are UTC.

    Query fields: sort (one of SORTS; a leading - turns it round), q, state (a state, or arrived_unworked), why, from
    (port of loading), chapter (two digits), voyage, holder, eta_from, eta_until (ISO 8601, UTC where no zone is given).
    state, why, from, chapter and voyage may be given repeatedly. A field given empty filters nothing.
    """

    sort: str = "position"
    is_descending: bool = False
    search: str = ""
    states: tuple[str, ...] = ()
    whys: tuple[str, ...] = ()
    ports_of_loading: tuple[str, ...] = ()
    chapters: tuple[str, ...] = ()
    voyages: tuple[str, ...] = ()
    holder: str = ""
    eta_from: datetime | None = None
    eta_until: datetime | None = None

    def query(self) -> str:
        """Return the view as a query string without the question mark; what is not set is left out."""
        return urlencode(self.pairs())

    def pairs(self) -> list[tuple[str, str]]:
        """Return the view as the fields of a form, in a fixed order."""
        found: list[tuple[str, str]] = []
        if (self.sort, self.is_descending) != ("position", False):
            found.append(("sort", f"{'-' if self.is_descending else ''}{self.sort}"))
        for name, field in FIELDS.items():
            value = getattr(self, field)
            values = value if isinstance(value, tuple) else [value] if value else []
            found += [(name, _written(one)) for one in values]
        return found


FIELDS = {
    "q": "search", "state": "states", "why": "whys", "from": "ports_of_loading", "chapter": "chapters",
    "voyage": "voyages", "holder": "holder", "eta_from": "eta_from", "eta_until": "eta_until",
}  # fmt: skip
"""Query fields beside `sort`, and the part of a view that each sets."""


def _instant(name: str, text: str) -> datetime:
    try:
        instant = datetime.fromisoformat(text)
        return instant.replace(tzinfo=UTC) if instant.tzinfo is None else instant.astimezone(UTC)
    except (ValueError, OverflowError):
        raise BadInputError(
            "{name}: {value} is no date and time. Write it like 2026-05-04T18:00.", name=name, value=text
        ) from None


def _one_of(known: Iterable[str]) -> Callable[[str, str], str]:
    names = tuple(known)

    def read(name: str, text: str) -> str:
        if text not in names:
            raise BadInputError(
                "{name}: {value} is not known. Give one of {known}.", name=name, value=text, known=", ".join(names)
            )
        return text

    return read


def _like(pattern: str, example: str) -> Callable[[str, str], str]:
    form = re.compile(pattern)

    def read(name: str, text: str) -> str:
        if not form.fullmatch(text):
            raise BadInputError(
                "{name}: {value} has another form. Write it like {example}.", name=name, value=text, example=example
            )
        return text

    return read


READERS: dict[str, Callable[[str, str], Any]] = {
    "q": _like(r"[^\x00-\x1f\x7f]{1,60}", "MSCU1234566"),
    "state": _one_of((*STATES, ARRIVED_UNWORKED)),
    "why": _one_of(REASONS_TO_CHOOSE),
    "from": _like(r"[A-Z]{2}[A-Z2-9]{3}", "ECGYE"),
    "chapter": _like(r"[0-9]{2}", "08"),
    "voyage": _like(r"[A-Z0-9][A-Z0-9-]{2,23}", "MSC-612W"),
    "holder": _like(r"[a-z][a-z0-9._-]{1,39}", "j.visser"),
    "eta_from": _instant,
    "eta_until": _instant,
}


def parse_view(pairs: Iterable[tuple[str, str]]) -> View:
    """Read a view from query fields; raise BadInputError for a field or value nobody knows."""
    found: dict[str, Any] = {}
    many = {field.name for field in fields(View) if isinstance(field.default, tuple)}
    for name, text in pairs:
        value = text.strip()
        if name != "sort" and name not in READERS:
            raise BadInputError("A list has no filter {name}. Known are {known}.", name=name[:LONGEST], known=_known())
        if not value:
            continue
        if len(value) > LONGEST:
            raise BadInputError("{name}: the value is too long. Shorten it to 60 characters.", name=name)
        if name == "sort":
            found["sort"] = _one_of(SORTS)(name, value.removeprefix("-"))
            found["is_descending"] = value.startswith("-")
            continue
        field, read = FIELDS[name], READERS[name](name, value)
        found[field] = (*dict.fromkeys((*found.get(field, ()), read)),) if field in many else read
    return View(**found)


def _known() -> str:
    return ", ".join(("sort", *READERS))


def _written(value: object) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)
