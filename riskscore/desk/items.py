"""What the desk shows of a queue item."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import NamedTuple

from riskscore.scoring import phrase
from riskscore.scoring.reasons import Reason


class ItemKey(NamedTuple):
    """One container in one unit's queue of one day."""

    unit: str
    day: date
    voyage_id: str
    container_number: str


class ShownReason(NamedTuple):
    """One reason of a score. `meaning` is an English sentence (message id); `push` is in log-odds."""

    feature: str
    meaning: str
    value: float | None
    usual: float | None
    """What is usual for its peers; None where not known."""
    push: float
    raises: bool
    kind: str
    """How `value` and `usual` are spoken: yes_no, percent or number."""
    unit: str
    """Unit of a number, such as kg; may be empty."""
    originators: tuple[str, ...] = ()
    """Countries whose shared facts it rests on."""

    @property
    def phrase(self) -> str:
        """All of it in one English phrase."""
        return phrase(Reason(self.feature, self.meaning, self.value, self.push, self.usual))


class ListRow(NamedTuple):
    """One line of a day's list. Instants are UTC."""

    key: ItemKey
    position: int
    vessel_name: str
    vessel_imo: str
    eta: datetime
    hours_left: float
    """From now to the planned arrival; below 0 once it is past."""
    route: tuple[str, ...]
    """LOCODEs: loading, transhipments, discharge."""
    hs6: str
    goods: str
    """Description as declared."""
    probability: float
    band: str
    """high, medium or low."""
    why: str
    """mandatory, score or random."""
    rules: tuple[str, ...]
    """Codes of the mandatory rules met."""
    rule_sentences: tuple[str, ...]
    """Their English sentences (message ids), in the same order."""
    selection_probability: float
    reasons: tuple[ShownReason, ...]
    coverage: float
    """Share of the model's inputs that were known, 0 to 1."""
    has_low_coverage: bool
    is_over_capacity: bool
    state: str
    """A state of riskscore.queues.workflow.STATES."""
    holder: str
    """Account name of who holds it; empty if nobody."""
    has_arrived_unworked: bool
    """It should have arrived, and nobody has taken it up."""
    version: int
    """Rises with every action; send it back with an action to be told when somebody was quicker."""
    actions: tuple[str, ...]
    """What the caller may do with it now: names of riskscore.queues.workflow.ACTIONS."""


@dataclass(frozen=True)
class DayPage:
    """A unit's list of one day as a view shows it."""

    unit: str
    day: date
    capacity: int
    total: int
    """Items in the queue, whatever the view shows."""
    rows: tuple[ListRow, ...]
    """In the order of the view."""
    capacity_after: int | None
    """The capacity line is drawn after so many of `rows`; None where the view is not in order of position."""
    carried_over: tuple[ListRow, ...]
    """Items of earlier days that are still open, oldest first; the view's filters do not hide them."""
    carried_over_total: int
    """How many there are; at most 200 are shown."""
    counts: dict[str, int]
    """Items by state, whatever the view shows."""
    choices: "Choices"
    is_invented: bool
    made_at: datetime
    """When this was read (UTC)."""
    warnings: tuple[str, ...] = ()
    """English sentences (message ids) about the whole list, such as a low coverage of the day."""


@dataclass(frozen=True)
class Choices:
    """What the filters of a list may be set to, from the rows of its day: value and how many rows have it."""

    ports_of_loading: tuple[tuple[str, int], ...] = ()
    chapters: tuple[tuple[str, int], ...] = ()
    states: tuple[tuple[str, int], ...] = ()
    whys: tuple[tuple[str, int], ...] = ()
    voyages: tuple[tuple[str, int], ...] = ()
    holders: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True)
class Neighbours:
    """Where an item stands within a view; `place` counts from 1 and is 0 where the view does not show it."""

    previous: ItemKey | None
    next: ItemKey | None
    place: int
    of: int


@dataclass(frozen=True)
class Found:
    """One item that a search found, on whichever day it was listed."""

    key: ItemKey
    kind: str
    """What matched: container, voyage, bill_of_lading, vessel or imo."""
    matched: str
    state: str
    holder: str
    probability: float


@dataclass(frozen=True)
class Exported:
    """A file made of exactly what a view shows."""

    file_name: str
    media_type: str
    content: bytes = field(repr=False)
