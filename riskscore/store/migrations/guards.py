"""What tables of some kinds must have, for migrations: append-only tables, rows of a unit, indexes made under load."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from alembic import op
from sqlalchemy import inspect

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


def keep_append_only(table: str, key: str, changing: Sequence[str] = ()) -> None:
    """Let rows of a table be added, and neither changed nor removed by anybody; `key` is its primary key's column.

    With `changing`, those are the only columns that may be changed; then the table must be there with all its columns.
    """
    updates = f"UPDATE OF {', '.join(_others(table, changing))}" if changing else "UPDATE"
    if is_postgresql():
        op.execute(APPEND_ONLY)
        for name, when in (("update", f"{updates} OR DELETE"), ("truncate", "TRUNCATE")):
            each = "STATEMENT" if name == "truncate" else "ROW"
            op.execute(
                f"CREATE OR REPLACE TRIGGER {table}_{name}_refused BEFORE {when} ON {table} FOR EACH {each} "
                "EXECUTE FUNCTION refuse_change()"
            )
        return
    # INSERT OR REPLACE fires no trigger on DELETE.
    taken = f"WHEN EXISTS (SELECT 1 FROM {table} WHERE {key} = NEW.{key})"  # noqa: S608 names of our own
    for when, only in ((updates, ""), ("DELETE", ""), ("INSERT", taken)):
        op.execute(
            f"CREATE TRIGGER IF NOT EXISTS {table}_{when.split()[0].lower()}_refused BEFORE {when} ON {table} {only} "
            f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
        )


def drop_append_only(table: str) -> None:
    """Take the triggers off again that `keep_append_only` put on a table."""
    names = ("update", "truncate") if is_postgresql() else ("update", "delete", "insert")
    for name in names:
        op.execute(f"DROP TRIGGER IF EXISTS {table}_{name}_refused{f' ON {table}' if is_postgresql() else ''}")


def _others(table: str, changing: Sequence[str]) -> list[str]:
    columns = [str(column["name"]) for column in inspect(op.get_bind()).get_columns(table)]
    return [column for column in columns if column not in changing]


def limit_to_units(table: str) -> None:
    """Hide every row of a table on PostgreSQL from whoever no policy lets see it, its owner included.

    The policies themselves are made for the roles that are there (riskscore/store/rights.py).
    """
    if is_postgresql():
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY")


def add_index(name: str, table: str, columns: Sequence[str], *, unique: bool = False) -> None:
    """Make an index while others read and write; one that an interrupted migration left unfinished is made again."""
    with _beside_others():
        op.drop_index(name, table, if_exists=True, postgresql_concurrently=True)
        op.create_index(name, table, list(columns), unique=unique, postgresql_concurrently=True)


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
