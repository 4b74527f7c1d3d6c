"""Positions of ships as an archive of AIS messages hands them out: thinned, with silences and values not available."""

import numpy as np
import pandas as pd

from riskscore.reference import ports
from riskscore.world.arrays import Columns, Floats, Index
from riskscore.world.chance import draw
from riskscore.world.clock import HOUR, business_day, day_number, timestamps
from riskscore.world.sailing import KNOT, Legs, Ways, make_legs
from riskscore.world.spec import WorldSpec
from riskscore.world.voyages import Schedule

EVERY = 5 * HOUR + 30 * 60
"""The archive keeps about one position in so long of a ship at sea: with one of them lost it is no silence yet."""
TOLD_DAYS = 60
"""Positions are taken in for the last days of a world only, which is long enough for the voyages of the last weeks."""
AT_A_CALL = HOUR
"""One position is kept so long after a ship came and one so long before it leaves."""
WANDER_DEG, WANDER_AT_QUAY_DEG = 0.008, 0.003
NOT_AVAILABLE = {"speed_kn": 102.3, "course_deg": 360.0, "draught_m": 0.0}
"""As ITU-R M.1371 has it."""
SPEED_MISSING, DRAUGHT_MISSING = 0.004, 0.04
LATE_SHARE, LATE_HOURS = 0.02, 18
"""Positions that a satellite brings down hours later."""
UNDER_WAY, AT_ANCHOR, MOORED = 0, 1, 5


def make_positions(spec: WorldSpec, schedule: Schedule, truth: pd.DataFrame, campaigns: pd.DataFrame) -> pd.DataFrame:
    """Return one row per kept position, in order of delivery, of every voyage from its first call to its last.

    Columns: vessel_imo, mmsi (begins with 200, which no country has), at, lat, lon, speed_kn, course_deg, draught_m,
    status, received_at, delivered_on (day number). Nothing is told that was received earlier than TOLD_DAYS before the
    world's end, or before its first day.
    """
    rng = spec.stream("positions")
    legs, ways = make_legs(spec.seed, schedule, _loads(schedule, truth, campaigns))
    parts = [_at_sea(spec.seed, legs, ways, rng), *_at_calls(schedule)]
    rows = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
    rows["draught_m"] = _draught(spec.seed, schedule, rows) + rows.pop("deeper_m")
    late = (rng.random(len(rows["at"])) < LATE_SHARE) * rng.random(len(rows["at"])) * LATE_HOURS * HOUR
    rows["received"] = rows["at"] + 20 + np.round(70 * rng.random(len(rows["at"])) + late).astype(np.int64)
    return _told(spec, schedule, rows, rng)


def _loads(schedule: Schedule, truth: pd.DataFrame, campaigns: pd.DataFrame) -> pd.DataFrame:
    """Return voyage (number) and place of every container that a bag was slipped into."""
    slipped = truth.loc[truth["method"] == "rip_on_rip_off", ["voyage_id", "campaign"]]
    number = pd.Series(np.arange(len(schedule.voyages)), schedule.voyages["voyage_id"])
    place = campaigns.set_index("campaign")["place"]
    return pd.DataFrame(
        {"voyage": number[slipped["voyage_id"]].to_numpy(), "place": place[slipped["campaign"]].to_numpy()}
    )


