"""What the pages of a container and of a voyage are made of."""

from dataclasses import dataclass
from datetime import date, datetime

from riskscore.desk.items import ItemKey, ListRow, ShownReason


@dataclass(frozen=True)
class PastScore:
    """The score of this container and voyage on one day."""

    day: date
    probability: float
    rank: int
    coverage: float
    model: str


@dataclass(frozen=True)
class Party:
    """A shipper or consignee as declared."""

    role: str
    """shipper or consignee"""
    name: str
    country: str
    party_id: str


@dataclass(frozen=True)
class Consignment:
    """One line of a bill of lading inside the container, in its newest version."""

    bill_of_lading: str
    line_number: int
    parties: tuple[Party, ...]
    hs6: str
    hs6_meaning: str
    goods: str
    package_count: int
    package_kind: str
    gross_weight_kg: float
    value_usd: float | None
    freight_terms: str
    seal_numbers: str
    loaded_at: datetime
    known_at: datetime


@dataclass(frozen=True)
class Marked:
    """On whose terms a fact from another country may be used."""

    originator: str
    handling: str
    """restricted, official or open"""
    purpose: str
    evaluation: str
    """4x4 code such as B2; empty where none came."""


@dataclass(frozen=True)
class LinkedSeizure:
    """A seizure that shares something with this container."""

    seizure_id: str
    country: str
    seized_at: datetime
    port: str
    substance: str
    quantity_kg: float
    concealment: str
    links: tuple[str, ...]
    """What is shared: container, shipper, consignee, shipper_name, consignee_name, vessel, lane, transhipment."""
    marked: Marked


@dataclass(frozen=True)
class SimilarCase:
    """A container inspected in the past whose cargo was like this one's."""

    container_number: str
    voyage_id: str
    decided_at: datetime
    outcome: str
    substance: str
    quantity_kg: float | None
    shared: tuple[str, ...]
    """What both share: consignee, shipper, hs6, loading, transhipment, vessel."""


@dataclass(frozen=True)
class Stop:
    """One place of the route with where it lies; lat and lon are None for a code without position."""

    locode: str
    name: str
    country: str
    lat: float | None
    lon: float | None
    kind: str
    """loading, call, transhipment, discharge or destination"""
    voyage_id: str = ""
    planned_arrival_at: datetime | None = None
    planned_departure_at: datetime | None = None
    actual_arrival_at: datetime | None = None
    actual_departure_at: datetime | None = None


@dataclass(frozen=True)
class Fix:
    """One position of a vessel's track."""

    at: datetime
    lat: float
    lon: float
    speed_kn: float | None = None


@dataclass(frozen=True)
class Spot:
    """A place at sea, by the seaport nearest to it."""

    lat: float
    lon: float
    port: str
    port_name: str
    port_km: float


@dataclass(frozen=True)
class Silence:
    """A time under way without a position; `heard_at` is None while it lasts, and `km` with it."""

    start: datetime
    end: datetime
    hours: float
    lost_at: Spot
    heard_at: Spot | None
    km: float | None
    """From the one place to the other."""


@dataclass(frozen=True)
class SlowSpell:
    """A time in which the vessel was nearly still at sea, far from any port."""

    start: datetime
    end: datetime
    hours: float
    speed_kn: float
    """The slowest reported."""
    spot: Spot


@dataclass(frozen=True)
class DraughtChange:
    """A change of draught between two positions that no call explains."""

    before: datetime
    after: datetime
    before_m: float
    after_m: float
    spot: Spot


@dataclass(frozen=True)
class Sailed:
    """How the vessel sailed on the voyage up to now, by known positions; `track` is empty where there are none."""

    track: tuple[Fix, ...]
    """In order of time, thinned for drawing."""
    silences: tuple[Silence, ...]
    slow: tuple[SlowSpell, ...]
    draughts: tuple[DraughtChange, ...]
    km: float | None
    usual_kn: float | None
    """Median of the reported speeds while it was not slow."""
    fastest_kn: float | None
    off_lane: float | None
    """Largest distance (km) of a position from the planned lanes."""


@dataclass(frozen=True)
class Gap:
    """A time without any report although a call was planned; `reason` is an English message id."""

    start: datetime
    end: datetime
    reason: str


@dataclass(frozen=True)
class Route:
    """What the map draws: stops in order, what was not reported, planned legs along the lanes, the way as sailed."""

    stops: tuple[Stop, ...]
    gaps: tuple[Gap, ...]
    legs: tuple[tuple[tuple[float, float], ...], ...]
    """Lines of (lat, lon), longitudes running on across the date line."""
    sailed: Sailed


@dataclass(frozen=True)
class Event:
    """One action on the item."""

    number: int
    at: datetime
    action: str
    actor: str
    state_after: str
    detail: dict[str, str]
    """What the action said: reason, note, to, outcome ... by name; empty fields left out."""


@dataclass(frozen=True)
class ContainerPage:
    """Everything about one queue item."""

    row: ListRow
    reasons: tuple[ShownReason, ...]
    """All of them, strongest first."""
    model: str
    expected_value_hours: float
    container_type: str
    container_type_meaning: str
    consignments: tuple[Consignment, ...]
    scores: tuple[PastScore, ...]
    """Oldest first."""
    seizures: tuple[LinkedSeizure, ...]
    withheld_seizures: int
    """Linked seizures that the sender's terms keep from the caller."""
    similar: tuple[SimilarCase, ...]
    route: Route
    events: tuple[Event, ...]
    """Oldest first."""
    other_days: tuple[ItemKey, ...]
    """The same container in the unit's queues of other days."""
    is_invented: bool
