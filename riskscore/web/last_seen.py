"""The list last seen by each session, to be read on while the database does not answer."""

import hashlib
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

from riskscore.desk import DayPage, Officer, View

KEPT_SECONDS = 12 * 3600
KEPT_SESSIONS = 100


@dataclass(frozen=True)
class Seen:
    """A list as it was shown to somebody."""

    who: Officer
    day_page: DayPage
    view: View
    at: float
    """Seconds of the clock it was kept by."""


class LastSeen:
    """One list a session, in memory alone: shown again to the same session, to nobody else, for half a day at most.

    A session that ended, was revoked or belongs to a disabled account loses it as soon as we learn of that.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._lists: OrderedDict[str, Seen] = OrderedDict()
        self._clock = clock
        self._lock = threading.Lock()

    def keep(self, token: str, who: Officer, day_page: DayPage, view: View) -> None:
        """Remember what a session was just shown; the session longest unseen makes room."""
        with self._lock:
            self._lists[_digest(token)] = Seen(who, day_page, view, self._clock())
            self._lists.move_to_end(_digest(token))
            while len(self._lists) > KEPT_SESSIONS:
                self._lists.popitem(last=False)

    def of(self, token: str) -> Seen | None:
        """Return what this session was last shown; None where that was never, or too long ago."""
        with self._lock:
            seen = self._lists.get(_digest(token))
        return seen if seen and self._clock() - seen.at < KEPT_SECONDS else None

    def forget(self, token: str) -> None:
        """Drop what a session was shown."""
        with self._lock:
            self._lists.pop(_digest(token), None)

    def forget_account(self, name: str) -> None:
        """Drop what every session of an account was shown."""
        with self._lock:
            for digest in [key for key, seen in self._lists.items() if seen.who.name == name]:
                del self._lists[digest]


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