def _at_sea(seed: int, legs: Legs, ways: Ways, rng: np.random.Generator) -> Columns:
    """Return the positions between calls: one in EVERY, one more in each slow spell, none in a silence."""
    begin, end = legs.left_at + HOUR // 2, legs.reached_at - HOUR // 2
    phase = np.round(draw(seed, "phase", legs.voyage) * EVERY).astype(np.int64)
    first = -((phase - begin) // EVERY)
    count = np.maximum((end - phase) // EVERY - first + 1, 0)
    leg = np.repeat(np.arange(len(count)), count)
    turn = np.arange(len(leg)) - np.repeat(np.cumsum(count) - count, count)
    jitter = np.round(rng.normal(0, 600, len(leg)).clip(-1500, 1500)).astype(np.int64)
    at = np.clip(phase[leg] + (first[leg] + turn) * EVERY + jitter, begin[leg], end[leg])
    slowed = np.flatnonzero(legs.slow_until > legs.slow_from)
    leg = np.concatenate([leg, slowed])
    at = np.concatenate([at, (legs.slow_from[slowed] + legs.slow_until[slowed]) // 2])
    heard = (at < legs.silent_from[leg]) | (at >= legs.silent_until[leg])
    leg, at = leg[heard], at[heard]
    sailed_km = legs.sailed_km(leg, at)
    lat, lon, bearing = ways.place(legs.way[leg], sailed_km)
    speed = np.where(legs.is_slow(leg, at), legs.slow_kn[leg], legs.speed_kmh[leg] / KNOT)
    waits = sailed_km >= legs.roads_km[leg]
    is_past_middle = at > (legs.left_at[leg] + legs.reached_at[leg]) // 2
    return {
        "voyage": legs.voyage[leg],
        "call": legs.number[leg],
        "at": at,
        "lat": lat + rng.normal(0, WANDER_DEG, len(leg)),
        "lon": lon + rng.normal(0, WANDER_DEG, len(leg)),
        "speed_kn": np.where(waits, 0.1, (speed + rng.normal(0, 0.3, len(leg))).clip(0.1)),
        "course_deg": (bearing + rng.normal(0, 3, len(leg))) % 360,
        "deeper_m": legs.deeper_m[leg] * is_past_middle,
        "status": np.where(waits, AT_ANCHOR, UNDER_WAY),
    }


def _at_calls(schedule: Schedule) -> tuple[Columns, Columns]:
    """Return the positions at the quay: one after coming, with the draught of the way before, one before leaving."""
    count = schedule.voyages["call_count"].to_numpy()
    voyage = np.repeat(np.arange(len(count)), count)
    number = np.arange(len(voyage)) - np.repeat(np.cumsum(count) - count, count)
    place = ports().loc[schedule.port.astype(str), ["lat", "lon"]].to_numpy(dtype=np.float64)
    still: Columns = {
        "voyage": voyage,
        "lat": place[:, 0],
        "lon": place[:, 1],
        "speed_kn": np.zeros(len(voyage)),
        "course_deg": np.full(len(voyage), NOT_AVAILABLE["course_deg"]),
        "deeper_m": np.zeros(len(voyage)),
        "status": np.full(len(voyage), MOORED),
    }
    came = still | {"call": np.maximum(number - 1, 0), "at": schedule.actual_arrival + AT_A_CALL}
    left = still | {"call": number, "at": schedule.actual_departure - AT_A_CALL}
    return came, left


def _draught(seed: int, schedule: Schedule, rows: Columns) -> Floats:
    """Return the draught with which each row's ship left its last call: its own, more or less by what it loaded."""
    voyage: Index = rows["voyage"]
    vessel = schedule.voyages["vessel"].to_numpy()[voyage]
    load = draw(seed, "draught after a call", schedule.call(voyage, rows["call"]))
    return np.asarray(10.5 + 3 * draw(seed, "draught of a ship", vessel) + 2.4 * (load - 0.5))


def _told(spec: WorldSpec, schedule: Schedule, rows: Columns, rng: np.random.Generator) -> pd.DataFrame:
    """Return the rows as a sender would have them, those of the world's days only, in order of delivery."""
    end = day_number(spec.start) + spec.days
    delivered_on = business_day(rows["received"] + HOUR, spec.cutoff_hour)
    inside = (delivered_on >= end - min(spec.days, TOLD_DAYS)) & (delivered_on < end)
    vessels = schedule.vessels.iloc[schedule.voyages["vessel"].to_numpy()[rows["voyage"]]]["vessel_imo"].to_numpy()
    moored = rows["status"] == MOORED
    wander = np.where(moored, WANDER_AT_QUAY_DEG, 0.0)
    told = pd.DataFrame(
        {
            "vessel_imo": vessels,
            "mmsi": pd.Series(vessels).map(lambda imo: f"200{imo[1:]}"),
            "at": timestamps(rows["at"]),
            "lat": (rows["lat"] + wander * rng.normal(0, 1, len(moored))).round(4),
            "lon": ((rows["lon"] + wander * rng.normal(0, 1, len(moored)) + 180) % 360 - 180).round(4),
            "speed_kn": rows["speed_kn"].round(1),
            "course_deg": np.where(moored, 360.0, rows["course_deg"].round(1) % 360),
            "draught_m": rows["draught_m"].round(1),
            "status": rows["status"],
            "received_at": timestamps(rows["received"]),
            "delivered_on": delivered_on,
        }
    )
    told.loc[rng.random(len(told)) < SPEED_MISSING, "speed_kn"] = NOT_AVAILABLE["speed_kn"]
    told.loc[rng.random(len(told)) < DRAUGHT_MISSING, "draught_m"] = NOT_AVAILABLE["draught_m"]
    told = told[inside].drop_duplicates(["vessel_imo", "at"])
    return told.sort_values(["delivered_on", "vessel_imo", "at"], ignore_index=True, kind="stable")
