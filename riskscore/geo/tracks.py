"""What a vessel's positions say of how it sailed: silences, slow steaming at sea, draught, speed."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from riskscore.geo.great_circle import great_circle_km
from riskscore.geo.nearest import nearest_port

KM_PER_NAUTICAL_MILE = 1.852
"""Exactly (BIPM, The International System of Units, 9th edition, table 8); a knot is one an hour."""
SILENT_HOURS = 12.0
"""A longer silence under way is a gap (as in Welch et al., Hot spots of unseen fishing vessels, Sci. Adv. 8, 2022)."""
AT_REST = (1, 5, 6)
"""Navigational status at anchor, moored, aground (Recommendation ITU-R M.1371, message 1)."""
REST_KN, REST_KM = 0.5, 20.0
"""A vessel slower than this lies still; one that lay still and is found so near again was not under way."""
SLOW_KN = 5.0
"""A container ship does 12 kn and more at sea; below this something is lowered, lifted, awaited or repaired."""
PORT_KM = 20 * KM_PER_NAUTICAL_MILE
"""So near to a seaport a slow vessel waits for its berth."""
SLOW_HOURS = 2.0
"""A slow spell shorter than this is left out."""
DRAUGHT_STEP_M = 0.5
"""A smaller change is fuel burnt, ballast, or the rounding of what the crew types in."""
DRAUGHT_HOURS = 36.0
"""So long before and after a call a change of draught is its loading: crews type the new value in late."""

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]


def in_order(positions: pd.DataFrame, by: str = "vessel_imo") -> pd.DataFrame:
    """Return positions by vessel and time, as the functions below want them; those without a place are left out.

    Columns: `by`, at (UTC), lat, lon (degrees), speed_kn, draught_m (both may be missing), status (0..15 or missing).
    """
    placed = positions[positions["lat"].notna() & positions["lon"].notna()]
    return placed.sort_values([by, "at"], ignore_index=True, kind="stable")


def sailed_speed_kn(track: pd.DataFrame, by: str = "vessel_imo") -> Floats:
    """Return the mean speed (kn) over the great circle from each position's predecessor; NaN for a vessel's first."""
    hours, km, follows = _steps(track, by)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(follows & (hours > 0), km / KM_PER_NAUTICAL_MILE / hours, np.nan)


def without_jumps(track: pd.DataFrame, by: str = "vessel_imo", *, max_kn: float = 60.0) -> pd.DataFrame:
    """Return the track without positions that neither neighbour can be reached from at `max_kn`: no vessel was there.

    A vessel's first and last position are judged once those between them are: by the one neighbour they then have.
    """
    within = track[~_out_of_reach(track, by, max_kn, at_ends=False)].reset_index(drop=True)
    kept: pd.DataFrame = within[~_out_of_reach(within, by, max_kn, at_ends=True)].reset_index(drop=True)
    return kept


def _out_of_reach(track: pd.DataFrame, by: str, max_kn: float, *, at_ends: bool) -> Flags:
    speed = sailed_speed_kn(track, by)
    onward = np.append(speed[1:], np.nan)[: len(track)]
    is_end = np.isnan(speed) | np.isnan(onward)
    return np.asarray(
        (is_end == at_ends) & ~(speed <= max_kn) & ~(onward <= max_kn) & ~(np.isnan(speed) & np.isnan(onward))
    )


def track_gaps(track: pd.DataFrame, by: str = "vessel_imo", *, until: datetime | None = None) -> pd.DataFrame:
    """Return the silences of more than SILENT_HOURS under way, in order.

    Columns: `by`, start_at, end_at, hours, lat, lon (where it fell silent), end_lat, end_lon (where it was heard
    again), km between. With `until`, a vessel that is silent up to then and was under way has such a row too, without
    end_lat, end_lon and km. A vessel that lay still and is found again within REST_KM was not under way.
    """
    hours, km, follows = _steps(track, by)
    still = _lies_still(track)
    before = np.append(False, still[:-1])
    found = np.flatnonzero(follows & (hours > SILENT_HOURS) & ~(before & (km < REST_KM)))
    gaps = _between(track, by, found).assign(hours=hours[found], km=km[found])
    if until is None:
        return gaps
    last = np.flatnonzero(np.append(~follows[1:], True)[: len(track)] & ~still)
    waited = pd.Timestamp(until) - track["at"].take(last)
    open_hours = waited.dt.total_seconds().to_numpy(dtype=np.float64) / 3600
    silent = last[open_hours > SILENT_HOURS]
    open_gaps = _between(track, by, silent + 1).assign(hours=open_hours[open_hours > SILENT_HOURS], km=np.nan)
    open_gaps = open_gaps.assign(end_at=pd.Timestamp(until), end_lat=np.nan, end_lon=np.nan)
    together = pd.concat([gaps, open_gaps.astype(gaps.dtypes)], ignore_index=True) if len(open_gaps) else gaps
    return together.sort_values([by, "start_at"], ignore_index=True, kind="stable")


def slow_spells(track: pd.DataFrame, by: str = "vessel_imo") -> pd.DataFrame:
    """Return the spells in which a vessel under way was slower than SLOW_KN, more than PORT_KM from any seaport.

    Columns: `by`, start_at, end_at (first and last slow position), hours, lat, lon and speed_kn (of the slowest), port
    (the seaport nearest to that place) and port_km. A position stands for half the time to each of its neighbours, at
    most half of SILENT_HOURS; speed is the one over ground as reported, or the one sailed where it is missing.
    """
    hours, _, follows = _steps(track, by)
    speed = track["speed_kn"].to_numpy(dtype=np.float64)
    speed = np.where(np.isnan(speed), sailed_speed_kn(track, by), speed)
    is_slow = (speed < SLOW_KN) & ~_status(track, AT_REST)
    near = np.flatnonzero(is_slow)
    place = nearest_port(track["lat"].take(near), track["lon"].take(near))
    at_sea = place[place["distance_km"].to_numpy() > PORT_KM]
    slow = at_sea.index.to_numpy()
    half = np.where(follows, np.minimum(hours, SILENT_HOURS), 0.0) / 2
    weight = half + np.append(half[1:], 0.0)
    run_on = follows & (hours <= SILENT_HOURS)
    starts = np.append(True, (np.diff(slow) > 1) | ~run_on[slow[1:]])[: len(slow)]
    rows = pd.DataFrame({"spell": np.cumsum(starts), "row": slow, "hours": weight[slow], "speed_kn": speed[slow]})
    spells = rows.groupby("spell").agg(first=("row", "min"), last=("row", "max"), hours=("hours", "sum"))
    slowest = rows.loc[rows.groupby("spell")["speed_kn"].idxmin().to_numpy(), ["row", "speed_kn"]]
    where = track.take(slowest["row"].to_numpy())
    found = pd.DataFrame(
        {
            by: track[by].take(spells["first"].to_numpy()).to_numpy(),
            "start_at": track["at"].take(spells["first"].to_numpy()).array,
            "end_at": track["at"].take(spells["last"].to_numpy()).array,
            "hours": spells["hours"].to_numpy(),
            "lat": where["lat"].to_numpy(),
            "lon": where["lon"].to_numpy(),
            "speed_kn": slowest["speed_kn"].to_numpy(),
            "port": place["locode"].loc[slowest["row"]].to_numpy(),
            "port_km": place["distance_km"].loc[slowest["row"]].to_numpy(),
        }
    )
    return found[found["hours"] >= SLOW_HOURS].reset_index(drop=True)


def draught_changes(track: pd.DataFrame, calls: pd.DataFrame, by: str = "vessel_imo") -> pd.DataFrame:
    """Return the changes of draught of DRAUGHT_STEP_M and more that no call explains.

    `calls` has `by`, arrival_at and departure_at (UTC; one may be missing). A call explains a change between positions
    one of which lies within DRAUGHT_HOURS of it. Columns: `by`, before_at, after_at, before_m, after_m, change_m, and
    lat, lon where the new draught was first told.
    """
    told = track[track["draught_m"].notna()].reset_index(drop=True)
    draught = told["draught_m"].to_numpy(dtype=np.float64)
    _, _, follows = _steps(told, by)
    step = np.append(0.0, np.diff(draught))[: len(told)]
    changed = np.flatnonzero(follows & (np.abs(step) >= DRAUGHT_STEP_M - 1e-9))
    found = pd.DataFrame(
        {
            by: told[by].take(changed).to_numpy(),
            "before_at": told["at"].take(changed - 1).array,
            "after_at": told["at"].take(changed).array,
            "before_m": draught[changed - 1],
            "after_m": draught[changed],
            "change_m": step[changed],
            "lat": told["lat"].to_numpy()[changed],
            "lon": told["lon"].to_numpy()[changed],
        }
    )
    return found[~_explained(found, calls, by)].reset_index(drop=True)


def _explained(changes: pd.DataFrame, calls: pd.DataFrame, by: str) -> Flags:
    """Tell of each change whether a call of its vessel lies near it in time."""
    if changes.empty or calls.empty:
        return np.zeros(len(changes), dtype=bool)
    around = pd.Timedelta(hours=DRAUGHT_HOURS)
    begin = calls["arrival_at"].fillna(calls["departure_at"]) - around
    end = calls["departure_at"].fillna(calls["arrival_at"]) + around
    near = changes.reset_index()[["index", by, "before_at", "after_at"]].merge(
        pd.DataFrame({by: calls[by], "begin": begin, "end": end}), on=by
    )
    hit = near.loc[(near["after_at"] >= near["begin"]) & (near["before_at"] <= near["end"]), "index"]
    return np.asarray(changes.index.isin(hit))


def _steps(track: pd.DataFrame, by: str) -> tuple[Floats, Floats, Flags]:
    """Return hours and km from each position's predecessor, and whether it has one of the same vessel."""
    if track.empty:
        return np.empty(0), np.empty(0), np.empty(0, dtype=bool)
    seconds = track["at"].dt.tz_localize(None).to_numpy().astype("datetime64[us]").astype(np.int64) / 1e6
    codes = pd.factorize(track[by])[0]
    lat, lon = track["lat"].to_numpy(dtype=np.float64), track["lon"].to_numpy(dtype=np.float64)
    hours = np.append(np.nan, np.diff(seconds) / 3600)
    km = np.append(np.nan, great_circle_km(lat[:-1], lon[:-1], lat[1:], lon[1:]))
    return hours, km, np.append(False, codes[1:] == codes[:-1])


def _status(track: pd.DataFrame, among: tuple[int, ...]) -> Flags:
    return np.isin(track["status"].to_numpy(dtype=np.float64, na_value=np.nan), among)


def _lies_still(track: pd.DataFrame) -> Flags:
    return _status(track, AT_REST) | (track["speed_kn"].to_numpy(dtype=np.float64) < REST_KN)


def _between(track: pd.DataFrame, by: str, ends: npt.NDArray[np.intp]) -> pd.DataFrame:
    """Return what lies between the positions before `ends` and those; beyond the track's end there is no end."""
    within = np.minimum(ends, len(track) - 1)
    columns: Mapping[str, Any] = {
        by: track[by].take(ends - 1).to_numpy(),
        "start_at": track["at"].take(ends - 1).array,
        "end_at": track["at"].take(within).array,
        "lat": track["lat"].to_numpy()[ends - 1],
        "lon": track["lon"].to_numpy()[ends - 1],
        "end_lat": track["lat"].to_numpy()[within],
        "end_lon": track["lon"].to_numpy()[within],
    }
    return pd.DataFrame(columns)
