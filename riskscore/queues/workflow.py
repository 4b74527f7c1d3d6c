"""What may be done with a queue item, in which state, by whom, and what it becomes."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from riskscore.errors import BadInputError

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


@dataclass(frozen=True)
class AddPhotograph:
    """Put a photograph of the examination beside the item, at once or later; `photograph` is its SHA-256."""

    photograph: str


Action = (
    Claim
    | GiveBack
    | Hold
    | Release
    | SendForInspection
    | RecordOutcome
    | AddPhotograph
    | Refer
    | HandOver
    | Reopen
    | Note
)


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
    AddPhotograph: Move("add_photograph", frozenset({INSPECTION, EXAMINED}), None),
    Refer: Move("refer", frozenset({CLAIMED, HELD}), REFERRED),
    HandOver: Move("hand_over", frozenset({CLAIMED, HELD, INSPECTION}), None, by_supervisor=True),
    Reopen: Move("reopen", frozenset({RELEASED, REFERRED}), OPEN, by_supervisor=True),
    Note: Move("note", frozenset(STATES), None, by_holder=False),
}
ACTIONS = tuple(move.action for move in MOVES.values())

MOST_NOTE = 2_000
MOST_SEALS = 12
SEAL = re.compile(r"[A-Z0-9][A-Z0-9 /-]{0,29}")
TOKEN = re.compile(r"[A-Za-z0-9_-]{8,64}")
UNIT = re.compile(r"[A-Z]{2}[A-Z2-9]{3}")
PHOTOGRAPH = re.compile(r"[0-9a-f]{64}")
MOST_KG = 1_000_000.0
CLOCK_SKEW = timedelta(minutes=5)


def allowed(state: str, holder: str, *, caller: str, is_supervisor: bool) -> tuple[str, ...]:
    """Return the names of the actions that `caller` may do with an item in this state and these hands."""
    return tuple(
        move.action
        for move in MOVES.values()
        if state in move.starts and _is_theirs(move, holder, caller=caller, is_supervisor=is_supervisor)
    )


def _is_theirs(move: Move, holder: str, *, caller: str, is_supervisor: bool) -> bool:
    return is_supervisor or not (move.by_supervisor or (move.by_holder and holder != caller))


def holder_after(action: Action, holder: str, *, caller: str) -> str:
    """Return who has the item in hand once `action` is done."""
    if isinstance(action, HandOver):
        return action.officer
    if isinstance(action, Claim):
        return caller
    return "" if isinstance(action, GiveBack | Reopen) else holder


def require_sense(action: Action, *, now: datetime) -> None:
    """Raise BadInputError, with what may be given instead, unless what the action says makes sense."""
    note = getattr(action, "note", "")
    if len(note) > MOST_NOTE:
        raise BadInputError("The note has {found} characters; shorten it to {most}.", found=str(len(note)), most="2000")
    if isinstance(action, Hold | Reopen | Note) and not note.strip():
        raise BadInputError("Say why in a few words: the note is empty.")
    for refusal, value, known in _coded(action):
        if value not in known:
            raise BadInputError(refusal, value=value or "-", known=", ".join(known))
    if isinstance(action, AddPhotograph) and not PHOTOGRAPH.fullmatch(action.photograph):
        raise BadInputError("This is no photograph that is kept here. Send the photograph itself.")
    if isinstance(action, Refer) and not UNIT.fullmatch(action.unit):
        raise BadInputError("{value} is no unit. Give a code such as NLRTM.", value=action.unit or "-")
    if isinstance(action, RecordOutcome):
        _require_outcome(action, now)


NO_RELEASE_REASON = "{value} is no reason to release. Give one of {known}."
NO_REFER_REASON = "{value} is no reason to refer. Give one of {known}."
NO_METHOD = "{value} is no method. Give one of {known}."
NO_RESULT = "{value} is no result. Give one of {known}."
NO_SUBSTANCE = "{value} is no substance. Give one of {known}."
NO_CONCEALMENT = "{value} is no concealment. Give one of {known}."


def _coded(action: Action) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    if isinstance(action, Release):
        yield NO_RELEASE_REASON, action.reason, RELEASE_REASONS
    elif isinstance(action, Refer):
        yield NO_REFER_REASON, action.reason, REFER_REASONS
    elif isinstance(action, SendForInspection):
        yield NO_METHOD, action.method, METHODS
    elif isinstance(action, RecordOutcome):
        yield NO_METHOD, action.method, METHODS
        yield NO_RESULT, action.result, RESULTS
        if action.result == "contraband":
            yield NO_SUBSTANCE, action.substance, SUBSTANCES
        if action.concealment:
            yield NO_CONCEALMENT, action.concealment, CONCEALMENTS


def _require_outcome(outcome: RecordOutcome, now: datetime) -> None:
    if outcome.examined_at.tzinfo is None:
        raise BadInputError("The time of examination has no time zone. Give it in UTC.")
    if outcome.examined_at > now + CLOCK_SKEW:
        at = f"{outcome.examined_at:%Y-%m-%d %H:%M}"
        raise BadInputError("The time of examination, {at}, has not come yet. Correct it.", at=at)
    if outcome.result == "contraband" and not 0 < (outcome.quantity_kg or 0) <= MOST_KG:
        raise BadInputError("Contraband needs a quantity in kilograms, above 0 and up to 1000000.")
    if outcome.result != "contraband" and (outcome.substance or outcome.quantity_kg or outcome.concealment):
        raise BadInputError("Substance, quantity and concealment belong to contraband. Leave them empty.")
    if len(outcome.seal_numbers) > MOST_SEALS:
        raise BadInputError("More than 12 seal numbers. Put the others into the note.")
    for seal in outcome.seal_numbers:
        if not SEAL.fullmatch(seal):
            raise BadInputError(
                "{seal} is no seal number: capitals, digits, blanks, / and -, at most 30.", seal=seal[:40] or "-"
            )
