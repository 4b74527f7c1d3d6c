"""What became of an item, and what was passed on, stays as it was recorded; only an outcome's file is written later."""

from riskscore.store.migrations.guards import drop_append_only, keep_append_only

revision = "0005_outcomes_append_only"
down_revision = "0004_desk"

CHANGING = {"outcome": ("file_name",), "referral": ()}
"""Table -> its columns that may be changed."""


def upgrade() -> None:
    """Refuse changes; readers go on meanwhile."""
    for table, columns in CHANGING.items():
        keep_append_only(table, key="event_id", changing=columns)


def downgrade() -> None:
    """Leave it to rights alone again."""
    for table in CHANGING:
        drop_append_only(table)
