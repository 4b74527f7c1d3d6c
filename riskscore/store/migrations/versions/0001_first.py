"""The tables of the first release; an SQLite database that has them already, without a version, is taken over."""

import sqlalchemy as sa
from alembic import op

from riskscore.store.migrations.guards import is_postgresql, keep_append_only, limit_to_units

revision = "0001_first"
down_revision = None

TABLES = ("delivery", "quarantine_row", "finding", "closed_day", "queue_item", "queue_event", "export")
INDEXES = {
    "delivery": ("feed", "known_day", "sha256", "state"),
    "quarantine_row": ("delivery_id", "state"),
    "finding": ("delivery_id",),
    "export": ("partner",),
}
BIG = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """Make what is not there yet."""
    _deliveries()
    _quarantine()
    _queues()
    for table, columns in INDEXES.items():
        for column in columns:
            op.create_index(f"ix_{table}_{column}", table, [column], if_not_exists=True)
    position = ["queue_day", "unit", "position"]
    op.create_index("queue_item_position", "queue_item", position, unique=True, if_not_exists=True)
    keep_append_only("queue_event", key="event_id")
    for table in ("queue_item", "queue_event"):
        limit_to_units(table)


def downgrade() -> None:
    """Drop everything, with all it holds."""
    for table in reversed(TABLES):
        op.drop_table(table)
    if is_postgresql():
        op.execute("DROP FUNCTION refuse_change")


def _deliveries() -> None:
    op.create_table(
        "delivery",
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("delivery_id", sa.String, nullable=False, unique=True),
        sa.Column("feed", sa.String, nullable=False),
        sa.Column("file_name", sa.String, nullable=False),
        sa.Column("folder_day", sa.Date, nullable=False),
        sa.Column("known_day", sa.Date, nullable=False),
        sa.Column("sha256", sa.String, nullable=False),
        sa.Column("byte_count", BIG, nullable=False),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("received_rows", sa.Integer, nullable=False),
        sa.Column("accepted_rows", sa.Integer, nullable=False),
        sa.Column("quarantined_rows", sa.Integer, nullable=False),
        sa.Column("refused_rows", sa.Integer, nullable=False),
        sa.Column("reason", sa.String, nullable=False),
        if_not_exists=True,
    )
    op.create_table("closed_day", sa.Column("day", sa.Date, primary_key=True), if_not_exists=True)
    op.create_table(
        "export",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("partner", sa.String, nullable=False),
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("sequence", sa.Integer, nullable=False),
        sa.Column("content_digest", sa.String, nullable=False),
        sa.Column("folder", sa.String, nullable=False),
        sa.UniqueConstraint("partner", "sequence"),
        if_not_exists=True,
    )


def _quarantine() -> None:
    op.create_table(
        "quarantine_row",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("delivery_id", sa.String, nullable=False),
        sa.Column("row_number", sa.Integer, nullable=False),
        sa.Column("feed", sa.String, nullable=False),
        sa.Column("breaches", sa.JSON, nullable=False),
        sa.Column("cells", sa.JSON, nullable=False),
        sa.Column("raw_line", sa.String, nullable=False),
        sa.Column("state", sa.String, nullable=False),
        sa.UniqueConstraint("delivery_id", "row_number"),
        if_not_exists=True,
    )
    op.create_table(
        "finding",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("delivery_id", sa.String, nullable=False),
        sa.Column("rule", sa.String, nullable=False),
        sa.Column("column", sa.String, nullable=False),
        sa.Column("severity", sa.String, nullable=False),
        sa.Column("rows", sa.Integer, nullable=False),
        sa.Column("first_row", sa.Integer, nullable=False),
        if_not_exists=True,
    )


def _queues() -> None:
    op.create_table(
        "queue_item",
        sa.Column("queue_day", sa.Date, primary_key=True),
        sa.Column("unit", sa.String, primary_key=True),
        sa.Column("voyage_id", sa.String, primary_key=True),
        sa.Column("container_number", sa.String, primary_key=True),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("why", sa.String, nullable=False),
        sa.Column("rule", sa.String, nullable=False),
        sa.Column("probability", sa.Double, nullable=False),
        sa.Column("expected_value", sa.Double, nullable=False),
        sa.Column("selection_probability", sa.Double, nullable=False),
        sa.Column("model", sa.String, nullable=False),
        sa.Column("is_over_capacity", sa.Boolean, nullable=False),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("shown", sa.JSON, nullable=False),
        if_not_exists=True,
    )
    op.create_table(
        "queue_event",
        sa.Column("event_id", sa.Integer, primary_key=True),
        sa.Column("queue_day", sa.Date, nullable=False),
        sa.Column("unit", sa.String, nullable=False),
        sa.Column("voyage_id", sa.String, nullable=False),
        sa.Column("container_number", sa.String, nullable=False),
        sa.Column("action", sa.String, nullable=False),
        sa.Column("actor", sa.String, nullable=False),
        sa.Column("happened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("detail", sa.String, nullable=False),
        if_not_exists=True,
    )
