"""What the desk keeps: who has an item in hand, accounts, sessions, the audit, outcomes, referrals, search terms."""

import sqlalchemy as sa
from alembic import op

from riskscore.store.migrations.guards import add_index, is_postgresql, keep_append_only, limit_to_units, remove_index

revision = "0004_desk"
down_revision = "0003_runs"

INSTANT = sa.DateTime(timezone=True)
TABLES = (
    "account",
    "desk_session",
    "login_failures",
    "audit_record",
    "outcome",
    "outcome_file",
    "referral",
    "search_term",
)
COLUMNS = {
    "queue_item": (
        sa.Column("holder", sa.String, nullable=False, server_default=sa.text("''")),
        sa.Column("version", sa.Integer, nullable=False, server_default=sa.text("0")),
    ),
    "queue_event": (
        sa.Column("state_after", sa.String, nullable=False, server_default=sa.text("''")),
        sa.Column("holder_after", sa.String, nullable=False, server_default=sa.text("''")),
        sa.Column("version_after", sa.Integer, nullable=False, server_default=sa.text("0")),
        sa.Column("token", sa.String),
    ),
}
INDEXES = {
    "desk_session": ("account",),
    "audit_record": ("actor", "kind"),
    "outcome": ("inspection_id", "file_name"),
    "referral": ("unit", "to_unit"),
}


def upgrade() -> None:
    """Add columns that need no rewriting of what is there, then, once those locks are gone, indexes and new tables."""
    for table, columns in COLUMNS.items():
        there = {column["name"] for column in sa.inspect(op.get_bind()).get_columns(table)}
        for column in columns:
            if column.name not in there:
                op.add_column(table, column)
    add_index("queue_item_state", "queue_item", ["unit", "state", "queue_day"])
    add_index("queue_event_token", "queue_event", ["actor", "token"], unique=True)
    _people()
    _work()
    for table, names in INDEXES.items():
        for name in names:
            op.create_index(f"ix_{table}_{name}", table, [name], if_not_exists=True)
    keep_append_only("audit_record", key="number")
    for table in ("outcome", "referral", "search_term"):
        limit_to_units(table)


def downgrade() -> None:
    """Drop what the desk keeps, with all it holds."""
    for table in reversed(TABLES):
        op.drop_table(table, if_exists=True)
    remove_index("queue_event_token", "queue_event")
    remove_index("queue_item_state", "queue_item")
    for table, columns in COLUMNS.items():
        there = {column["name"] for column in sa.inspect(op.get_bind()).get_columns(table)}
        for column in columns:
            if column.name in there:
                op.drop_column(table, column.name)


def _people() -> None:
    op.create_table(
        "account",
        sa.Column("name", sa.String, primary_key=True),
        sa.Column("role", sa.String, nullable=False),
        sa.Column("unit", sa.String, nullable=False),
        sa.Column("password_hash", sa.String, nullable=False),
        sa.Column("must_change_password", sa.Boolean, nullable=False),
        sa.Column("is_enabled", sa.Boolean, nullable=False),
        sa.Column("language", sa.String, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("last_login_at", INSTANT),
        sa.Column("oidc_issuer", sa.String),
        sa.Column("oidc_subject", sa.String),
        sa.UniqueConstraint("oidc_issuer", "oidc_subject"),
        if_not_exists=True,
    )
    op.create_table(
        "desk_session",
        sa.Column("token_sha256", sa.String, primary_key=True),
        sa.Column("account", sa.String, sa.ForeignKey("account.name"), nullable=False),
        sa.Column("began_at", INSTANT, nullable=False),
        sa.Column("last_seen_at", INSTANT, nullable=False),
        sa.Column("expires_at", INSTANT, nullable=False),
        sa.Column("ended_at", INSTANT),
        if_not_exists=True,
    )
    op.create_table(
        "login_failures",
        sa.Column("about", sa.String, primary_key=True),
        sa.Column("since", INSTANT, nullable=False),
        sa.Column("failures", sa.Integer, nullable=False),
        if_not_exists=True,
    )
    op.create_table(
        "audit_record",
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("happened_at", INSTANT, nullable=False),
        sa.Column("actor", sa.String, nullable=False),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("unit", sa.String, nullable=False),
        sa.Column("subject", sa.String, nullable=False),
        if_not_exists=True,
    )


def _of_item() -> tuple[sa.Column[object], ...]:
    return (
        sa.Column("event_id", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("queue_day", sa.Date, nullable=False),
        sa.Column("unit", sa.String, nullable=False),
        sa.Column("voyage_id", sa.String, nullable=False),
        sa.Column("container_number", sa.String, nullable=False),
    )


def _work() -> None:
    op.create_table(
        "outcome",
        *_of_item(),
        sa.Column("inspection_id", sa.String, nullable=False),
        sa.Column("result", sa.String, nullable=False),
        sa.Column("reason_code", sa.String, nullable=False),
        sa.Column("method", sa.String, nullable=False),
        sa.Column("substance", sa.String, nullable=False),
        sa.Column("quantity_kg", sa.Double),
        sa.Column("concealment", sa.String, nullable=False),
        sa.Column("seal_numbers", sa.JSON, nullable=False),
        sa.Column("note", sa.String, nullable=False),
        sa.Column("decided_at", INSTANT, nullable=False),
        sa.Column("decided_by", sa.String, nullable=False),
        sa.Column("selection_probability", sa.Double),
        sa.Column("examined_at", INSTANT),
        sa.Column("recorded_at", INSTANT, nullable=False),
        sa.Column("recorded_by", sa.String, nullable=False),
        sa.Column("file_name", sa.String),
        if_not_exists=True,
    )
    op.create_index(
        "outcome_item", "outcome", ["unit", "queue_day", "voyage_id", "container_number"], if_not_exists=True
    )
    op.create_table(
        "outcome_file",
        sa.Column("file_name", sa.String, primary_key=True),
        sa.Column("folder_day", sa.Date, nullable=False),
        sa.Column("is_written", sa.Boolean, nullable=False),
        if_not_exists=True,
    )
    op.create_table(
        "referral",
        *_of_item(),
        sa.Column("to_unit", sa.String, nullable=False),
        sa.Column("reason", sa.String, nullable=False),
        sa.Column("note", sa.String, nullable=False),
        sa.Column("actor", sa.String, nullable=False),
        sa.Column("happened_at", INSTANT, nullable=False),
        sa.Column("probability", sa.Double, nullable=False),
        sa.Column("shown", sa.JSON, nullable=False),
        if_not_exists=True,
    )
    bytewise = sa.String(collation="C") if is_postgresql() else sa.String()
    op.create_table(
        "search_term",
        sa.Column("unit", sa.String, primary_key=True),
        sa.Column("term", bytewise, primary_key=True),
        sa.Column("kind", sa.String, primary_key=True),
        sa.Column("queue_day", sa.Date, primary_key=True),
        sa.Column("voyage_id", sa.String, primary_key=True),
        sa.Column("container_number", sa.String, primary_key=True),
        if_not_exists=True,
    )
