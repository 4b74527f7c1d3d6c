"""What was done with one item is found without reading every event."""

from riskscore.store.migrations.guards import add_index, remove_index

revision = "0002_queue_event_of_item"
down_revision = "0001_first"

NAME, TABLE = "queue_event_of_item", "queue_event"


def upgrade() -> None:
    """Make the index, while the desk goes on working."""
    add_index(NAME, TABLE, ["queue_day", "unit", "voyage_id", "container_number"])


def downgrade() -> None:
    """Drop the index."""
    remove_index(NAME, TABLE)
