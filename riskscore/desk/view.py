"""How a list is looked at: sorted, filtered, searched; all of it fits into the address bar."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

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


@dataclass(frozen=True)
class View:
    """What a list shows and in which order; an empty field filters nothing. Instants are UTC.

    Query fields: sort (one of SORTS; a leading - turns it round), q, state, why, from (port of loading), chapter (two
    digits), voyage, holder, eta_from, eta_until (ISO 8601). state, why, from, chapter and voyage may be given repeatedly.
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
        raise NotImplementedError

    def pairs(self) -> list[tuple[str, str]]:
        """Return the view as the fields of a form."""
        raise NotImplementedError


def parse_view(pairs: Iterable[tuple[str, str]]) -> View:
    """Read a view from query fields; raise BadInputError for a field or value nobody knows."""
    raise NotImplementedError
