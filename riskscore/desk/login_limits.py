"""How often logging in may fail: counted before a password is looked at, so that many tries at once count as many."""

import hashlib
from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError

from riskscore.desk.door import Desk, session_for
from riskscore.errors import TooManyLoginsError
from riskscore.store.desk_records import LoginFailures

WINDOW = timedelta(minutes=15)
PAIR_LIMIT, NAME_LIMIT, ADDRESS_LIMIT = 5, 30, 30
"""Failures within the window: of one name from one address, of one name, from one address."""


def count_try(desk: Desk, name: str, address: str) -> None:
    """Count one try to log in; raise TooManyLoginsError where there were too many already."""
    now = desk.now()
    for about, limit in _counters(name, address).items():
        try:
            since, tries = _counted(desk, about, now)
        except IntegrityError:  # somebody began the same counter at the same time
            since, tries = _counted(desk, about, now)
        if tries > limit:
            wait = int((since + WINDOW - now).total_seconds()) + 1
            raise TooManyLoginsError("Too many failed logins. Try again in {seconds} seconds.", retry_after=wait)


def forget_tries(desk: Desk, name: str, address: str) -> None:
    """Take back what a login that succeeded was counted as."""
    pair, of_name, from_address = _counters(name, address)
    with session_for(None, desk) as session:
        session.execute(delete(LoginFailures).where(LoginFailures.about == pair))
        fewer = update(LoginFailures).where(
            LoginFailures.about.in_([of_name, from_address]), LoginFailures.failures > 0
        )
        session.execute(fewer.values(failures=LoginFailures.failures - 1))


def _counters(name: str, address: str) -> Mapping[str, int]:
    """Return the counters a try belongs to, by hash: neither name nor address is kept."""
    about = {f"pair {name} {address}": PAIR_LIMIT, f"name {name}": NAME_LIMIT, f"address {address}": ADDRESS_LIMIT}
    return {hashlib.sha256(text.encode()).hexdigest(): limit for text, limit in about.items()}


def _counted(desk: Desk, about: str, now: datetime) -> tuple[datetime, int]:
    mine = LoginFailures.about == about
    with session_for(None, desk) as session:
        session.execute(delete(LoginFailures).where(mine, LoginFailures.since <= now - WINDOW))
        more = update(LoginFailures).where(mine).values(failures=LoginFailures.failures + 1)
        if not session.execute(more).rowcount:  # type: ignore[attr-defined] # of an UPDATE it is there
            session.add(LoginFailures(about=about, since=now, failures=1))
            session.flush()
        found = session.execute(select(LoginFailures.since, LoginFailures.failures).where(mine)).one()
        return found.since, found.failures
