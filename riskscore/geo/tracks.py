"""What a vessel's positions say of how it sailed: silences, slow steaming at sea, draught, speed."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import numpy as np
import pandas as pd

from riskscore.geo.track_arrays import (
    HOUR,
    SILENT_HOURS,
    Floats,
    Index,
    Track,
    draught_steps,
    microseconds,
    silences,
    slow,
    track_arrays,
)


def in_order(positions: pd.DataFrame, by: str = "vessel_imo") -> pd.DataFrame:
    """Return a track: positions by vessel and time, without those that have no place or where no vessel can have been.

    Columns: `by`, at (UTC), lat, lon (degrees), speed_kn, draught_m (both may be missing), status (0..15 or missing).
    The functions below take such a frame.
    """
    whose, names = pd.factorize(positions[by], sort=True)
    track = track_arrays(positions, whose.astype(np.int64))
    numbers = {name: getattr(track, name) for name in ("lat", "lon", "speed_kn", "draught_m", "status")}
    return pd.DataFrame({by: pd.Series(names.take(track.whose)).array, "at": _instants(track.at), **numbers})


def sailed_speed_kn(track: pd.DataFrame, by: str = "vessel_imo") -> Floats:
    """Return the mean speed (kn) over the great circle from each position's predecessor; NaN for a vessel's first."""
    return _arrays(track, by).sailed_kn


def track_gaps(track: pd.DataFrame, by: str = "vessel_imo", *, until: datetime | None = None) -> pd.DataFrame:
    """Return the silences of more than SILENT_HOURS under way (see `silences`), in order.

    Columns: `by`, start_at, end_at, hours, lat, lon (where it fell silent), end_lat, end_lon (where it was heard
    again), km between. With `until`, a vessel that is silent up to then and was under way has such a row too, without
    end_lat, end_lon and km.
    """
    arrays = _arrays(track, by)
    ends = silences(arrays)
    gaps = _silent(track, by, ends - 1, arrays.at[ends])
    gaps = gaps.assign(end_lat=arrays.lat[ends], end_lon=arrays.lon[ends], km=arrays.km[ends])
    if until is None:
        return gaps
    now = pd.Timestamp(until).value // 1000
    is_last = np.append(~arrays.follows[1:], True)[: len(track)]
    last = np.flatnonzero(is_last & ~arrays.lies_still & (now - arrays.at > SILENT_HOURS * HOUR))
    if not len(last):
        return gaps
    still_silent = _silent(track, by, last, np.full(len(last), now)).assign(end_lat=np.nan, end_lon=np.nan, km=np.nan)
    return pd.concat([gaps, still_silent]).sort_values([by, "start_at"], ignore_index=True, kind="stable")


def slow_spells(track: pd.DataFrame, by: str = "vessel_imo") -> pd.DataFrame:
    """Return the spells of slow steaming at sea (see `slow`), in order.

    Columns: `by`, start_at, end_at (half-way to the positions before and after), hours, lat, lon and speed_kn (of the
    slowest), port (the seaport nearest to that place) and port_km.
    """
    arrays = _arrays(track, by)
    found = slow(arrays)
    rows = pd.DataFrame({"spell": found.spell, "row": found.row, "hours": found.hours, "speed_kn": found.speed_kn})
    spells = rows.groupby("spell")
    first, hours = spells["row"].min().to_numpy(), spells["hours"].sum().to_numpy()
    start = arrays.at[first] - (np.nan_to_num(np.minimum(arrays.hours[first], SILENT_HOURS)) / 2 * HOUR).astype(
        np.int64
    )
    slowest = spells["speed_kn"].idxmin().to_numpy() if len(rows) else np.zeros(0, dtype=np.int64)
    return pd.DataFrame(
        {
            by: track[by].take(first).array,
            "start_at": _instants(start),
            "end_at": _instants(start + (hours * HOUR).astype(np.int64)),
            "hours": hours,
            "lat": track["lat"].to_numpy()[found.row[slowest]],
            "lon": track["lon"].to_numpy()[found.row[slowest]],
            "speed_kn": found.speed_kn[slowest],
            "port": found.port["locode"].to_numpy()[slowest],
            "port_km": found.port["distance_km"].to_numpy()[slowest],
        }
    )


def draught_changes(track: pd.DataFrame, calls: pd.DataFrame, by: str = "vessel_imo") -> pd.DataFrame:
    """Return the changes of draught that no call explains (see `draught_steps`), in order.

    `calls` has `by`, arrival_at and departure_at (UTC; one of them may be missing). Columns: `by`, before_at, after_at,
    before_m, after_m, change_m, and lat, lon where the new draught was first told.
    """
    arrival, departure = calls["arrival_at"], calls["departure_at"]
    known = calls[arrival.notna() | departure.notna()]
    whose = pd.Index(track[by].unique()).get_indexer(pd.Index(known[by])).astype(np.int64)
    times = microseconds(arrival.fillna(departure)[known.index]), microseconds(departure.fillna(arrival)[known.index])
    before, after = draught_steps(_arrays(track, by), (whose, *times))
    draught = track["draught_m"].to_numpy(dtype=np.float64)
    return pd.DataFrame(
        {
            by: track[by].take(after).array,
            "before_at": track["at"].take(before).array,
            "after_at": track["at"].take(after).array,
            "before_m": draught[before],
            "after_m": draught[after],
            "change_m": (draught[after] - draught[before]).round(3),
            "lat": track["lat"].to_numpy()[after],
            "lon": track["lon"].to_numpy()[after],
        }
    )


def _arrays(track: pd.DataFrame, by: str) -> Track:
    numbers: Mapping[str, Any] = {
        name: track[name].to_numpy(dtype=np.float64) for name in ("lat", "lon", "speed_kn", "draught_m", "status")
    }
    return Track(pd.factorize(track[by])[0].astype(np.int64), microseconds(track["at"]), **numbers)


def _silent(track: pd.DataFrame, by: str, last: Index, end: Index) -> pd.DataFrame:
    """Return the silences that begin at these positions."""
    start = track["at"].take(last)
    return pd.DataFrame(
        {
            by: track[by].take(last).array,
            "start_at": start.array,
            "end_at": _instants(end),
            "hours": (end - microseconds(start)) / HOUR,
            "lat": track["lat"].to_numpy()[last],
            "lon": track["lon"].to_numpy()[last],
        }
    )


def _instants(microseconds_since_1970: Index) -> pd.DatetimeIndex:
    return pd.DatetimeIndex(microseconds_since_1970.astype("datetime64[us]"), tz="UTC")
