"""Calls that read cargo: lists, containers, voyages, search, referrals, figures."""

from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Query

from riskscore import desk
from riskscore.desk import (
    ContainerPage,
    Figures,
    Found,
    ItemKey,
    ListRow,
    Referral,
    View,
    VoyagePage,
    VoyageRow,
    parse_view,
)
from riskscore.desk.figures import OpenEnd
from riskscore.web.api.answers import Days, Units, problems
from riskscore.web.api.asked import ContainerNumber, Cursor, Limit, Unit, VoyageId
from riskscore.web.api.shapes import Page, page_of, shape, written
from riskscore.web.visit import KnownVisit, Visit

router = APIRouter(tags=["cargo"])
ITEM = "/units/{unit}/days/{day}/items/{voyage_id}/{container_number}"
FIRST_ITEM = {name: f"$response.body#/items/0/key/{name}" for name in ItemKey._fields}
TO_ITEM: dict[int | str, dict[str, Any]] = {
    200: {
        "links": {
            "item": {"operationId": "read_item", "parameters": FIRST_ITEM, "description": "The first container."},
            "act": {"operationId": "act_on_item", "parameters": FIRST_ITEM, "description": "Work on the first one."},
        }
    }
}
"""Where a list leads: programs, and those who try the API, follow the description from call to call."""
Text = Annotated[str, Query(max_length=60)]


@router.get("/units", response_model=Units, responses=problems())
def units(visit: KnownVisit) -> Any:
    """Give the units whose lists the caller may read."""
    return Units(units=list(desk.units(visit.officer, visit.counter)))


@router.get("/units/{unit}/days", response_model=Days, responses=problems(404))
def days(visit: KnownVisit, unit: Unit) -> Any:
    """Give the days for which a unit has a list, newest first."""
    return Days(days=list(desk.days(visit.officer, visit.counter, unit)))


@router.get("/units/{unit}/days/{day}/items", response_model=Page[shape(ListRow)], responses=problems(404) | TO_ITEM)  # type: ignore[misc]  # made at run time
def items(  # noqa: PLR0913, PLR0917 the fields of a view
    visit: KnownVisit,
    unit: Unit,
    day: date,
    cursor: Cursor = "",
    limit: Limit = 100,
    sort: Text = "",
    q: Text = "",
    state: Annotated[list[str], Query(max_length=20)] = [],  # noqa: B006 FastAPI copies it
    why: Annotated[list[str], Query(max_length=20)] = [],  # noqa: B006 FastAPI copies it
    voyage: Annotated[list[str], Query(max_length=50)] = [],  # noqa: B006 FastAPI copies it
    holder: Text = "",
) -> Any:
    """Give a unit's list of one day with the filters of its page; `from`, `chapter`, `eta_from`, `eta_until` too."""
    _ = sort, q, state, why, voyage, holder
    page = desk.day_list(visit.officer, visit.counter, unit, day, _view(visit))
    return page_of(ListRow, page.rows, cursor=cursor, limit=limit)


@router.get(ITEM, operation_id="read_item", response_model=shape(ContainerPage), responses=problems(404))
def item(visit: KnownVisit, unit: Unit, day: date, voyage_id: VoyageId, container_number: ContainerNumber) -> Any:
    """Give everything about one container; reading it is on record before it is answered."""
    key = ItemKey(unit, day, voyage_id, container_number)
    return written(ContainerPage, desk.container_page(visit.officer, visit.counter, key))


@router.get("/units/{unit}/days/{day}/voyages", response_model=Page[shape(VoyageRow)], responses=problems(404))  # type: ignore[misc]  # made at run time
def voyages(visit: KnownVisit, unit: Unit, day: date, cursor: Cursor = "", limit: Limit = 100) -> Any:
    """Give the voyages of a day, riskiest first."""
    rows = desk.voyage_list(visit.officer, visit.counter, unit, day)
    return page_of(VoyageRow, rows, cursor=cursor, limit=limit)


@router.get("/units/{unit}/days/{day}/voyages/{voyage_id}", response_model=shape(VoyagePage), responses=problems(404))
def voyage(visit: KnownVisit, unit: Unit, day: date, voyage_id: VoyageId) -> Any:
    """Give everything about one voyage."""
    return written(VoyagePage, desk.voyage_page(visit.officer, visit.counter, unit, day, voyage_id))


@router.get("/search", response_model=Page[shape(Found)], responses=problems())  # type: ignore[misc]  # made at run time
def search(
    visit: KnownVisit, q: Annotated[str, Query(min_length=1, max_length=60)], cursor: Cursor = "", limit: Limit = 50
) -> Any:
    """Find items of any day by container, bill of lading, voyage, vessel or IMO number."""
    found = desk.search(visit.officer, visit.counter, q.strip(), most=200)
    return page_of(Found, found, cursor=cursor, limit=limit)


@router.get("/units/{unit}/referrals", response_model=Page[shape(Referral)], responses=problems(404))  # type: ignore[misc]  # made at run time
def referrals(visit: KnownVisit, unit: Unit, cursor: Cursor = "", limit: Limit = 100) -> Any:
    """Give what other units passed on, newest first."""
    rows = desk.referrals(visit.officer, visit.counter, unit)
    return page_of(Referral, rows, cursor=cursor, limit=limit)


@router.get("/units/{unit}/figures", response_model=shape(Figures), responses=problems(404))
def figures(visit: KnownVisit, unit: Unit, first: date, last: date) -> Any:
    """Tell what the queues of a period found, who carries what, what waits."""
    return written(Figures, desk.figures(visit.officer, visit.counter, unit, first, last))


@router.get("/units/{unit}/open-ends", response_model=Page[shape(OpenEnd)], responses=problems(404))  # type: ignore[misc]  # made at run time
def open_ends(visit: KnownVisit, unit: Unit, until: date, cursor: Cursor = "", limit: Limit = 100) -> Any:
    """Give high-risk containers listed up to a day that have neither outcome nor coded reason."""
    rows = desk.open_ends(visit.officer, visit.counter, unit, until)
    return page_of(OpenEnd, rows, cursor=cursor, limit=limit)


def _view(visit: Visit) -> View:
    """Read the view of a call: its query without what pages the answer."""
    pairs = visit.request.query_params.multi_items()
    return parse_view((name, value) for name, value in pairs if name not in {"cursor", "limit"} and value)
