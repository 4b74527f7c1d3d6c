"""Passwords: how they are kept, checked at the same cost whoever asks, and made for one use."""

import secrets
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from riskscore.errors import BadInputError

FEWEST, MOST = 12, 256
"""Characters of a password."""
ONE_TIME_BYTES = 15
_HASHER = PasswordHasher()


def hashed(password: str) -> str:
    """Return the argon2id hash of a password, with its parameters and salt."""
    return _HASHER.hash(password)


def is_right(password: str, kept: str | None) -> bool:
    """Tell whether a password is the one kept; where none is kept (no such account) it costs as much to say no."""
    try:
        return _HASHER.verify(kept or _nobodys(), password[: MOST + 1]) and kept is not None
    except (VerificationError, InvalidHashError):
        return False


def needs_new_hash(kept: str) -> bool:
    """Tell whether a hash was made with weaker parameters than today's."""
    return _HASHER.check_needs_rehash(kept)


def one_time_password() -> str:
    """Return a password that nobody can guess, to be changed at the first login."""
    return secrets.token_urlsafe(ONE_TIME_BYTES)


def require_fit(password: str, *, name: str, old: str) -> None:
    """Raise BadInputError where a password is too short, too long, the old one, or holds the account's name."""
    if not FEWEST <= len(password) <= MOST:
        raise BadInputError("A password has 12 to 256 characters. Choose a longer one, such as four words.")
    if password == old:
        raise BadInputError("That is the password you have. Choose another one.")
    if name.lower() in password.lower() or len(set(password)) < FEWEST // 2:
        raise BadInputError("That password is easily guessed. Choose four words that do not belong together.")


@cache
def _nobodys() -> str:
    return _HASHER.hash(secrets.token_urlsafe(ONE_TIME_BYTES))
