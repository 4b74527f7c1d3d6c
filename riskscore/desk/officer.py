"""Who asks: an officer with a role and a unit, and what a role may do."""

from dataclasses import dataclass
from enum import StrEnum

from riskscore.errors import NotAllowedError


class Role(StrEnum):
    """What an account is for."""

    OFFICER = "officer"
    SUPERVISOR = "supervisor"
    DATA_ENGINEER = "data_engineer"
    AUDITOR = "auditor"


class Right(StrEnum):
    """What can be done at the desk."""

    READ_CARGO = "read_cargo"
    """Lists, containers and voyages."""
    WORK = "work"
    """Claim, hold, release, send for inspection, record, refer."""
    SUPERVISE = "supervise"
    """Hand over, reopen."""
    READ_FIGURES = "read_figures"
    """Hit rates, load, ageing, open ends."""
    READ_FEEDS = "read_feeds"
    """Freshness, deliveries, quarantine (values masked), runs."""
    REPAIR = "repair"
    """Put quarantined rows right and replay them."""
    MANAGE_ACCOUNTS = "manage_accounts"
    """Add, change, disable accounts; end their sessions."""
    READ_AUDIT = "read_audit"
    """Who read which container, who changed which account."""


RIGHTS: dict[Role, frozenset[Right]] = {
    Role.OFFICER: frozenset({Right.READ_CARGO, Right.WORK}),
    Role.SUPERVISOR: frozenset({Right.READ_CARGO, Right.WORK, Right.SUPERVISE, Right.READ_FIGURES}),
    Role.DATA_ENGINEER: frozenset({Right.READ_FEEDS, Right.REPAIR, Right.MANAGE_ACCOUNTS}),
    Role.AUDITOR: frozenset({Right.READ_CARGO, Right.READ_FIGURES, Right.READ_FEEDS, Right.READ_AUDIT}),
}
OF_ONE_UNIT = frozenset({Role.OFFICER, Role.SUPERVISOR})
"""Roles that belong to a unit and see its rows alone; the others belong to none."""


@dataclass(frozen=True)
class Officer:
    """Whoever is logged in. `unit` is a LOCODE for officers and supervisors and empty for the others."""

    name: str
    """The account's name, as events and the audit show it."""
    role: Role
    unit: str = ""
    must_change_password: bool = False
    """Every function but `change_password` and `log_out` refuses until it was changed."""
    language: str = ""
    """Language the officer chose, such as fr; empty where none was chosen."""


def may(caller: Officer, right: Right, unit: str | None = None) -> bool:
    """Tell whether `caller` has this right, on the rows of `unit` where one is given."""
    if caller.must_change_password or right not in RIGHTS[caller.role]:
        return False
    return unit is None or caller.role not in OF_ONE_UNIT or (caller.unit == unit and bool(unit))


def require(caller: Officer, right: Right, unit: str | None = None) -> None:
    """Raise NotAllowedError unless `caller` may."""
    if may(caller, right, unit):
        return
    if caller.must_change_password:
        raise NotAllowedError("Change the one-time password of {name} first.", name=caller.name)
    if right not in RIGHTS[caller.role]:
        raise NotAllowedError(
            "This is not open to the role {role}. Ask whoever keeps the accounts.", role=caller.role.value
        )
    raise NotAllowedError(
        "{unit} is not your unit; you see the rows of {own} only. Choose {own}.", unit=unit or "-", own=caller.unit
    )
