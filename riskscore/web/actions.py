"""Forms become actions: what a form says, read into an action of the workflow; nothing else is taken from it."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime

from riskscore.errors import BadInputError, NoSuchItemError
from riskscore.queues.workflow import (
    Action,
    Claim,
    GiveBack,
    HandOver,
    Hold,
    Note,
    RecordOutcome,
    Refer,
    Release,
    Reopen,
    SendForInspection,
)

Fields = Mapping[str, str]


def action_of(name: str, fields: Fields) -> Action:
    """Return the action `name` as a form gives it; raise NoSuchItemError for no action, BadInputError for no sense."""
    if name not in READERS:
        raise NoSuchItemError("There is no action {name} here. Open the container again.", name=name[:40])
    return READERS[name](fields)


def _said(fields: Fields, name: str) -> str:
    return fields.get(name, "").strip()


def _outcome(fields: Fields) -> Action:
    return RecordOutcome(
        method=_said(fields, "method"),
        result=_said(fields, "result"),
        examined_at=_instant(_said(fields, "examined_at")),
        substance=_said(fields, "substance"),
        quantity_kg=_number(_said(fields, "quantity_kg")),
        concealment=_said(fields, "concealment"),
        seal_numbers=tuple(_said(fields, "seal_numbers").replace(",", " ").replace(";", " ").split()),
        note=_said(fields, "note"),
    )


def _instant(text: str) -> datetime:
    """Read what a browser's field for day and time gives, in UTC."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise BadInputError(
            "{text} is no day and time. Write it like 2026-05-04T13:30, in UTC.", text=text[:40] or "–"
        ) from None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _number(text: str) -> float | None:
    """Read a number with a decimal point or comma."""
    if not text:
        return None
    try:
        return float(text.replace("\u202f", "").replace(" ", "").replace(",", "."))
    except ValueError:
        raise BadInputError("{text} is no number. Write kilograms like 12.5.", text=text[:40]) from None


READERS: dict[str, Callable[[Fields], Action]] = {
    "claim": lambda _: Claim(),
    "give_back": lambda fields: GiveBack(_said(fields, "note")),
    "hold": lambda fields: Hold(_said(fields, "note")),
    "release": lambda fields: Release(_said(fields, "reason"), _said(fields, "note")),
    "send_for_inspection": lambda fields: SendForInspection(_said(fields, "method"), _said(fields, "note")),
    "record_outcome": _outcome,
    "refer": lambda fields: Refer(_said(fields, "unit").upper(), _said(fields, "reason"), _said(fields, "note")),
    "hand_over": lambda fields: HandOver(_said(fields, "officer"), _said(fields, "note")),
    "reopen": lambda fields: Reopen(_said(fields, "note")),
    "note": lambda fields: Note(_said(fields, "note")),
}
"""By the name of the action, as in the workflow."""
