"""Many rows at once: COPY where PostgreSQL's driver gives it, one prepared statement elsewhere."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, TypeVar

from sqlalchemy import Column, Connection, Dialect, Integer, MetaData, Table, insert, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from riskscore.store.records import Base
from riskscore.store.refusals import translated

WORTH_COPYING = 300
"""Rows from which on COPY pays for the table it needs (`python -m benchmarks.bulk_writes` prints it)."""
VALUES_AT_ONCE = 400
"""Values looked up in one statement, at most: databases limit how many one may have."""
ORDER = "order_given"
T = TypeVar("T")
Row = Mapping[str, Any]


def insert_rows(session: Session, model: type[Base], rows: Sequence[Row], *, unless: Sequence[str] = ()) -> None:
    """Insert many rows, numbered in the order given.

    `unless` names the columns of a key: rows whose key is there already are left out. Every row has the keys of the
    first; what they leave out gets its default. Raises IntegrityError where a row cannot stand beside the others.
    """
    if not rows:
        return
    session.flush()
    connection = session.connection()
    table = model.metadata.tables[model.__tablename__]
    if connection.dialect.name == "postgresql" and len(rows) >= WORTH_COPYING:
        _copy(connection, table, rows, unless)
    else:
        _execute(connection, table, rows, unless)


def _execute(connection: Connection, table: Table, rows: Sequence[Row], unless: Sequence[str]) -> None:
    written = [dict(row) for row in rows]
    if not unless:
        connection.execute(insert(table), written)
    elif connection.dialect.name == "postgresql":
        connection.execute(postgresql.insert(table).on_conflict_do_nothing(index_elements=unless), written)
    else:
        connection.execute(sqlite.insert(table).on_conflict_do_nothing(index_elements=unless), written)


def _copy(connection: Connection, table: Table, rows: Sequence[Row], unless: Sequence[str]) -> None:
    """Copy into a table of this transaction, then insert from it: constraints, defaults and policies hold as ever."""
    columns = _columns(table, rows[0])
    waiting = Table(
        f"copied_{table.name}",
        MetaData(),
        Column(ORDER, Integer),
        *(Column(column.name, column.type) for column in columns),
        prefixes=["TEMPORARY"],
        postgresql_on_commit="DROP",
    )
    waiting.create(connection)
    quote = connection.dialect.identifier_preparer.quote
    cursor: Any = connection.connection.cursor()
    command = f"COPY {quote(waiting.name)} ({', '.join(map(quote, waiting.columns.keys()))}) FROM STDIN"
    with translated(connection), cursor.copy(command) as copy:
        for written in _as_written(rows, columns, connection.dialect):
            copy.write_row(written)
    names = [column.name for column in columns]
    statement = postgresql.insert(table).from_select(
        names, select(*(waiting.columns[name] for name in names)).order_by(waiting.columns[ORDER])
    )
    connection.execute(statement.on_conflict_do_nothing(index_elements=unless) if unless else statement)
    waiting.drop(connection)


def _columns(table: Table, row: Row) -> list[Column[Any]]:
    """Return the columns that a row names, and those that have a default of ours; the rest the database fills."""
    if unknown := row.keys() - table.columns.keys():
        raise KeyError(f"table {table.name} has no column {', '.join(sorted(unknown))}")
    return [column for column in table.columns if column.name in row or column.default is not None]


def _as_written(rows: Iterable[Row], columns: Sequence[Column[Any]], dialect: Dialect) -> Iterable[list[Any]]:
    makers = [_maker(column, dialect) for column in columns]
    for number, row in enumerate(rows):
        yield [number, *(make(row) for make in makers)]


def _maker(column: Column[Any], dialect: Dialect) -> Callable[[Row], Any]:
    """Return what makes a column's value of a row, as the driver wants it."""
    name, default = column.name, getattr(column.default, "arg", None)
    process: Callable[[Any], Any] | None = column.type.dialect_impl(dialect).bind_processor(dialect)
    if process is None:
        return lambda row: row.get(name, default)
    prepared = process
    return lambda row: prepared(row.get(name, default))


def pieces(values: Sequence[T]) -> list[Sequence[T]]:
    """Cut values into pieces of as many as one statement looks up."""
    return [values[start : start + VALUES_AT_ONCE] for start in range(0, len(values), VALUES_AT_ONCE)]
