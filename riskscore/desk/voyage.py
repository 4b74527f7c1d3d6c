"""The page of one voyage: its containers by risk, its calls, its vessel's conduct, what finds are expected."""

from dataclasses import dataclass
from datetime import date, datetime

from riskscore.desk.container import Route, Stop
from riskscore.desk.door import Desk
from riskscore.desk.items import ItemKey, ShownReason
from riskscore.desk.officer import Officer


@dataclass(frozen=True)
class VoyageRow:
    """One voyage of a unit's day, by risk."""

    voyage_id: str
    rank: int
    vessel_name: str
    vessel_imo: str
    eta: datetime
    hours_left: float
    container_count: int
    listed_count: int
    """How many of its containers stand in the unit's queue of that day."""
    expected_finds: float
    probability: float
    coverage: float
    reasons: tuple[ShownReason, ...]


@dataclass(frozen=True)
class Aboard:
    """One container aboard, for this unit; `key` is set where it stands in a queue."""

    container_number: str
    port_of_loading: str
    probability: float
    rank: int
    coverage: float
    key: ItemKey | None
    state: str


@dataclass(frozen=True)
class Conduct:
    """One feature of the voyage's vessel with what is usual on that day; `meaning` is an English message id."""

    feature: str
    meaning: str
    value: float | None
    usual: float | None
    kind: str
    unit: str


@dataclass(frozen=True)
class VoyagePage:
    """Everything about one voyage at one unit."""

    unit: str
    day: date
    row: VoyageRow
    reasons: tuple[ShownReason, ...]
    aboard: tuple[Aboard, ...]
    """Riskiest first."""
    calls: tuple[Stop, ...]
    """In order of time."""
    route: Route
    conduct: tuple[Conduct, ...]
    model: str
    is_invented: bool


def voyage_list(caller: Officer, desk: Desk, unit: str, day: date) -> tuple[VoyageRow, ...]:
    """Return the voyages of `unit` scored on `day`, riskiest first; raise NotReadyError where none were scored."""
    raise NotImplementedError


def voyage_page(caller: Officer, desk: Desk, unit: str, day: date, voyage_id: str) -> VoyagePage:
    """Return the page of one voyage; raise NoSuchItemError where it was not scored for that unit and day."""
    raise NotImplementedError
