"""DuckDB: GROUP BY over a join, RANGE windows, and running sums with an ASOF join."""

from collections.abc import Callable, Iterator

import duckdb
import pandas as pd

from benchmarks.trailing.task import (
    ENTITIES,
    LONGEST,
    MEASURES,
    NO_GAP,
    STRENGTH,
    WEIGHTS,
    WINDOWS,
    Piece,
    Task,
    column,
    piece_of,
)

SumsOf = Callable[[str], str]
"""A query of the sums by key and day (n, s, h and a window's days; gap), given the entity."""

SUMMED = {"n": "count(*)", "s": "sum(value)", "h": "sum(hit)"}
DAILY = "key, day, " + ", ".join(f"{summed}::BIGINT AS {name}" for name, summed in SUMMED.items())


def one_day_grouped(task: Task) -> Iterator[Piece]:
    """Keep the history of the day's keys (semi join) and group it by key, with a FILTER a window."""
    sums = ", ".join(
        f"({summed} FILTER (day > {task.last - window}))::BIGINT AS {name}{window}"
        for window in WINDOWS
        for name, summed in SUMMED.items()
    )
    gap = f"{task.last} - max(day) FILTER (day < {task.last}) AS gap"

    def grouped(entity: str) -> str:
        return f"SELECT key, {task.last} AS day, {sums}, {gap} FROM ({_of_keys(task, entity)}) GROUP BY key"

    yield from _day(task, grouped)


def one_day_windows(task: Task) -> Iterator[Piece]:
    """Keep the history of the day's keys (semi join), sum it by key and day, use RANGE windows over the sums."""
    yield from _day(task, lambda entity: _ranges(_of_keys(task, entity)))


def one_year_grouped(task: Task) -> Iterator[Piece]:
    """Sum by key and day, join to each asked sum those of its last 365 days, group them with a FILTER a window."""
    sums = ", ".join(
        f"(sum(past.{name}) FILTER (past.day > asked.day - {window}))::BIGINT AS {name}{window}"
        for window in WINDOWS
        for name in SUMMED
    )

    def grouped(entity: str) -> str:
        return f"""
            WITH daily AS MATERIALIZED (SELECT {DAILY} FROM ({_keyed(entity)}) GROUP BY key, day)
            SELECT asked.key, asked.day, {sums}, asked.day - max(past.day) FILTER (past.day < asked.day) AS gap
            FROM daily AS asked
            JOIN daily AS past ON past.key = asked.key AND past.day BETWEEN asked.day - {LONGEST - 1} AND asked.day
            WHERE asked.day >= {task.first}
            GROUP BY asked.key, asked.day"""

    yield from _year(task, grouped)


def one_year_windows(task: Task) -> Iterator[Piece]:
    """Sum by key and day, use RANGE windows over the sums."""
    yield from _year(task, lambda entity: _ranges(_keyed(entity)))


def one_year_asof(task: Task) -> Iterator[Piece]:
    """Sum by key and day, look up running sums (ROWS UNBOUNDED PRECEDING) at each window's start (ASOF join)."""
    running = ", ".join(f"(sum({name}) OVER past)::BIGINT AS {name}" for name in SUMMED)
    sums = ", ".join(f"r.{name} - coalesce(r{w}.{name}, 0) AS {name}{w}" for w in WINDOWS for name in SUMMED)
    starts = " ".join(f"ASOF LEFT JOIN running r{w} ON r{w}.key = r.key AND r{w}.day <= r.day - {w}" for w in WINDOWS)

    def looked_up(entity: str) -> str:
        return f"""
            WITH daily AS (SELECT {DAILY} FROM ({_keyed(entity)}) GROUP BY key, day),
            running AS MATERIALIZED (
                SELECT key, day, {running}, day - lag(day) OVER past AS gap FROM daily
                WINDOW past AS (PARTITION BY key ORDER BY day ROWS UNBOUNDED PRECEDING))
            SELECT r.key, r.day, {sums}, r.gap FROM running r {starts} WHERE r.day >= {task.first}"""

    yield from _year(task, looked_up)


def _day(task: Task, sums: SumsOf) -> Iterator[Piece]:
    """Answer for the task's last day from the files themselves."""
    with _connected(task) as connection:
        connection.execute(f"CREATE TEMP VIEW stream AS {_files(task)} WHERE day > {task.last - LONGEST}")
        connection.execute(f"CREATE TEMP TABLE overall AS {_overall()}")
        for entity in ENTITIES:
            rows = connection.sql(f"{_measured(task, entity, sums(entity))} ORDER BY consignment").to_arrow_table()
            found = {name: rows[name].to_numpy() for name in rows.column_names}
            yield piece_of(task, found.pop("consignment"), found.pop("day"), found)


