"""The database's tables and roles: which version is there, how it gets to another, who may do what."""

from pathlib import Path

from riskscore.queues import load_policy
from riskscore.settings import Settings
from riskscore.store.connecting import briefly_connected
from riskscore.store.rights import make_roles, role_statements
from riskscore.store.schema import SchemaState, downgrade, state_of, upgrade


def database_state(settings: Settings) -> SchemaState:
    """Return the version of the database's tables beside the newest that this release knows; changes nothing."""
    with briefly_connected(settings.database) as engine, engine.connect() as connection:
        return state_of(connection)


def upgrade_database(settings: Settings) -> SchemaState:
    """Bring the tables to the newest version, and on PostgreSQL every role's rights with it."""
    with briefly_connected(settings.database) as engine:
        return upgrade(engine)


def downgrade_database(settings: Settings, to: str) -> SchemaState:
    """Take the tables back to an older version, or to `base`; what only newer ones hold is lost."""
    with briefly_connected(settings.database) as engine:
        return downgrade(engine, to)


def database_roles() -> list[str]:
    """Return the SQL that makes the roles of PostgreSQL, one for every unit of the queue policy among them."""
    return role_statements(list(load_policy().units))


def make_database_roles(settings: Settings, passwords: Path | None = None) -> list[str]:
    """Make the roles, as an administrator of PostgreSQL, and give them rights on what is there.

    Files in `passwords` that are called like a role hold its password. Returns the roles whose password was set.
    """
    with briefly_connected(settings.database) as engine:
        return make_roles(engine, database_roles(), passwords)
