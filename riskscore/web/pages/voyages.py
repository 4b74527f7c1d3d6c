"""Voyages of a day by risk, and the page of one: who is aboard, where it calls, how its vessel behaves."""

from datetime import date

from fastapi import APIRouter, Response

from riskscore import desk
from riskscore.errors import NotReadyError
from riskscore.web.conduct import daily, incidents, place
from riskscore.web.drawing import time_line
from riskscore.web.listing import short, spoken
from riskscore.web.rendering import days_around, onward, page
from riskscore.web.route_map import map_of
from riskscore.web.visit import KnownVisit

router = APIRouter(include_in_schema=False)


@router.get("/voyages")
def choose_voyages(visit: KnownVisit, unit: str = "") -> Response:
    """Send whoever reads one unit to its newest day, and let others choose."""
    who = visit.officer
    units = desk.units(who, visit.counter)
    chosen = unit or (units[0] if len(units) == 1 else "")
    if not chosen:
        newest = {one: desk.days(who, visit.counter, one, most=7) for one in units}
        return page(visit, "lists.html", newest=newest, to="voyages")
    found = desk.days(who, visit.counter, chosen, most=1)
    if not found:
        raise NotReadyError(step=f"The list of {chosen}", needs="a first queue", day="any day")
    return onward(f"/voyages/{chosen}/{found[0]}")


@router.get("/voyages/{unit}/{day}")
def show_voyages(visit: KnownVisit, unit: str, day: date) -> Response:
    """Show a unit's voyages of one day, riskiest first."""
    who, counter, speech = visit.officer, visit.counter, visit.speech
    rows = desk.voyage_list(who, counter, unit, day)
    before, after = days_around(desk.days(who, counter, unit), day)
    return page(
        visit,
        "voyages.html",
        unit=unit,
        day=day,
        rows=rows,
        before=before,
        after=after,
        short=lambda reason: short(reason, speech),
    )


@router.get("/voyages/{unit}/{day}/{voyage_id}")
def show_voyage(visit: KnownVisit, unit: str, day: date, voyage_id: str) -> Response:
    """Show one voyage."""
    who, counter, speech = visit.officer, visit.counter, visit.speech
    shown = desk.voyage_page(who, counter, unit, day, voyage_id)
    return page(
        visit,
        "voyage.html",
        shown=shown,
        unit=unit,
        day=day,
        line=time_line(shown.calls, unit, speech),
        map=map_of(shown.route, speech),
        incidents=incidents(shown.route.sailed, speech),
        daily=daily(shown.route.sailed),
        place=lambda fix: place(fix.lat, fix.lon, speech),
        spoken=lambda reason, value: spoken(reason, value, speech),
        largest=max((abs(reason.push) for reason in shown.reasons), default=0.0),
    )
