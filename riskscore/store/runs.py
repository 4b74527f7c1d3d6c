"""The ledger of runs, in SQL: which step ran for which partition, on what, what came of it, and who may publish."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from riskscore.store.records import Base

RUNNING, DONE, FAILED, STALE = "running", "done", "failed", "stale"
"""States of a run. One that was killed says `running` for ever: only a run itself says that it ended."""


class CodeVersion(Base):
    """One state of the code and the declarations: which files, and which libraries their figures rest on."""

    __tablename__ = "code_version"

    code: Mapped[str] = mapped_column(primary_key=True)
    """Sixteen hex digits of a SHA-256 over all of it."""
    package: Mapped[str]
    """The package's version."""
    files: Mapped[dict[str, str]] = mapped_column(JSON)
    """Path -> sixteen hex digits of the SHA-256 of its bytes."""
    libraries: Mapped[dict[str, str]] = mapped_column(JSON)
    """Library -> version."""


class StepRun(Base):
    """One run of one step; its number is its fencing token, and no number is ever given twice."""

    __tablename__ = "step_run"
    __table_args__ = ({"sqlite_autoincrement": True},)

    number: Mapped[int] = mapped_column(primary_key=True)
    step: Mapped[str] = mapped_column(index=True)
    state: Mapped[str] = mapped_column(index=True)
    """running, done, failed or stale"""
    began_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    code: Mapped[str] = mapped_column(ForeignKey("code_version.code"))
    model: Mapped[str] = mapped_column(default="")
    """Whole id of the artefact that was used or made; empty where none was."""
    inputs: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    outcome: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    error: Mapped[str] = mapped_column(default="")
    """Class of the error, never its message: that could quote data."""


class RunPartition(Base):
    """One partition that a run was for."""

    __tablename__ = "run_partition"
    __table_args__ = (Index("run_partition_by_key", "step", "partition_key", "run"),)

    run: Mapped[int] = mapped_column(ForeignKey("step_run.number", ondelete="CASCADE"), primary_key=True)
    partition_key: Mapped[str] = mapped_column(primary_key=True)
    step: Mapped[str]
    day: Mapped[date] = mapped_column(index=True)
    attempt: Mapped[int]
    """1 for the first run of this partition."""
    took_over: Mapped[int | None]
    """The run before, where it had not ended when this one began: it was killed, or goes on and is fenced off."""


class StepLease(Base):
    """Who may publish a partition: the run whose number is the token, until a newer one claims it."""

    __tablename__ = "step_lease"

    step: Mapped[str] = mapped_column(primary_key=True)
    partition_key: Mapped[str] = mapped_column(primary_key=True)
    token: Mapped[int] = mapped_column(index=True)
    attempt: Mapped[int]
    checked_at: Mapped[datetime]
    """When its holder last showed that it is at work."""


LEDGER = (CodeVersion.__table__, StepRun.__table__, RunPartition.__table__, StepLease.__table__)
"""Tables that tell of runs, and so differ between two runs that leave the same facts, scores and queues."""
