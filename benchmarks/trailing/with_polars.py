"""Polars: grouping with filters, and rolling windows."""

from collections.abc import Callable, Iterator

import pandas as pd
import polars as pl

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

SUMMED = {"n": pl.len().cast(pl.Int64), "s": pl.col("value").sum(), "h": pl.col("hit").cast(pl.Int64).sum()}
NAMES = list(SUMMED)
DAY, KEY = pl.col("day"), pl.col("key")


def one_day(task: Task) -> Iterator[Piece]:
    """Keep the history of the day's keys (semi join) and group it by key, with a filter a window."""
    stream = _scanned(task)
    shares = _overall(stream).lazy()
    for entity in ENTITIES:
        keyed = stream.select("consignment", "day", "value", "hit", key=entity)
        asked = keyed.filter(task.last == DAY)
        sums = keyed.filter(task.last - LONGEST < DAY).join(asked.select("key").unique(), on="key", how="semi")
        grouped = sums.group_by("key").agg(*_filtered(task), gap=task.last - DAY.filter(task.last > DAY).max())
        rows = asked.select("consignment", "day", "key").join(grouped, on="key").join(shares, on="day")
        found = rows.select("consignment", "day", **_measures(entity)).sort("consignment").collect(engine="streaming")
        columns = {name: found[name].to_numpy() for name in found.columns}
        yield piece_of(task, columns.pop("consignment"), columns.pop("day"), columns)


def one_year(task: Task) -> Iterator[Piece]:
    """Sum by key and day, then use `rolling` over as many days by key, once a window."""
    yield from _year(task, _rolling)


def one_year_asof(task: Task) -> Iterator[Piece]:
    """Sum by key and day, look up running sums (`cum_sum` by key) at each window's start (`join_asof` by key)."""
    yield from _year(task, _asof)


def _year(task: Task, windows: Callable[[pl.DataFrame], pl.LazyFrame]) -> Iterator[Piece]:
    stream = _scanned(task).collect().lazy()
    shares = _overall(stream).lazy()
    for entity in ENTITIES:
        keyed = stream.select("consignment", "day", "value", "hit", key=entity)
        daily = keyed.group_by("key", "day").agg(**SUMMED).sort("key", "day").collect(engine="streaming")
        asked = keyed.filter(task.first <= DAY).select("consignment", "day", "key")
        rows = asked.join(windows(daily), on=["key", "day"]).join(shares, on="day")
        found = rows.select("consignment", "day", **_measures(entity))
        names = pl.exclude("consignment", "day")
        digests = found.group_by("day").agg((names * (1 + pl.col("consignment") % WEIGHTS)).sum())
        sampled = found.filter(pl.col("consignment") % task.sample == 0).drop("day")
        both = pl.collect_all([digests, sampled], engine="streaming")
        yield Piece(_indexed(both[0], "day"), _indexed(both[1], "consignment"))


def _rolling(daily: pl.DataFrame) -> pl.LazyFrame:
    """Return the sums of every window and the gap, in the order of `daily`."""
    gap = pl.when(KEY.shift(1) == KEY).then(DAY - DAY.shift(1)).alias("gap")
    frames = [daily.lazy().select("key", "day", gap)]
    for window in WINDOWS:
        rolling = daily.lazy().rolling("day", period=f"{window}i", group_by="key")
        frames.append(rolling.agg(pl.col(NAMES).sum().name.suffix(str(window))).drop("key", "day"))
    return pl.concat(frames, how="horizontal")


def _asof(daily: pl.DataFrame) -> pl.LazyFrame:
    """Return the same from running sums: those at the end of a day less those at the end of the window's eve."""
    running = daily.lazy().select("key", "day", pl.col(NAMES).cum_sum().over("key"))
    gap = pl.when(KEY.shift(1) == KEY).then(DAY - DAY.shift(1)).alias("gap")
    frames = [running.select("key", "day", gap)]
    for window in WINDOWS:
        until = running.with_columns(eve=DAY - window)
        looked = until.join_asof(
            running, left_on="eve", right_on="day", by="key", suffix="_eve", check_sortedness=False
        )
        frames.append(looked.select((pl.col(n) - pl.col(f"{n}_eve").fill_null(0)).alias(f"{n}{window}") for n in NAMES))
    return pl.concat(frames, how="horizontal")


def _scanned(task: Task) -> pl.LazyFrame:
    return pl.scan_parquet(task.files(), hive_partitioning=False)


def _overall(stream: pl.LazyFrame) -> pl.DataFrame:
    daily = stream.group_by("day").agg(events=pl.len(), hits=pl.col("hit").cast(pl.Int64).sum()).sort("day")
    hits, events = pl.col("hits"), pl.col("events")
    shares = {f"share{w}": hits.rolling_sum_by("day", f"{w}i") / events.rolling_sum_by("day", f"{w}i") for w in WINDOWS}
    return daily.select("day", **shares).collect()


def _filtered(task: Task) -> Iterator[pl.Expr]:
    for window in WINDOWS:
        alive = task.last - window < DAY
        yield alive.sum().cast(pl.Int64).alias(f"n{window}")
        yield pl.col("value").filter(alive).sum().alias(f"s{window}")
        yield pl.col("hit").filter(alive).cast(pl.Int64).sum().alias(f"h{window}")


def _measures(entity: str) -> dict[str, pl.Expr]:
    """Return each column's formula over the sums, by name."""
    found = {}
    for window in WINDOWS:
        count, value, hits = (pl.col(f"{name}{window}") for name in NAMES)
        rate = (hits + STRENGTH * pl.col(f"share{window}")) / (count + STRENGTH)
        gap = pl.when(pl.col("gap") < window).then("gap").otherwise(NO_GAP).cast(pl.Int64)
        for measure, formula in zip(MEASURES, (count, value, value / count, rate, gap), strict=True):
            found[column(entity, measure, window)] = formula
    return found


def _indexed(found: pl.DataFrame, index: str) -> pd.DataFrame:
    return pd.DataFrame({name: found[name].to_numpy() for name in found.columns}).set_index(index)
