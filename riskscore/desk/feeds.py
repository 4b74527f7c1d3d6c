"""The data page: what came, how fresh it is, what was set aside, when each step last ran."""

from dataclasses import dataclass
from datetime import date, datetime

from riskscore.desk.door import Desk
from riskscore.desk.officer import Officer


@dataclass(frozen=True)
class Feed:
    """One feed's deliveries."""

    feed: str
    last_day: date | None
    """Folder day of the newest delivery."""
    days_since: int | None
    deliveries: int
    received: int
    accepted: int
    quarantined: int
    refused: int
    waiting: int
    """Deliveries that landed and are not taken in."""


@dataclass(frozen=True)
class DeliveryShown:
    """One delivery."""

    number: int
    delivery_id: str
    feed: str
    file_name: str
    known_day: date
    state: str
    received: int
    accepted: int
    quarantined: int
    refused: int
    reason: str


@dataclass(frozen=True)
class RuleCount:
    """Open quarantined rows by feed, column and rule."""

    feed: str
    column: str
    rule: str
    rows: int


@dataclass(frozen=True)
class LastRun:
    """The last run of one step."""

    step: str
    partition: str
    state: str
    ended_at: datetime | None
    seconds: float | None


@dataclass(frozen=True)
class Drift:
    """How far one thing moved; `verdict` is an English message id."""

    measure: str
    value: float
    limit: float
    verdict: str


@dataclass(frozen=True)
class FeedsPage:
    """The data page."""

    feeds: tuple[Feed, ...]
    deliveries: tuple[DeliveryShown, ...]
    """Newest first, at most 100."""
    quarantine: tuple[RuleCount, ...]
    runs: tuple[LastRun, ...]
    drift: tuple[Drift, ...]


@dataclass(frozen=True)
class SetAside:
    """One rule broken by one quarantined row; values of personal columns are masked."""

    row: int
    feed: str
    delivery_id: str
    row_number: int
    column: str
    rule: str
    value: str


def feeds_page(caller: Officer, desk: Desk) -> FeedsPage:
    """Return the data page."""
    raise NotImplementedError


def quarantine(caller: Officer, desk: Desk, *, feed: str = "", rule: str = "", most: int = 200) -> tuple[SetAside, ...]:
    """Return what is wrong with open quarantined rows, oldest first."""
    raise NotImplementedError


def repair(caller: Officer, desk: Desk, row: int, fix: dict[str, str]) -> str:
    """Put one row right and publish it; return an English sentence. Raises DeliveryError where it is still wrong."""
    raise NotImplementedError
