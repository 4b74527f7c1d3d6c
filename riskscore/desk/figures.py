"""What a supervisor asks: what the queues found, who carries what, what waits for too long."""

from dataclasses import dataclass
from datetime import date, datetime

from riskscore.desk.door import Desk
from riskscore.desk.items import ItemKey
from riskscore.desk.officer import Officer


@dataclass(frozen=True)
class HitRate:
    """What one reason to choose led to; rates are None where nothing was examined."""

    why: str
    listed: int
    examined: int
    hits: int
    stands_for: float
    rate: float | None
    low: float
    high: float


@dataclass(frozen=True)
class AtCapacity:
    """Precision and recall if each day only its first so many by score had been opened."""

    capacity: int
    examined: int
    hits: int
    precision: float | None
    precision_low: float
    precision_high: float
    recall: float | None
    """Share of all finds, those the random share stands for included."""
    recall_low: float
    recall_high: float


@dataclass(frozen=True)
class Missed:
    """A find that the random share made and the score would not have."""

    key: ItemKey
    probability: float
    substance: str
    quantity_kg: float | None


@dataclass(frozen=True)
class Load:
    """What one officer has in hand and has done in the period."""

    officer: str
    in_hand: int
    done: int
    median_hours: float | None
    """From claim to end."""


@dataclass(frozen=True)
class Ageing:
    """Unfinished items by how long ago they were listed."""

    days: int
    open: int
    in_hand: int


@dataclass(frozen=True)
class OpenEnd:
    """A high-risk item without an outcome or a coded reason why not."""

    key: ItemKey
    state: str
    holder: str
    probability: float
    why: str
    eta: datetime
    has_arrived: bool


@dataclass(frozen=True)
class Figures:
    """The supervisor's page."""

    unit: str
    first: date
    last: date
    hit_rates: tuple[HitRate, ...]
    base_rate: float | None
    base_low: float
    base_high: float
    at_capacity: tuple[AtCapacity, ...]
    missed: tuple[Missed, ...]
    load: tuple[Load, ...]
    ageing: tuple[Ageing, ...]
    open_ends: tuple[OpenEnd, ...]


def figures(caller: Officer, desk: Desk, unit: str, first: date, last: date) -> Figures:
    """Return a unit's figures over the queues of [first, last]; raise BadInputError for more than 366 days."""
    raise NotImplementedError


def open_ends(caller: Officer, desk: Desk, unit: str, until: date) -> tuple[OpenEnd, ...]:
    """Return the high-risk items listed up to `until` that have neither outcome nor coded reason, oldest first."""
    raise NotImplementedError
