"""How the vessel of each voyage behaved on it, in four numbers."""

import numpy as np
import pandas as pd

from riskscore.geo.tracks import draught_changes, in_order, slow_spells, track_gaps, without_jumps

CONDUCT = ("longest_silence_hours", "silence_count", "slow_at_sea_hours", "draught_change_m")
"""Columns of `voyage_conduct`."""


def voyage_windows(calls: pd.DataFrame, until: pd.Timestamp) -> pd.DataFrame:
    """Return when each voyage is sailed, by what is known of its calls: voyage_id, vessel_imo, begin_at, end_at.

    It begins when its first call was, or is to be, left, and ends at `until` at the latest. `calls` is one row a call,
    columns of a port call.
    """
    left = calls["actual_departure_at"].fillna(calls["planned_departure_at"])
    came = calls["actual_arrival_at"].fillna(calls["planned_arrival_at"])
    timed = calls[["voyage_id", "vessel_imo"]].assign(left=left, came=came)
    windows = timed.groupby("voyage_id", as_index=False).agg(
        vessel_imo=("vessel_imo", "last"), begin_at=("left", "min"), end_at=("came", "max")
    )
    windows["end_at"] = windows["end_at"].where(windows["end_at"] < until, until)
    return windows


def voyage_track(positions: pd.DataFrame, calls: pd.DataFrame, until: pd.Timestamp) -> pd.DataFrame:
    """Return the positions on each voyage up to `until`, by voyage and time, impossible jumps left out.

    Columns of `in_order` by voyage_id. A vessel's positions before a voyage and after it belong to another.
    """
    windows = voyage_windows(calls, until)
    sailed = positions.merge(windows, on="vessel_imo")
    inside = (sailed["at"] >= sailed["begin_at"]) & (sailed["at"] <= sailed["end_at"])
    columns = ["voyage_id", "at", "lat", "lon", "speed_kn", "draught_m", "status"]
    return without_jumps(in_order(sailed.loc[inside, columns], "voyage_id"), "voyage_id")


def voyage_conduct(positions: pd.DataFrame, calls: pd.DataFrame, until: pd.Timestamp) -> pd.DataFrame:
    """Return CONDUCT for each voyage with a known position, indexed by voyage_id.

    `positions` has vessel_imo, at, lat, lon, speed_kn, draught_m and status, `calls` the columns of a port call, one
    row a call; nothing after `until` counts. A voyage without gap, slow spell or change of draught has 0, one
    without any position no row.
    """
    track = voyage_track(positions, calls, until)
    gaps = track_gaps(track, "voyage_id").groupby("voyage_id")["hours"].agg(["max", "size"])
    slow = slow_spells(track, "voyage_id").groupby("voyage_id")["hours"].sum()
    called = calls.rename(columns={"actual_arrival_at": "arrival_at", "actual_departure_at": "departure_at"})
    known = called[called["arrival_at"].notna() | called["departure_at"].notna()]
    changes = draught_changes(track, known, "voyage_id")
    step = changes["change_m"].abs().groupby(changes["voyage_id"]).max()
    voyages = pd.Index(track["voyage_id"].unique(), name="voyage_id", dtype="str")
    said = {
        "longest_silence_hours": gaps["max"],
        "silence_count": gaps["size"],
        "slow_at_sea_hours": slow,
        "draught_change_m": step,
    }
    known_of = {name: one.reindex(voyages).fillna(0).astype(np.float64) for name, one in said.items()}
    return pd.DataFrame(known_of, voyages)
