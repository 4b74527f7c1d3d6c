"""What a track says, in words: silences, slow steaming, draught, and where the vessel was day by day."""

from dataclasses import dataclass
from datetime import datetime

from riskscore.desk.case import DraughtChange, Fix, Sailed, Silence, SlowSpell, Spot
from riskscore.web.languages import Speech, marked

AT_PORT_KM = 15.0
"""So near to a port a place is named by it alone."""

SIDES = (
    (marked("{degrees}° N"), marked("{degrees}° E")),
    (marked("{degrees}° S"), marked("{degrees}° W")),
)


@dataclass(frozen=True)
class Incident:
    """One thing on a track worth asking about: `kind` is gap, slow or draught."""

    kind: str
    start: datetime
    end: datetime
    what: str
    where: str
    spot: Spot


def incidents(sailed: Sailed, speech: Speech) -> list[Incident]:
    """Return everything on a track worth asking about, in order of time."""
    found = [
        *(_silence(one, speech) for one in sailed.silences),
        *(_slow(one, speech) for one in sailed.slow),
        *(_draught(one, speech) for one in sailed.draughts),
    ]
    return sorted(found, key=lambda one: one.start)


def daily(sailed: Sailed) -> list[Fix]:
    """Return the first known position of each day, and the last of all."""
    first = {fix.at.date(): fix for fix in reversed(sailed.track)}
    days = sorted(first.values(), key=lambda fix: fix.at)
    return days if not days or days[-1] == sailed.track[-1] else [*days, sailed.track[-1]]


def place(lat: float, lon: float, speech: Speech) -> str:
    """Return a position in degrees with one decimal."""
    northing, easting = SIDES[lat < 0][0], SIDES[lon < 0][1]
    north = speech.text(northing, degrees=speech.number(abs(lat), 1))
    return f"{north} {speech.text(easting, degrees=speech.number(abs(lon), 1))}"


def where(spot: Spot, speech: Speech) -> str:
    """Return a place by the port nearest to it."""
    if spot.port_km < AT_PORT_KM:
        return spot.port_name
    at, km = place(spot.lat, spot.lon, speech), speech.number(spot.port_km)
    return speech.text("{place}, {km} km from {port}", place=at, km=km, port=spot.port_name)


def _silence(one: Silence, speech: Speech) -> Incident:
    lost = where(one.lost_at, speech)
    if one.heard_at is None or one.km is None:
        told = speech.text("not heard since; last {place}", place=lost)
    else:
        heard, km = where(one.heard_at, speech), speech.number(one.km)
        told = speech.text("from {place} to {other}: {km} km", place=lost, other=heard, km=km)
    what = speech.text("No position for {hours} hours", hours=speech.number(one.hours))
    return Incident("gap", one.start, one.end, what, told, one.lost_at)


def _slow(one: SlowSpell, speech: Speech) -> Incident:
    what = speech.text(
        "Slow at sea for {hours} hours, {speed} kn at the slowest",
        hours=speech.number(one.hours),
        speed=speech.number(one.speed_kn, 1),
    )
    return Incident("slow", one.start, one.end, what, where(one.spot, speech), one.spot)


def _draught(one: DraughtChange, speech: Speech) -> Incident:
    before, after = speech.number(one.before_m, 1), speech.number(one.after_m, 1)
    what = speech.text("Draught from {before} m to {after} m without a call", before=before, after=after)
    return Incident("draught", one.before, one.after, what, where(one.spot, speech), one.spot)
