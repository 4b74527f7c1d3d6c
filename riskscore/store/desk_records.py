"""What the desk keeps in SQL: accounts, sessions, the audit, outcomes, referrals, search terms."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from riskscore.store.records import Base

BYTEWISE = String().with_variant(String(collation="C"), "postgresql")
"""Text that is compared byte by byte, so that an index finds what begins with something."""


class AccountRecord(Base):
    """One account; its password only as an argon2 hash."""

    __tablename__ = "account"
    __table_args__ = (UniqueConstraint("oidc_issuer", "oidc_subject"),)

    name: Mapped[str] = mapped_column(primary_key=True)
    role: Mapped[str]
    unit: Mapped[str] = mapped_column(default="")
    password_hash: Mapped[str]
    must_change_password: Mapped[bool] = mapped_column(default=True)
    is_enabled: Mapped[bool] = mapped_column(default=True)
    language: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime]
    last_login_at: Mapped[datetime | None] = mapped_column(default=None)
    oidc_issuer: Mapped[str | None] = mapped_column(default=None)
    oidc_subject: Mapped[str | None] = mapped_column(default=None)


class SessionRecord(Base):
    """One session, by the hash of its token; the token itself is kept nowhere."""

    __tablename__ = "desk_session"

    token_sha256: Mapped[str] = mapped_column(primary_key=True)
    account: Mapped[str] = mapped_column(ForeignKey("account.name"), index=True)
    began_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    ended_at: Mapped[datetime | None] = mapped_column(default=None)


class LoginFailures(Base):
    """How often logging in failed lately, by hash of an account's name or of an address."""

    __tablename__ = "login_failures"

    about: Mapped[str] = mapped_column(primary_key=True)
    since: Mapped[datetime]
    failures: Mapped[int] = mapped_column(default=0)


class AuditRecord(Base):
    """One thing somebody saw or changed; never changed, only added."""

    __tablename__ = "audit_record"

    number: Mapped[int] = mapped_column(primary_key=True)
    happened_at: Mapped[datetime]
    actor: Mapped[str] = mapped_column(index=True)
    kind: Mapped[str] = mapped_column(index=True)
    unit: Mapped[str] = mapped_column(default="")
    subject: Mapped[str] = mapped_column(default="")


class OutcomeRecord(Base):
    """What became of one item, as recorded by one event; goes to the lake as an inspection fact."""

    __tablename__ = "outcome"
    __table_args__ = (Index("outcome_item", "unit", "queue_day", "voyage_id", "container_number"),)

    event_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    queue_day: Mapped[date]
    unit: Mapped[str]
    voyage_id: Mapped[str]
    container_number: Mapped[str]
    inspection_id: Mapped[str] = mapped_column(index=True)
    result: Mapped[str]
    """contraband, nothing, inconclusive or not_examined"""
    reason_code: Mapped[str] = mapped_column(default="")
    method: Mapped[str] = mapped_column(default="")
    substance: Mapped[str] = mapped_column(default="")
    quantity_kg: Mapped[float | None] = mapped_column(default=None)
    concealment: Mapped[str] = mapped_column(default="")
    seal_numbers: Mapped[list[str]] = mapped_column(JSON)
    note: Mapped[str] = mapped_column(default="")
    decided_at: Mapped[datetime]
    decided_by: Mapped[str]
    """rule, model or random"""
    selection_probability: Mapped[float | None] = mapped_column(default=None)
    examined_at: Mapped[datetime | None] = mapped_column(default=None)
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[str]
    file_name: Mapped[str | None] = mapped_column(default=None, index=True)
    """file of the inspections feed that it was put into; none yet: it waits"""


class OutcomeFile(Base):
    """One file of the inspections feed that outcomes were put into."""

    __tablename__ = "outcome_file"

    file_name: Mapped[str] = mapped_column(primary_key=True)
    folder_day: Mapped[date]
    is_written: Mapped[bool] = mapped_column(default=False)


class ReferralRecord(Base):
    """One item that a unit passed on to another, with what the other needs to see of it."""

    __tablename__ = "referral"

    event_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    queue_day: Mapped[date]
    unit: Mapped[str] = mapped_column(index=True)
    voyage_id: Mapped[str]
    container_number: Mapped[str]
    to_unit: Mapped[str] = mapped_column(index=True)
    reason: Mapped[str]
    note: Mapped[str] = mapped_column(default="")
    actor: Mapped[str]
    happened_at: Mapped[datetime]
    probability: Mapped[float]
    shown: Mapped[dict[str, Any]] = mapped_column(JSON)


class SearchTerm(Base):
    """One word under which a queue item is found: container, voyage, bill of lading, vessel or IMO number."""

    __tablename__ = "search_term"

    unit: Mapped[str] = mapped_column(primary_key=True)
    term: Mapped[str] = mapped_column(BYTEWISE, primary_key=True)
    """letters and digits alone, in capitals"""
    kind: Mapped[str] = mapped_column(primary_key=True)
    queue_day: Mapped[date] = mapped_column(primary_key=True)
    voyage_id: Mapped[str] = mapped_column(primary_key=True)
    container_number: Mapped[str] = mapped_column(primary_key=True)


__all__ = [
    "AccountRecord",
    "AuditRecord",
    "LoginFailures",
    "OutcomeFile",
    "OutcomeRecord",
    "ReferralRecord",
    "SearchTerm",
    "SessionRecord",
]
