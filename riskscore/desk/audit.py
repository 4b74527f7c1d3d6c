"""The audit: who read which container page, who changed which account; only ever added to."""

from dataclasses import dataclass
from datetime import datetime

from riskscore.desk.door import Desk
from riskscore.desk.officer import Officer


@dataclass(frozen=True)
class AuditLine:
    """One thing that happened: kind is read, export, login, login_failed, account, repair ..."""

    number: int
    at: datetime
    actor: str
    kind: str
    unit: str
    subject: str
    """What it was about: a container and voyage, an account, a row."""


def audit_lines(
    caller: Officer, desk: Desk, *, actor: str = "", kind: str = "", before: int | None = None, most: int = 100
) -> tuple[AuditLine, ...]:
    """Return audit lines, newest first; `before` is the number of the last line already seen."""
    raise NotImplementedError
