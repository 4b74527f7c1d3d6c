"""Sessions: who came in, for how long, and out again."""

import hashlib
import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from riskscore.desk.audit import put_on_record
from riskscore.desk.door import Desk, session_for
from riskscore.desk.login_limits import count_try, forget_tries
from riskscore.desk.officer import Officer, Role
from riskscore.desk.passwords import hashed, is_right, needs_new_hash, require_fit
from riskscore.errors import LoginError
from riskscore.store.desk_records import AccountRecord, SessionRecord

LONGEST = timedelta(hours=12)
"""A session ends after a shift, whatever happens in it."""
IDLE = timedelta(hours=2)
"""A session ends where nothing was asked for so long."""
SEEN_AGAIN = timedelta(minutes=1)
"""When a session was last seen is written down no more often than this."""
REFUSED = "Name or password is wrong, or the account is closed. Try again, or ask whoever keeps the accounts."


@dataclass(frozen=True)
class SessionGiven:
    """A session just begun; `token` is the secret that the cookie carries, and is kept nowhere."""

    token: str = field(repr=False)
    officer: Officer
    expires_at: datetime


def log_in(desk: Desk, name: str, password: str, *, address: str) -> SessionGiven:
    """Begin a session.

    Raises LoginError (the same for an unknown name, a wrong password, a closed account), and TooManyLoginsError with
    `retry_after` seconds after too many failures of that name or from that address.
    """
    name = name.strip().lower()[:60]
    count_try(desk, name, address)
    with session_for(None, desk) as session:
        account = session.get(AccountRecord, name)
        kept = account.password_hash if account is not None else None
    is_known = is_right(password, kept)
    with session_for(None, desk) as session:
        account = session.get(AccountRecord, name)
        if is_known and account is not None and account.is_enabled and account.password_hash == kept:
            if needs_new_hash(account.password_hash):
                account.password_hash = hashed(password)
            given = _begun(session, desk, account)
        else:
            given = None
            put_on_record(session, desk, actor=name if account else "", kind="login_failed")
    if given is None:
        raise LoginError(REFUSED)
    forget_tries(desk, name, address)
    return given


def log_in_by_subject(desk: Desk, *, issuer: str, subject: str, address: str) -> SessionGiven:
    """Begin a session for whom an OpenID provider has identified; raise LoginError where no account is linked."""
    count_try(desk, f"{issuer} {subject}", address)
    wanted = select(AccountRecord).where(
        AccountRecord.oidc_issuer == issuer, AccountRecord.oidc_subject == subject, AccountRecord.is_enabled
    )
    with session_for(None, desk) as session:
        account = session.scalars(wanted).one_or_none()
        given = None if account is None else _begun(session, desk, account)
    if given is None:
        raise LoginError("No account is linked to this identity. Ask whoever keeps the accounts.")
    forget_tries(desk, f"{issuer} {subject}", address)
    return given


def _begun(session: Session, desk: Desk, account: AccountRecord) -> SessionGiven:
    now, token = desk.now(), secrets.token_urlsafe(32)
    account.last_login_at = now
    session.add(
        SessionRecord(
            token_sha256=_digest(token), account=account.name, began_at=now, last_seen_at=now, expires_at=now + LONGEST
        )
    )
    put_on_record(session, desk, actor=account.name, kind="login", unit=account.unit)
    return SessionGiven(token, _as_officer(account), now + LONGEST)


def officer_of(desk: Desk, token: str) -> Officer | None:
    """Return whose session this is, None if it ended, expired, was revoked or never was."""
    now = desk.now()
    wanted = (
        select(SessionRecord, AccountRecord)
        .join(AccountRecord, AccountRecord.name == SessionRecord.account)
        .where(
            SessionRecord.token_sha256 == _digest(token),
            SessionRecord.ended_at.is_(None),
            SessionRecord.expires_at > now,
            SessionRecord.last_seen_at > now - IDLE,
            AccountRecord.is_enabled,
        )
    )
    with session_for(None, desk) as session:
        found = session.execute(wanted).one_or_none()
        if found is None:
            return None
        record, account = found
        if record.last_seen_at <= now - SEEN_AGAIN:
            record.last_seen_at = now
        return _as_officer(account)


def log_out(desk: Desk, token: str) -> None:
    """End a session; ending it twice is no error."""
    mine = (SessionRecord.token_sha256 == _digest(token), SessionRecord.ended_at.is_(None))
    with session_for(None, desk) as session:
        name = session.scalar(select(SessionRecord.account).where(*mine))
        if name is not None:
            session.execute(update(SessionRecord).where(*mine).values(ended_at=desk.now()))
            put_on_record(session, desk, actor=name, kind="logout")


def end_sessions(session: Session, desk: Desk, name: str, *, but: str = "") -> int:
    """End all sessions of an account, except that of the token `but`; return how many ended."""
    alive = update(SessionRecord).where(SessionRecord.account == name, SessionRecord.ended_at.is_(None))
    others = alive.where(SessionRecord.token_sha256 != _digest(but))
    return int(session.execute(others.values(ended_at=desk.now())).rowcount)  # type: ignore[attr-defined] # of an UPDATE


def change_password(caller: Officer, desk: Desk, *, old: str, new: str, keep_token: str = "") -> None:
    """Change the caller's own password and end all other sessions.

    Raises LoginError where `old` is wrong, TooManyLoginsError after too many of those, BadInputError where `new` is
    too short, too long or easily guessed.
    """
    count_try(desk, caller.name, "change of password")
    require_fit(new, name=caller.name, old=old)
    with session_for(None, desk) as session:
        account = session.get(AccountRecord, caller.name)
        is_theirs = is_right(old, account.password_hash if account else None)
        if is_theirs and account is not None:
            account.password_hash, account.must_change_password = hashed(new), False
            end_sessions(session, desk, caller.name, but=keep_token)
            put_on_record(session, desk, actor=caller.name, kind="account", subject=f"{caller.name}: password changed")
    if not is_theirs:
        raise LoginError("The old password is wrong. Try again.")
    forget_tries(desk, caller.name, "change of password")


def choose_language(caller: Officer, desk: Desk, language: str) -> None:
    """Remember the caller's language, a code such as fr."""
    with session_for(None, desk) as session:
        session.execute(update(AccountRecord).where(AccountRecord.name == caller.name).values(language=language[:10]))


def _as_officer(account: AccountRecord) -> Officer:
    return Officer(account.name, Role(account.role), account.unit, account.must_change_password, account.language)


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
