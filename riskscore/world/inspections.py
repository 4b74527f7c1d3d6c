"""Inspections as units report them: one row per stop, with a second version when the laboratory has answered."""

import numpy as np
import pandas as pd

from riskscore.world.arrays import Index
from riskscore.world.chance import draw
from riskscore.world.clock import DAY, HOUR, business_day, day_number, timestamps
from riskscore.world.examine import CARGO, SMUGGLING, examine
from riskscore.world.spec import WorldSpec

DECIDED_HOURS = (7.0, 15.0)
EXAMINED_HOURS = (4.0, 28.0)
"""A container is examined this long after it was stopped and came off the ship."""
PAPERWORK_SHARE, PAPERWORK_DAYS = 0.04, 5.0
"""Reports that stay on a desk, and for how long at most."""
LABORATORY_DAYS = (3.0, 9.0)
FINDING = ["substance", "quantity_kg", "concealment"]
COLUMNS = [
    "inspection_id", "container_number", "voyage_id", "unit", "decided_at", "decided_by", "selection_probability",
    "examined_at", "method", "outcome", "reason_code", *FINDING, "delivered_on", "version",
]  # fmt: skip


def make_inspections(spec: WorldSpec, truth: pd.DataFrame, stops: pd.DataFrame) -> pd.DataFrame:
    """Return one row per version of each legacy inspection decided before the live days, in order of delivery.

    Columns: those of an inspection, delivered_on (day number), version. Nobody looked into the other containers.
    """
    legacy = stops.loc[stops["day"] < spec.days - spec.live_days].drop(columns="unit")
    stopped = legacy.merge(truth, on="thing", validate="one_to_one")
    stopped["decided_on"] = stopped["day"] + day_number(spec.start)
    stopped = stopped.sort_values(["decided_on", "unit", "thing"], ignore_index=True)
    number = (stopped.groupby("unit").cumcount() + 1).astype("str").str.zfill(6)
    stopped["inspection_id"] = stopped["unit"] + "-" + str(spec.start.year) + "-" + number
    told = report(spec, stopped)
    last = day_number(spec.start) + spec.days
    return told[told["delivered_on"] < last].reset_index(drop=True)


def report(spec: WorldSpec, stopped: pd.DataFrame) -> pd.DataFrame:
    """Return the reports on stopped containers, in order of delivery.

    `stopped` has inspection_id, the columns of truth, decided_on (day number), decided_by and selection_probability.
    The same container gives the same outcome whoever stopped it.
    """
    thing = stopped["thing"].to_numpy(dtype=np.int64)
    hidden = _numbers(stopped["method"], SMUGGLING)
    cargo = _numbers(stopped["cargo"], CARGO)
    shown = examine(spec.seed, thing, cargo, hidden)
    examined = shown["method"].notna()
    decided = stopped["decided_on"].to_numpy() * DAY + _between(spec, "decided", thing, DECIDED_HOURS, HOUR)
    arrived = stopped["arrived_at"].astype("datetime64[s, UTC]").astype("int64").to_numpy()
    looked = np.maximum(decided, arrived) + _between(spec, "examined", thing, EXAMINED_HOURS, HOUR)
    late = draw(spec.seed, "paperwork", thing) < PAPERWORK_SHARE
    told = looked + HOUR + late * _between(spec, "desk", thing, (0.0, PAPERWORK_DAYS), DAY)
    table = stopped.drop(columns="method").assign(
        **shown,
        decided_at=timestamps(decided),
        examined_at=timestamps(looked).where(examined),
        delivered_on=business_day(told, spec.cutoff_hour),
        version=1,
    )
    return pd.concat([table, _laboratory(spec, table)], ignore_index=True).pipe(_only_what_was_found)


def _laboratory(spec: WorldSpec, table: pd.DataFrame) -> pd.DataFrame:
    """Return second versions of the inconclusive ones, with the laboratory's answer."""
    answered = table[table["later_outcome"].notna()].copy()
    days = _between(spec, "laboratory", answered["thing"].to_numpy(), LABORATORY_DAYS, 1)
    return answered.assign(outcome=answered["later_outcome"], version=2, delivered_on=answered["delivered_on"] + days)


def _only_what_was_found(table: pd.DataFrame) -> pd.DataFrame:
    found = table["outcome"] == "contraband"
    for name in FINDING:
        table[name] = table[name].where(found)
    order = ["delivered_on", "decided_at", "inspection_id", "version"]
    return table.sort_values(order, kind="stable", ignore_index=True)[COLUMNS]


def _between(spec: WorldSpec, purpose: str, things: Index, bounds: tuple[float, float], unit: int) -> Index:
    """Return a whole number of seconds (or of `unit` 1) between two bounds given in units."""
    low, high = bounds
    return np.floor((low + (high - low) * draw(spec.seed, purpose, things)) * unit).astype(np.int64)


def _numbers(names: pd.Series, known: tuple[str, ...]) -> Index:
    """Return the position of each name among the known ones, HONEST (-1) for a missing one."""
    return np.asarray(pd.Categorical(names, categories=list(known)).codes, dtype=np.int64)
