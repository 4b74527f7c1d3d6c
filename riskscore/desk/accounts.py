"""Accounts and sessions: who may come in, for how long, and how to put somebody out."""

from dataclasses import dataclass
from datetime import datetime

from riskscore.desk.door import Desk
from riskscore.desk.officer import Officer, Role


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


@dataclass(frozen=True)
class SessionGiven:
    """A session just begun; `token` is the secret that the cookie carries, and is kept nowhere."""

    token: str
    officer: Officer
    expires_at: datetime


def log_in(desk: Desk, name: str, password: str, *, address: str) -> SessionGiven:
    """Begin a session. Raises LoginError (the same for an unknown name, a wrong password, a disabled account),
    TooManyLoginsError with `retry_after` seconds after too many failures of that name or from that address."""
    raise NotImplementedError


def log_in_by_subject(desk: Desk, *, issuer: str, subject: str, address: str) -> SessionGiven:
    """Begin a session for whom an OpenID provider has identified; raises LoginError where no account is linked."""
    raise NotImplementedError


def officer_of(desk: Desk, token: str) -> Officer | None:
    """Return whose session this is, None if it ended, expired, was revoked or never was."""
    raise NotImplementedError


def log_out(desk: Desk, token: str) -> None:
    """End a session; ending it twice is no error."""
    raise NotImplementedError


def change_password(caller: Officer, desk: Desk, *, old: str, new: str, keep_token: str) -> None:
    """Change the caller's own password and end all other sessions. Raises LoginError, BadInputError (too short...)."""
    raise NotImplementedError


def choose_language(caller: Officer, desk: Desk, language: str) -> None:
    """Remember the caller's language."""
    raise NotImplementedError


def accounts(caller: Officer, desk: Desk) -> tuple[Account, ...]:
    """Return all accounts by name."""
    raise NotImplementedError


def add_account(caller: Officer, desk: Desk, *, name: str, role: str, unit: str) -> str:
    """Make an account and return its one-time password, which is kept nowhere."""
    raise NotImplementedError


def link_subject(caller: Officer, desk: Desk, name: str, *, issuer: str, subject: str) -> None:
    """Let whom an OpenID provider knows as `subject` log in to this account."""
    raise NotImplementedError


def disable_account(caller: Officer, desk: Desk, name: str) -> None:
    """Let nobody log in to this account any more, and end its sessions."""
    raise NotImplementedError


def reset_password(caller: Officer, desk: Desk, name: str) -> str:
    """Give an account a new one-time password, end its sessions, and return the password."""
    raise NotImplementedError


def revoke_sessions(caller: Officer, desk: Desk, name: str) -> int:
    """End all sessions of an account; return how many."""
    raise NotImplementedError


def first_account(desk: Desk) -> str | None:
    """Make the account `admin` (data engineer) where there is no account at all; return its one-time password."""
    raise NotImplementedError
