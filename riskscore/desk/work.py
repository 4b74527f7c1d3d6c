"""Work on a queue item: one action, one transaction, one event; nobody else's work is ever overwritten."""

from dataclasses import dataclass

from riskscore.desk.door import Desk
from riskscore.desk.items import ItemKey
from riskscore.desk.officer import Officer
from riskscore.queues.workflow import Action


@dataclass(frozen=True)
class Done:
    """What an action led to."""

    key: ItemKey
    state: str
    holder: str
    version: int
    event_number: int
    was_done_before: bool = False
    """The same token came before: nothing was done now, and this is what was done then."""


@dataclass(frozen=True)
class Referral:
    """An item that another unit passed on."""

    key: ItemKey
    to_unit: str
    reason: str
    note: str
    actor: str
    at: str
    probability: float
    vessel_name: str
    eta: str
    route: str


def act(caller: Officer, desk: Desk, key: ItemKey, action: Action, *, token: str, version: int | None = None) -> Done:
    """Do one action; the same `token` (8 to 64 letters, digits, - or _) again does nothing twice.

    `version`, where given, is that of the row the caller looked at. Raises BadInputError for an action that makes no
    sense, NotAllowedError, NoSuchItemError, and TakenError where the item's state or holder does not allow it (any
    more): the message says who has it and what it is now.
    """
    raise NotImplementedError


def referrals(caller: Officer, desk: Desk, unit: str) -> tuple[Referral, ...]:
    """Return what other units passed on to `unit`, newest first."""
    raise NotImplementedError


def officers_of(caller: Officer, desk: Desk, unit: str) -> tuple[str, ...]:
    """Return the names of a unit's enabled officers and supervisors, for handing over."""
    raise NotImplementedError
