"""What tables of some kinds must have, for migrations: append-only tables, rows of a unit, indexes made under load."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from alembic import op

APPEND_ONLY = """
CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END
$$
"""


def is_postgresql() -> bool:
    """Tell whether the migration runs on PostgreSQL."""
    return op.get_bind().dialect.name == "postgresql"


def keep_append_only(table: str, key: str) -> None:
    """Let rows of a table be added, and neither changed nor removed by anybody; `key` is its primary key's column."""
    if is_postgresql():
        op.execute(APPEND_ONLY)
        for when, each in (("UPDATE OR DELETE", "ROW"), ("TRUNCATE", "STATEMENT")):
            name = f"{table}_{when.split()[0].lower()}_refused"
            op.execute(
                f"CREATE TRIGGER {name} BEFORE {when} ON {table} FOR EACH {each} EXECUTE FUNCTION refuse_change()"
            )
        return
    # INSERT OR REPLACE fires no trigger on DELETE.
    taken = f"WHEN EXISTS (SELECT 1 FROM {table} WHERE {key} = NEW.{key})"  # noqa: S608 names of our own
    for when, only in (("UPDATE", ""), ("DELETE", ""), ("INSERT", taken)):
        op.execute(
            f"CREATE TRIGGER IF NOT EXISTS {table}_{when.lower()}_refused BEFORE {when} ON {table} {only} "
            f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
        )


def limit_to_units(table: str) -> None:
    """Hide every row of a table on PostgreSQL from whoever no policy lets see it, its owner included.

    The policies themselves are made for the roles that are there (riskscore/store/rights.py).
    """
    if is_postgresql():
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY")


def add_index(name: str, table: str, columns: Sequence[str]) -> None:
    """Make an index while others read and write; one that an interrupted migration left unfinished is made again."""
    with _beside_others():
        op.drop_index(name, table, if_exists=True, postgresql_concurrently=True)
        op.create_index(name, table, list(columns), postgresql_concurrently=True)


def remove_index(name: str, table: str) -> None:
    """Drop an index while others read and write."""
    with _beside_others():
        op.drop_index(name, table, if_exists=True, postgresql_concurrently=True)


@contextmanager
def _beside_others() -> Iterator[None]:
    """Leave the transaction and wait as long as it takes: what is made concurrently stands in nobody's way."""
    if not is_postgresql():
        yield
        return
    with op.get_context().autocommit_block():
        patience = op.get_bind().exec_driver_sql("SHOW lock_timeout").scalar_one()
        op.execute("SET lock_timeout = 0")
        yield
        op.execute(f"SET lock_timeout = '{patience}'")
