"""Which step ran for which partition, on what, what came of it, and who may publish."""

import sqlalchemy as sa
from alembic import op

revision = "0003_runs"
down_revision = "0002_queue_event_of_item"

TABLES = ("code_version", "step_run", "run_partition", "step_lease")
INDEXES = {"step_run": ("step", "state"), "run_partition": ("day",), "step_lease": ("token",)}


def upgrade() -> None:
    """Make the ledger of runs and its leases."""
    _runs()
    _partitions()
    for table, columns in INDEXES.items():
        for column in columns:
            op.create_index(f"ix_{table}_{column}", table, [column], if_not_exists=True)
    by_key = ["step", "partition_key", "run"]
    op.create_index("run_partition_by_key", "run_partition", by_key, if_not_exists=True)


def downgrade() -> None:
    """Drop the ledger of runs."""
    for table in reversed(TABLES):
        op.drop_table(table)


def _runs() -> None:
    op.create_table(
        "code_version",
        sa.Column("code", sa.String, primary_key=True),
        sa.Column("package", sa.String, nullable=False),
        sa.Column("files", sa.JSON, nullable=False),
        sa.Column("libraries", sa.JSON, nullable=False),
        if_not_exists=True,
    )
    op.create_table(
        "step_run",
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("step", sa.String, nullable=False),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True)),
        sa.Column("code", sa.String, sa.ForeignKey("code_version.code"), nullable=False),
        sa.Column("model", sa.String, nullable=False),
        sa.Column("inputs", sa.JSON, nullable=False),
        sa.Column("outcome", sa.JSON, nullable=False),
        sa.Column("error", sa.String, nullable=False),
        if_not_exists=True,
        sqlite_autoincrement=True,
    )


def _partitions() -> None:
    run = sa.ForeignKey("step_run.number", ondelete="CASCADE")
    op.create_table(
        "run_partition",
        sa.Column("run", sa.Integer, run, primary_key=True),
        sa.Column("partition_key", sa.String, primary_key=True),
        sa.Column("step", sa.String, nullable=False),
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("attempt", sa.Integer, nullable=False),
        sa.Column("took_over", sa.Integer),
        if_not_exists=True,
    )
    op.create_table(
        "step_lease",
        sa.Column("step", sa.String, primary_key=True),
        sa.Column("partition_key", sa.String, primary_key=True),
        sa.Column("token", sa.Integer, nullable=False),
        sa.Column("attempt", sa.Integer, nullable=False),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=False),
        if_not_exists=True,
    )
