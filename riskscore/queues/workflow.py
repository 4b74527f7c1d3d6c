"""What may be done with a queue item, in which state, by whom, and what it becomes."""

from dataclasses import dataclass, field
from datetime import datetime

OPEN, CLAIMED, HELD, INSPECTION = "open", "claimed", "held", "inspection"
EXAMINED, RELEASED, REFERRED = "examined", "released", "referred"
STATES = (OPEN, CLAIMED, HELD, INSPECTION, EXAMINED, RELEASED, REFERRED)
"""open: nobody has it; claimed, held: somebody decides; inspection: sent to be opened; then how it ended."""
UNWORKED = frozenset({OPEN})
UNFINISHED = frozenset({OPEN, CLAIMED, HELD, INSPECTION})
ENDS = frozenset({EXAMINED, RELEASED, REFERRED})

NOT_EXAMINED = ("container_left", "no_capacity", "not_landed", "equipment_failure")
"""Reasons to release that say the container was chosen and not examined: they become inspection facts."""
REVIEWED = ("documents_in_order", "known_shipment", "already_examined", "wrongly_listed")
"""Reasons to release that say an officer looked at the papers and saw no need to open it."""
RELEASE_REASONS = (*NOT_EXAMINED, *REVIEWED)
REFER_REASONS = ("goes_on_to_their_port", "their_case", "their_equipment")

METHODS = ("xray", "physical", "dog", "documents")
RESULTS = ("contraband", "nothing", "inconclusive")
SUBSTANCES = ("cocaine", "heroin", "cannabis_resin", "methamphetamine", "cigarettes")
CONCEALMENTS = ("cover_load", "rip_on_rip_off", "structure", "other")


@dataclass(frozen=True)
class Claim:
    """Take an open item; nobody else can then."""


@dataclass(frozen=True)
class GiveBack:
    """Give a claimed or held item back to the list."""

    note: str = ""


@dataclass(frozen=True)
class Hold:
    """Keep a claimed item while something is waited for."""

    note: str


@dataclass(frozen=True)
class Release:
    """Let it go; `reason` is one of RELEASE_REASONS."""

    reason: str
    note: str = ""


@dataclass(frozen=True)
class SendForInspection:
    """Have it opened; `method` is what is asked for, one of METHODS."""

    method: str = "physical"
    note: str = ""


@dataclass(frozen=True)
class RecordOutcome:
    """What the examination found; from `examined` it replaces what was recorded before (a laboratory's answer).

    `method` of METHODS, `result` of RESULTS; contraband needs `substance` (of SUBSTANCES) and `quantity_kg` above 0;
    `concealment` of CONCEALMENTS or empty. `examined_at` is UTC.
    """

    method: str
    result: str
    examined_at: datetime
    substance: str = ""
    quantity_kg: float | None = None
    concealment: str = ""
    seal_numbers: tuple[str, ...] = ()
    """Of the seals put on afterwards."""
    note: str = ""


@dataclass(frozen=True)
class Refer:
    """Pass it to another unit (LOCODE); `reason` is one of REFER_REASONS."""

    unit: str
    reason: str
    note: str = ""


@dataclass(frozen=True)
class HandOver:
    """Give a held item to another officer of the unit (by account name); supervisors only."""

    officer: str
    note: str = ""


@dataclass(frozen=True)
class Reopen:
    """Put a released or referred item back on the list; supervisors only."""

    note: str


@dataclass(frozen=True)
class Note:
    """Write something beside the item, whatever its state."""

    note: str


Action = Claim | GiveBack | Hold | Release | SendForInspection | RecordOutcome | Refer | HandOver | Reopen | Note


@dataclass(frozen=True)
class Move:
    """From which states an action goes, and to which (None: it stays)."""

    action: str
    starts: frozenset[str]
    becomes: str | None
    by_holder: bool = True
    """Only whoever holds it (or a supervisor) may."""
    by_supervisor: bool = field(default=False)
    """Only a supervisor may."""


MOVES: dict[type[Action], Move] = {
    Claim: Move("claim", frozenset({OPEN}), CLAIMED, by_holder=False),
    GiveBack: Move("give_back", frozenset({CLAIMED, HELD}), OPEN),
    Hold: Move("hold", frozenset({CLAIMED}), HELD),
    Release: Move("release", frozenset({CLAIMED, HELD, INSPECTION}), RELEASED),
    SendForInspection: Move("send_for_inspection", frozenset({CLAIMED, HELD}), INSPECTION),
    RecordOutcome: Move("record_outcome", frozenset({INSPECTION, EXAMINED}), EXAMINED),
    Refer: Move("refer", frozenset({CLAIMED, HELD}), REFERRED),
    HandOver: Move("hand_over", frozenset({CLAIMED, HELD, INSPECTION}), None, by_supervisor=True),
    Reopen: Move("reopen", frozenset({RELEASED, REFERRED}), OPEN, by_supervisor=True),
    Note: Move("note", frozenset(STATES), None, by_holder=False),
}
ACTIONS = tuple(move.action for move in MOVES.values())
