"""How a vessel sailed on one voyage: the track from known positions, and what on it is worth asking about."""

from datetime import timedelta
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from riskscore import geo
from riskscore.desk.case import DraughtChange, Fix, Sailed, Silence, SlowSpell, Spot
from riskscore.desk.door import Desk
from riskscore.desk.papers import newest, number
from riskscore.reference import locodes
from riskscore.steps import open_workspace

MOST_POINTS = 200
"""Positions of a track that a page draws."""
LAST_DAYS = timedelta(days=2)
"""Where the archive told nothing for so long, it is the archive that is silent."""
COLUMNS = ["vessel_imo", "at", "lat", "lon", "speed_kn", "draught_m", "status"]
LINEAGE = ["known_day", "delivery_number", "row_number"]
NOTHING = Sailed((), (), (), (), None, None, None, None)


def sailed(desk: Desk, calls: pd.DataFrame, legs: list[npt.NDArray[np.float64]]) -> Sailed:
    """Return how the vessel of these calls (one voyage, newest versions) sailed up to now, as far as positions tell.

    `legs` are the planned lanes; a position is off the lane by its distance to the nearest of them.
    """
    if calls.empty:
        return NOTHING
    windows, now = geo.voyage_windows(calls), pd.Timestamp(desk.now())
    positions = _positions(desk, windows)
    mine = windows.whose(positions, now.value // 1000) == 0
    track = geo.in_order(positions[mine])
    if track.empty:
        return NOTHING
    heard_until = min(_newest_position(desk), now, pd.Timestamp(int(windows.end[0]), unit="us", tz="UTC"))
    gaps = geo.track_gaps(track, until=heard_until.to_pydatetime())
    times = {"actual_arrival_at": "arrival_at", "actual_departure_at": "departure_at"}
    changes = geo.draught_changes(track, calls.rename(columns=times))
    line = track[["lat", "lon"]].to_numpy(dtype=np.float64)
    at_sea = track["speed_kn"].to_numpy(dtype=np.float64)
    fast = at_sea[at_sea >= geo.SLOW_KN]
    return Sailed(
        track=_thinned(track, gaps),
        silences=tuple(_silence(gap, heard_until) for gap in gaps.to_dict("records")),
        slow=tuple(_slow(spell) for spell in geo.slow_spells(track).to_dict("records")),
        draughts=tuple(_draught(change) for change in changes.to_dict("records")),
        km=float(geo.along_km(line)[-1]),
        usual_kn=float(np.median(fast)) if len(fast) else None,
        fastest_kn=float(fast.max()) if len(fast) else None,
        off_lane=_off_lane(track, legs),
    )


def _positions(desk: Desk, windows: geo.Windows) -> pd.DataFrame:
    """Return the newest version of every position of the voyage's vessel in its days."""
    begin = pd.Timestamp(int(windows.begin[0]), unit="us")
    rows = open_workspace(desk.settings).lake.read(
        "position",
        since=(begin - timedelta(days=1)).date(),
        until=desk.now().date(),
        columns=[*COLUMNS, *LINEAGE],
        among={"vessel_imo": list(windows.vessels)},
    )
    return newest(rows, ["vessel_imo", "at"])[COLUMNS]


def _newest_position(desk: Desk) -> pd.Timestamp:
    """Return the instant up to which the archive has told us of any vessel: who is silent is silent until then."""
    today = desk.now().date()
    told = open_workspace(desk.settings).lake.read("position", since=today - LAST_DAYS, until=today, columns=["at"])
    return pd.Timestamp(told["at"].max()) if len(told) else pd.Timestamp(0, tz="UTC")


def _thinned(track: pd.DataFrame, gaps: pd.DataFrame) -> tuple[Fix, ...]:
    """Return at most MOST_POINTS of the positions: the ends of silences, first and last, and evenly of the others."""
    ends = track["at"].isin(gaps["start_at"]) | track["at"].isin(gaps["end_at"])
    kept = np.unique([0, len(track) - 1, *np.flatnonzero(ends.to_numpy())])
    if len(kept) < MOST_POINTS:
        spread = np.linspace(0, len(track) - 1, min(len(track), MOST_POINTS - len(kept))).round().astype(np.int64)
        kept = np.union1d(kept, spread)
    return tuple(
        Fix(row["at"].to_pydatetime(), row["lat"], row["lon"], number(row["speed_kn"]))
        for row in track.iloc[kept[:MOST_POINTS]].to_dict("records")
    )


def _silence(gap: dict[Any, Any], until: pd.Timestamp) -> Silence:
    is_open = bool(np.isnan(gap["end_lat"]) and gap["end_at"] == until)
    end = None if is_open else _spot(gap["end_lat"], gap["end_lon"])
    start, ended = gap["start_at"].to_pydatetime(), gap["end_at"].to_pydatetime()
    return Silence(start, ended, gap["hours"], _spot(gap["lat"], gap["lon"]), end, number(gap["km"]))


def _slow(spell: dict[Any, Any]) -> SlowSpell:
    spot = Spot(spell["lat"], spell["lon"], spell["port"], _name(spell["port"]), spell["port_km"])
    return SlowSpell(
        spell["start_at"].to_pydatetime(), spell["end_at"].to_pydatetime(), spell["hours"], spell["speed_kn"], spot
    )


def _draught(change: dict[Any, Any]) -> DraughtChange:
    before, after = change["before_at"].to_pydatetime(), change["after_at"].to_pydatetime()
    return DraughtChange(before, after, change["before_m"], change["after_m"], _spot(change["lat"], change["lon"]))


def _off_lane(track: pd.DataFrame, legs: list[npt.NDArray[np.float64]]) -> float | None:
    """Return the largest distance (km) of a position from the lane nearest to it; None without a lane."""
    lat, lon = track["lat"].to_numpy(dtype=np.float64), track["lon"].to_numpy(dtype=np.float64)
    off = [geo.off_line_km(lat, lon, leg) for leg in legs if len(leg) > 1]
    return float(np.min(off, axis=0).max()) if off else None


def _spot(lat: float, lon: float) -> Spot:
    near = geo.nearest_port(pd.Series([lat]), pd.Series([lon])).iloc[0]
    return Spot(lat, lon, str(near["locode"]), _name(str(near["locode"])), float(near["distance_km"]))


def _name(locode: str) -> str:
    named = locodes()
    return str(named.at[locode, "name"]) if locode in named.index else locode
