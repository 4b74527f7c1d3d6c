"""Search over all days, and what other units passed on."""

from fastapi import APIRouter, Response

from riskscore import desk
from riskscore.errors import BadInputError
from riskscore.web.rendering import Notice, onward, page
from riskscore.web.visit import KnownVisit
from riskscore.web.words import sentence

router = APIRouter(include_in_schema=False)


@router.get("/search")
def search(visit: KnownVisit, q: str = "") -> Response:
    """Show which items of any day a text leads to."""
    text = q.strip()[:60]
    if not text:
        return page(visit, "search.html", text="", found=())
    try:
        found = desk.search(visit.officer, visit.counter, text)
    except BadInputError as error:
        notice = Notice(sentence(error, visit.speech), "fault")
        return page(visit, "search.html", status=422, notice=notice, text=text, found=())
    return page(visit, "search.html", text=text, found=found)


@router.get("/referrals")
def choose_referrals(visit: KnownVisit, unit: str = "") -> Response:
    """Send an officer to the own unit's referrals."""
    units = desk.units(visit.officer, visit.counter)
    return onward(f"/referrals/{unit or units[0]}") if units else onward("/")


@router.get("/referrals/{unit}")
def show_referrals(visit: KnownVisit, unit: str) -> Response:
    """Show what other units passed on to this one."""
    passed_on = desk.referrals(visit.officer, visit.counter, unit)
    units = desk.units(visit.officer, visit.counter)
    return page(visit, "referrals.html", unit=unit, units=units, passed_on=passed_on)
