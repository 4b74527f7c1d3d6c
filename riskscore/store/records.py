"""What people act on, as tables: deliveries, quarantine, findings, queues, exports."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, Index, Integer, UniqueConstraint, text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from riskscore.store.columns import Instant, Words


class Base(DeclarativeBase):
    """Everything kept in the database."""

    type_annotation_map = {str: Words, datetime: Instant}  # noqa: RUF012 read by SQLAlchemy, which forbids ClassVar


class Delivery(Base):
    """One received file, recorded with its hash before it is read."""

    __tablename__ = "delivery"

    number: Mapped[int] = mapped_column(primary_key=True)
    delivery_id: Mapped[str] = mapped_column(unique=True)
    feed: Mapped[str] = mapped_column(index=True)
    file_name: Mapped[str]
    folder_day: Mapped[date]
    known_day: Mapped[date] = mapped_column(index=True)
    sha256: Mapped[str] = mapped_column(index=True)
    byte_count: Mapped[int] = mapped_column(BigInteger().with_variant(Integer, "sqlite"))
    state: Mapped[str] = mapped_column(index=True)
    """landed, published or refused"""
    received_rows: Mapped[int] = mapped_column(default=0)
    accepted_rows: Mapped[int] = mapped_column(default=0)
    quarantined_rows: Mapped[int] = mapped_column(default=0)
    refused_rows: Mapped[int] = mapped_column(default=0)
    reason: Mapped[str] = mapped_column(default="")


class QuarantineRow(Base):
    """One row set aside: what was wrong with it, what it held, and whether it was put right."""

    __tablename__ = "quarantine_row"
    __table_args__ = (UniqueConstraint("delivery_id", "row_number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    delivery_id: Mapped[str] = mapped_column(index=True)
    row_number: Mapped[int]
    feed: Mapped[str]
    breaches: Mapped[list[dict[str, str]]] = mapped_column(JSON)
    """rule, column, value and message of every rule the row broke"""
    cells: Mapped[dict[str, str]] = mapped_column(JSON)
    raw_line: Mapped[str]
    state: Mapped[str] = mapped_column(default="open", index=True)
    """open or fixed"""


class Finding(Base):
    """How often one rule was broken in one delivery, with the first row that broke it."""

    __tablename__ = "finding"

    id: Mapped[int] = mapped_column(primary_key=True)
    delivery_id: Mapped[str] = mapped_column(index=True)
    rule: Mapped[str]
    column: Mapped[str]
    severity: Mapped[str]
    rows: Mapped[int]
    first_row: Mapped[int]


class ClosedDay(Base):
    """A day whose features were computed: what arrives for it now is known the next open day."""

    __tablename__ = "closed_day"

    day: Mapped[date] = mapped_column(primary_key=True)


class QueueItem(Base):
    """One container in one unit's queue of one day."""

    __tablename__ = "queue_item"
    __table_args__ = (
        Index("queue_item_position", "queue_day", "unit", "position", unique=True),
        Index("queue_item_state", "unit", "state", "queue_day"),
    )

    queue_day: Mapped[date] = mapped_column(primary_key=True)
    unit: Mapped[str] = mapped_column(primary_key=True)
    voyage_id: Mapped[str] = mapped_column(primary_key=True)
    container_number: Mapped[str] = mapped_column(primary_key=True)
    position: Mapped[int]
    why: Mapped[str]
    """mandatory, score or random"""
    rule: Mapped[str]
    probability: Mapped[float]
    expected_value: Mapped[float]
    selection_probability: Mapped[float]
    model: Mapped[str]
    is_over_capacity: Mapped[bool] = mapped_column(default=False)
    state: Mapped[str] = mapped_column(default="open")
    holder: Mapped[str] = mapped_column(default="", server_default=text("''"))
    """account of who has it in hand; empty: nobody"""
    version: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    """rises with every action; 0: nobody has done anything with it"""
    shown: Mapped[dict[str, Any]] = mapped_column(JSON)
    """what the list shows beside it: voyage, vessel, arrival, route, goods, reasons, coverage"""


class QueueEvent(Base):
    """One action on a queue item; never changed, only added: the database refuses anything else."""

    __tablename__ = "queue_event"
    __table_args__ = (
        Index("queue_event_of_item", "queue_day", "unit", "voyage_id", "container_number"),
        Index("queue_event_token", "actor", "token", unique=True),
    )

    event_id: Mapped[int] = mapped_column(primary_key=True)
    queue_day: Mapped[date]
    unit: Mapped[str]
    voyage_id: Mapped[str]
    container_number: Mapped[str]
    action: Mapped[str]
    actor: Mapped[str]
    happened_at: Mapped[datetime]
    detail: Mapped[str] = mapped_column(default="")
    """what the action said, as JSON"""
    state_after: Mapped[str] = mapped_column(default="", server_default=text("''"))
    holder_after: Mapped[str] = mapped_column(default="", server_default=text("''"))
    version_after: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    token: Mapped[str | None] = mapped_column(default=None)
    """given by whoever asked for it: the same one again does nothing twice"""


class Export(Base):
    """One bundle handed to one partner."""

    __tablename__ = "export"
    __table_args__ = (UniqueConstraint("partner", "sequence"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    partner: Mapped[str] = mapped_column(index=True)
    day: Mapped[date]
    sequence: Mapped[int]
    content_digest: Mapped[str]
    folder: Mapped[str]
