"""Where a voyage goes: its calls with coordinates and times, the lanes between them, and what was not reported."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import cache
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from riskscore import geo
from riskscore.desk.case import Gap, Route, Stop
from riskscore.desk.door import Desk
from riskscore.desk.papers import instant, newest, number
from riskscore.desk.sailed import sailed
from riskscore.reference import locodes, ports
from riskscore.steps import open_workspace

SILENCE = timedelta(hours=24)
"""A call planned so long ago, and not reported, is a gap."""
UNREPORTED_CALL = "This call was planned and never reported."
SILENT_SINCE = "Nothing was reported since the last call."


def voyage_calls(desk: Desk, voyage_id: str) -> pd.DataFrame:
    """Return the newest version of every call of a voyage, in order."""
    calls = open_workspace(desk.settings).lake.read("port_call", among={"voyage_id": [voyage_id]})
    return newest(calls, ["voyage_id", "call_sequence"])


def route_of(desk: Desk, voyage_id: str, *, through: tuple[str, ...] = (), unit: str = "") -> Route:
    """Return a voyage's route; with `through` (LOCODEs from loading to discharge), a container's way on it."""
    calls = voyage_calls(desk, voyage_id)
    stops = [_stop(row, through, unit) for row in calls.to_dict("records")]
    called = {stop.locode for stop in stops}
    before = [
        placed(locode, "loading" if place == 0 else "transhipment")
        for place, locode in enumerate(through[:-1])
        if locode not in called
    ]
    on_the_way = (*before, *stops)
    lanes = [_lane(begin, end) for begin, end in pairwise(on_the_way)]
    return Route(
        stops=on_the_way,
        gaps=tuple(gaps(stops, desk.now())),
        legs=tuple(tuple(map(tuple, geo.sketched(lane).tolist())) for lane in lanes if len(lane)),
        sailed=sailed(desk, calls, lanes),
    )


def _lane(begin: Stop, end: Stop) -> npt.NDArray[np.float64]:
    """Return the lane between two stops, the straight line where no lane is known, nothing without two places."""
    lane = geo.sea_lane(begin.locode, end.locode)
    if len(lane) or begin.lat is None or begin.lon is None or end.lat is None or end.lon is None:
        return lane
    return geo.unbroken(np.array([[begin.lat, begin.lon], [end.lat, end.lon]]))


def gaps(stops: Sequence[Stop], now: datetime) -> list[Gap]:
    """Return the times of which nothing was reported although something should have been."""
    found = []
    reported = [stop.actual_departure_at or stop.actual_arrival_at for stop in stops]
    for place, stop in enumerate(stops):
        planned = stop.planned_arrival_at
        later = any(reported[place + 1 :])
        if planned and later and not stop.actual_arrival_at and planned < now - SILENCE:
            end = stop.planned_departure_at or planned
            found.append(Gap(planned, max(end, planned), UNREPORTED_CALL))
    last = max((at for at in reported if at), default=None)
    waiting = [stop.planned_arrival_at for stop in stops if stop.planned_arrival_at and not stop.actual_arrival_at]
    overdue = [planned for planned in waiting if last and last < planned < now - SILENCE]
    if last and overdue:
        found.append(Gap(last, now, SILENT_SINCE))
    return found


def placed(locode: str, kind: str, **times: Any) -> Stop:
    """Return a place by its code, with its position where one is published."""
    name, country, lat, lon = _place(locode)
    return Stop(locode, name, country, lat, lon, kind, **times)


@cache
def _place(locode: str) -> tuple[str, str, float | None, float | None]:
    known, named = ports(), locodes()
    if locode in known.index:
        row = known.loc[[locode]].to_dict("records")[0]
        lat, lon = number(row["lat"]), number(row["lon"])
        return row["name"], row["country"], *((lat, lon) if lat is not None and lon is not None else (None, None))
    if locode in named.index:
        return str(named.loc[locode, "name"]), str(named.loc[locode, "country"]), None, None
    return locode, locode[:2], None, None


def _stop(row: dict[Any, Any], through: tuple[str, ...], unit: str) -> Stop:
    kind = "call"
    if row["port"] == unit:
        kind = "discharge"
    elif row["port"] in through[:-1]:
        kind = "loading" if row["port"] == through[0] else "transhipment"
    times = ("planned_arrival_at", "planned_departure_at", "actual_arrival_at", "actual_departure_at")
    return placed(row["port"], kind, voyage_id=row["voyage_id"], **{name: instant(row[name]) for name in times})
