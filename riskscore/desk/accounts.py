"""Accounts: who may come in, as what; kept by data engineers, every change on record."""

import re
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from riskscore.desk.audit import put_on_record
from riskscore.desk.door import Desk, session_for
from riskscore.desk.officer import OF_ONE_UNIT, Officer, Right, Role, require
from riskscore.desk.passwords import hashed, one_time_password
from riskscore.desk.policies import policies
from riskscore.desk.sessions import end_sessions
from riskscore.errors import BadInputError
from riskscore.store.desk_records import AccountRecord, SessionRecord

NAME = re.compile(r"[a-z][a-z0-9._-]{1,39}")
FIRST = "admin"


@dataclass(frozen=True)
class Account:
    """One account as its keeper sees it; never its password."""

    name: str
    role: Role
    unit: str
    is_enabled: bool
    must_change_password: bool
    is_oidc: bool
    created_at: datetime
    last_login_at: datetime | None
    sessions: int
    """Sessions that are alive."""


def accounts(caller: Officer, desk: Desk) -> tuple[Account, ...]:
    """Return all accounts by name."""
    require(caller, Right.MANAGE_ACCOUNTS)
    alive = select(SessionRecord.account, func.count()).where(
        SessionRecord.ended_at.is_(None), SessionRecord.expires_at > desk.now()
    )
    with session_for(caller, desk) as session:
        sessions = {name: count for name, count in session.execute(alive.group_by(SessionRecord.account))}  # noqa: C416 rows are no pairs to dict's types
        records = list(session.scalars(select(AccountRecord).order_by(AccountRecord.name)))
    return tuple(
        Account(
            one.name, Role(one.role), one.unit, one.is_enabled, one.must_change_password, one.oidc_subject is not None,
            one.created_at, one.last_login_at, sessions.get(one.name, 0),
        )
        for one in records
    )  # fmt: skip


def add_account(caller: Officer, desk: Desk, *, name: str, role: str, unit: str = "") -> str:
    """Make an account and return its one-time password, which is kept nowhere.

    Raises BadInputError for a name that is taken or of another form, an unknown role, and a unit that does not exist
    or does not go with the role.
    """
    require(caller, Right.MANAGE_ACCOUNTS)
    _require_fit(name, role, unit)
    password = one_time_password()
    try:
        with session_for(caller, desk) as session:
            _add(session, desk, name=name, role=role, unit=unit, password=password)
            put_on_record(session, desk, actor=caller.name, kind="account", unit=unit, subject=f"{name}: added, {role}")
    except IntegrityError:
        raise BadInputError("There is an account {name} already. Choose another name.", name=name) from None
    return password


def first_account(desk: Desk) -> str | None:
    """Make the account `admin` (a data engineer) where there is no account at all; return its one-time password."""
    password = one_time_password()
    try:
        with session_for(None, desk) as session:
            if session.scalar(select(AccountRecord.name).limit(1)) is not None:
                return None
            _add(session, desk, name=FIRST, role=Role.DATA_ENGINEER.value, unit="", password=password)
            put_on_record(session, desk, actor="", kind="account", subject=f"{FIRST}: added, first of all")
    except IntegrityError:  # another process was quicker
        return None
    return password


def link_subject(caller: Officer, desk: Desk, name: str, *, issuer: str, subject: str) -> None:
    """Let whom an OpenID provider knows as `subject` log in to this account; empty texts end that."""
    require(caller, Right.MANAGE_ACCOUNTS)
    try:
        with session_for(caller, desk) as session:
            account = _known(session, name)
            account.oidc_issuer, account.oidc_subject = issuer or None, subject or None
            about = f"{name}: identity linked" if subject else f"{name}: link to an identity ended"
            put_on_record(session, desk, actor=caller.name, kind="account", subject=about)
    except IntegrityError:
        raise BadInputError("This identity is linked to another account already. End that link first.") from None


def disable_account(caller: Officer, desk: Desk, name: str) -> None:
    """Let nobody log in to this account any more, and end its sessions; raise BadInputError for the caller's own."""
    require(caller, Right.MANAGE_ACCOUNTS)
    if name == caller.name:
        raise BadInputError("You cannot close your own account. Ask another keeper of accounts.")
    with session_for(caller, desk) as session:
        _known(session, name).is_enabled = False
        end_sessions(session, desk, name)
        put_on_record(session, desk, actor=caller.name, kind="account", subject=f"{name}: disabled")


def reset_password(caller: Officer, desk: Desk, name: str) -> str:
    """Give an account a new one-time password, open it again, end its sessions; return the password."""
    require(caller, Right.MANAGE_ACCOUNTS)
    password = one_time_password()
    with session_for(caller, desk) as session:
        account = _known(session, name)
        account.password_hash, account.must_change_password, account.is_enabled = hashed(password), True, True
        end_sessions(session, desk, name)
        put_on_record(session, desk, actor=caller.name, kind="account", subject=f"{name}: new one-time password")
    return password


def revoke_sessions(caller: Officer, desk: Desk, name: str) -> int:
    """End all sessions of an account; return how many."""
    require(caller, Right.MANAGE_ACCOUNTS)
    with session_for(caller, desk) as session:
        _known(session, name)
        ended = end_sessions(session, desk, name)
        put_on_record(session, desk, actor=caller.name, kind="account", subject=f"{name}: {ended} session(s) ended")
        return ended


def _add(session: Session, desk: Desk, *, name: str, role: str, unit: str, password: str) -> None:
    session.add(AccountRecord(name=name, role=role, unit=unit, password_hash=hashed(password), created_at=desk.now()))
    session.flush()


def _known(session: Session, name: str) -> AccountRecord:
    account = session.get(AccountRecord, name)
    if account is None:
        raise BadInputError("There is no account {name}. `riskscore users list` shows them.", name=name[:40] or "-")
    return account


def _require_fit(name: str, role: str, unit: str) -> None:
    if not NAME.fullmatch(name):
        raise BadInputError(
            "{name} is no account name: 2 to 40 small letters, digits, dots, - or _, a letter first.",
            name=name[:40] or "-",
        )
    if role not in {one.value for one in Role}:
        roles = ", ".join(one.value for one in Role)
        raise BadInputError("{role} is no role. Give one of {roles}.", role=role[:40] or "-", roles=roles)
    units = policies().units
    if role in OF_ONE_UNIT and unit not in units:
        raise BadInputError(
            "The role {role} belongs to a unit. Give one of {units}.", role=role, units=", ".join(units)
        )
    if role not in OF_ONE_UNIT and unit:
        raise BadInputError("The role {role} belongs to no unit. Leave the unit out.", role=role)