def _year(task: Task, sums: SumsOf) -> Iterator[Piece]:
    """Answer for all days of the task from a copy of the stream in DuckDB's own memory, read once."""
    with _connected(task) as connection:
        connection.execute(f"CREATE TEMP TABLE stream AS {_files(task)}")
        connection.execute(f"CREATE TEMP TABLE overall AS {_overall()}")
        for entity in ENTITIES:
            days = connection.sql(_digested(task, entity, sums(entity))).to_arrow_table()
            digests = days.drop_columns("sampled").to_pandas().set_index("day")
            sampled = days["sampled"].combine_chunks().flatten()
            rows = pd.DataFrame({field.name: sampled.field(field.name).to_numpy() for field in sampled.type})
            yield Piece(digests, rows.set_index("consignment"))


def _connected(task: Task) -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect(
        config={
            "threads": task.threads,
            "temp_directory": str(task.scratch),
            "preserve_insertion_order": False,
        }
    )
    connection.execute("SET enable_progress_bar = false")
    return connection


def _files(task: Task) -> str:
    return f"SELECT * FROM read_parquet({task.files()!r}, hive_partitioning = false)"


def _keyed(entity: str) -> str:
    return f"SELECT {entity} AS key, day, value, hit FROM stream"


def _of_keys(task: Task, entity: str) -> str:
    asked = f"SELECT {entity} FROM stream WHERE day = {task.last}"
    return f"SELECT {entity} AS key, day, value, hit FROM stream WHERE {entity} IN ({asked})"


def _spans(partition: str = "") -> str:
    return ", ".join(
        f"w{w} AS ({partition} ORDER BY day RANGE BETWEEN {w - 1} PRECEDING AND CURRENT ROW)" for w in WINDOWS
    )


def _ranges(events: str) -> str:
    sums = ", ".join(f"(sum({name}) OVER w{w})::BIGINT AS {name}{w}" for w in WINDOWS for name in SUMMED)
    return f"""
        SELECT key, day, {sums}, day - lag(day) OVER (PARTITION BY key ORDER BY day) AS gap
        FROM (SELECT {DAILY} FROM ({events}) GROUP BY key, day) WINDOW {_spans("PARTITION BY key")}"""


def _overall() -> str:
    shares = ", ".join(f"sum(hits) OVER w{w} / sum(events) OVER w{w} AS share{w}" for w in WINDOWS)
    daily = "SELECT day, count(*) AS events, sum(hit) AS hits FROM stream GROUP BY day"
    return f"SELECT day, {shares} FROM ({daily}) WINDOW {_spans()}"


def _measures(entity: str) -> dict[str, str]:
    """Return each column's formula over the sums, by name."""
    return {
        column(entity, measure, w): formula
        for w in WINDOWS
        for measure, formula in zip(
            MEASURES,
            (
                f"n{w}",
                f"s{w}",
                f"s{w} / n{w}",
                f"(h{w} + {STRENGTH} * share{w}) / (n{w} + {STRENGTH})",
                f"if(gap < {w}, gap, {NO_GAP})::BIGINT",
            ),
            strict=True,
        )
    }


def _measured(task: Task, entity: str, sums: str) -> str:
    """Return the query of the asked rows with their columns."""
    asked = f"SELECT consignment, day, {entity} AS key FROM stream WHERE day BETWEEN {task.first} AND {task.last}"
    names = ", ".join(f"{formula} AS {name}" for name, formula in _measures(entity).items())
    return f"""
        SELECT consignment, day, {names} FROM ({asked}) AS asked
        JOIN ({sums}) AS sums USING (key, day) JOIN overall USING (day)"""


def _digested(task: Task, entity: str, sums: str) -> str:
    """Return the query of the digests and the sampled rows, a row a day."""
    names = list(_measures(entity))
    types = {name: "DOUBLE" if "_mean_" in name or "_rate_" in name else "BIGINT" for name in names}
    weighted = {name: f"sum((1 + consignment % {WEIGHTS}) * {name})" for name in names}
    digests = ", ".join(f"{weighted[name]}::{types[name]} AS {name}" for name in names)
    row = ", ".join(f"'{name}': {name}" for name in ("consignment", *names))
    sampled = f"list({{{row}}}) FILTER (consignment % {task.sample} = 0) AS sampled"
    return f"SELECT day, {digests}, {sampled} FROM ({_measured(task, entity, sums)}) GROUP BY day"
