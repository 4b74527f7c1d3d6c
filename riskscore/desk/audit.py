"""The audit: who read which container page, who changed which account; only ever added to."""

from dataclasses import dataclass
from datetime import datetime
from typing import cast

from sqlalchemy import Table, insert, select
from sqlalchemy.orm import Session

from riskscore.desk.door import Desk, session_for
from riskscore.desk.officer import Officer, Right, require
from riskscore.store.desk_records import AuditRecord

KINDS = ("read", "export", "login", "login_failed", "logout", "account", "repair")


@dataclass(frozen=True)
class AuditLine:
    """One thing that happened; `kind` is one of KINDS."""

    number: int
    at: datetime
    actor: str
    kind: str
    unit: str
    subject: str
    """What it was about: a container and voyage, an account, a row."""


def put_on_record(session: Session, desk: Desk, *, actor: str, kind: str, unit: str = "", subject: str = "") -> None:
    """Add one line to the audit within a transaction."""
    line = {"happened_at": desk.now(), "actor": actor, "kind": kind, "unit": unit, "subject": subject}
    session.execute(
        insert(cast("Table", AuditRecord.__table__)).values(line).inline()
    )  # it asks for no number: few may read it


def audit_lines(
    caller: Officer, desk: Desk, *, actor: str = "", kind: str = "", before: int | None = None, most: int = 100
) -> tuple[AuditLine, ...]:
    """Return audit lines, newest first; `before` is the number of the last line already seen."""
    require(caller, Right.READ_AUDIT)
    wanted = select(AuditRecord).order_by(AuditRecord.number.desc()).limit(min(most, 1_000))
    wanted = wanted.where(AuditRecord.actor == actor) if actor else wanted
    wanted = wanted.where(AuditRecord.kind == kind) if kind else wanted
    wanted = wanted.where(AuditRecord.number < before) if before is not None else wanted
    with session_for(caller, desk) as session:
        return tuple(
            AuditLine(one.number, one.happened_at, one.actor, one.kind, one.unit, one.subject)
            for one in session.scalars(wanted)
        )
