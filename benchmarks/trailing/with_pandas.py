"""pandas over the full history."""

from collections.abc import Iterator

import numpy as np
import pandas as pd
import pyarrow.parquet as pq

from benchmarks.trailing.stream import Numbers
from benchmarks.trailing.task import (
    ENTITIES,
    LONGEST,
    WINDOWS,
    Piece,
    Sums,
    Task,
    measured,
    overall_shares,
    piece_of,
)

SUMMED = ["events", "value", "hit"]


def one_day(task: Task) -> Iterator[Piece]:
    """Keep the history of the day's keys (`isin`) and group it by key, once a window."""
    history = _read(task)
    asked = history[history["day"] == task.last]
    for entity in ENTITIES:
        of_keys = history[history[entity].isin(asked[entity])]
        sums = {w: of_keys[of_keys["day"] > task.last - w].groupby(entity)[SUMMED].sum() for w in WINDOWS}
        last = of_keys[of_keys["day"] < task.last].groupby(entity)["day"].max()
        of_rows = {window: _columns(found.loc[asked[entity]]) for window, found in sums.items()}
        yield _piece(task, history, asked, (entity, of_rows, asked[entity].map(last)))


def one_year(task: Task) -> Iterator[Piece]:
    """Look up running sums (`groupby.cumsum`) at both ends of every window (`merge_asof` by key)."""
    history = _read(task)
    asked = history[history["day"] >= task.first]
    for entity in ENTITIES:
        running = history[[entity, "day"]].join(history.groupby(entity, sort=False)[SUMMED].cumsum())
        last = _looked_up(asked, running[[entity, "day"]], entity, ago=1)["day"]
        until = _looked_up(asked, running, entity, ago=0)
        sums = {
            w: _columns(until[SUMMED] - _looked_up(asked, running, entity, ago=w)[SUMMED].fillna(0)) for w in WINDOWS
        }
        yield _piece(task, history, asked, (entity, sums, last))


def one_year_rolling(task: Task) -> Iterator[Piece]:
    """Sum by key and day, then use `groupby.rolling` over as many days, once a window."""
    history = _read(task)
    asked = history[history["day"] >= task.first]
    for entity in ENTITIES:
        daily = history.groupby([entity, "day"], as_index=False)[SUMMED].sum()
        daily["at"] = pd.to_datetime(daily["day"], unit="D")
        rolling = {w: daily.groupby(entity).rolling(f"{w}D", on="at")[SUMMED].sum() for w in WINDOWS}
        places = asked[[entity, "day"]].merge(daily[[entity, "day"]].reset_index(), on=[entity, "day"])["index"]
        sums = {w: _columns(found.iloc[places].round()) for w, found in rolling.items()}
        last = daily.groupby(entity)["day"].shift().iloc[places]
        yield _piece(task, history, asked, (entity, sums, last))


def _read(task: Task) -> pd.DataFrame:
    rows: pd.DataFrame = pq.read_table(task.files(), partitioning=None, memory_map=True).to_pandas()
    return rows.assign(events=np.int64(1), hit=rows["hit"].astype(np.int64))


def _looked_up(asked: pd.DataFrame, running: pd.DataFrame, entity: str, *, ago: int) -> pd.DataFrame:
    """Return what ran up to as many days before each row's own day, in order of the rows."""
    at = asked[[entity]].assign(at=asked["day"].to_numpy() - np.int32(ago))
    return pd.merge_asof(at, running, left_on="at", right_on="day", by=entity)


def _columns(sums: pd.DataFrame) -> Sums:
    count, value, hits = (sums[name].to_numpy(dtype=np.int64) for name in SUMMED)
    return count, value, hits


def _piece(
    task: Task, history: pd.DataFrame, asked: pd.DataFrame, found: tuple[str, dict[int, Sums], pd.Series]
) -> Piece:
    entity, sums, last = found
    days = asked["day"].to_numpy()
    shares = overall_shares(history["day"].to_numpy(), history["hit"].to_numpy(), days)
    since: Numbers = (days - last.to_numpy(dtype=np.float64, na_value=-LONGEST)).astype(np.int64)
    return piece_of(task, asked["consignment"].to_numpy(), days, measured(entity, sums, since, shares))
