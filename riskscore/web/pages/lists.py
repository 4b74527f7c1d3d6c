"""The daily list: read, sorted, filtered, printed, taken along as a file; every view has its address."""

from datetime import date

from fastapi import APIRouter, Response

from riskscore import desk
from riskscore.desk import DayPage, View, parse_view
from riskscore.errors import NotReadyError
from riskscore.web.last_seen import Seen
from riskscore.web.list_rows import rows_of
from riskscore.web.listing import columns, fields, tongue_of
from riskscore.web.rendering import days_around, fresh_token, onward, page
from riskscore.web.visit import KnownVisit, Visit

router = APIRouter(include_in_schema=False)
FILES = ("xlsx", "csv", "pdf")


@router.get("/lists")
def choose_list(visit: KnownVisit, unit: str = "", day: str = "") -> Response:
    """Send an officer to the newest list; let whoever reads several units choose."""
    who = visit.officer
    units = desk.units(who, visit.counter)
    chosen = unit or (units[0] if len(units) == 1 else "")
    if not chosen:
        newest = {one: desk.days(who, visit.counter, one, most=7) for one in units}
        return page(visit, "lists.html", newest=newest)
    if day:
        return onward(f"/lists/{chosen}/{date.fromisoformat(day)}")
    found = desk.days(who, visit.counter, chosen, most=1)
    if not found:
        raise NotReadyError(step=f"The list of {chosen}", needs="a first queue", day="any day")
    return onward(f"/lists/{chosen}/{found[0]}")


@router.get("/lists/{unit}/{day}")
def show_list(visit: KnownVisit, unit: str, day: date) -> Response:
    """Show a unit's list of one day as the address says."""
    view = _view(visit)
    day_page = desk.day_list(visit.officer, visit.counter, unit, day, view)
    response = _written(visit, day_page, view, days=desk.days(visit.officer, visit.counter, unit))
    visit.request.app.state.last_seen.keep(visit.token, visit.officer, day_page, view)
    return response


@router.get("/lists/{unit}/{day}/print")
def print_list(visit: KnownVisit, unit: str, day: date) -> Response:
    """Show the same list on paper: nothing but the list."""
    view = _view(visit)
    day_page = desk.day_list(visit.officer, visit.counter, unit, day, view)
    rows = rows_of(day_page, view, visit.speech, is_plain=True)
    heads = columns(view, visit.speech)
    return page(visit, "list_print.html", day_page=day_page, view=view, rows=rows, columns=heads, is_plain=True)


@router.get("/lists/{unit}/{day}/files/{kind}")
def take_along(visit: KnownVisit, unit: str, day: date, kind: str) -> Response:
    """Give exactly what the list shows as a file."""
    tongue = tongue_of(visit.speech)
    file = desk.export(visit.officer, visit.counter, unit, day, _view(visit), kind=kind, tongue=tongue)
    disposition = f'attachment; filename="{file.file_name}"'
    return Response(file.content, media_type=file.media_type, headers={"content-disposition": disposition})


def list_last_seen(visit: Visit, seen: Seen) -> Response:
    """Show a list again as it was last seen, to be read and not worked, while the database does not answer."""
    response = _written(visit, seen.day_page, seen.view, days=(), is_stale=True)
    response.status_code = 503
    response.headers["retry-after"] = "30"
    return response


def _view(visit: Visit) -> View:
    return parse_view(visit.request.query_params.multi_items())


def _written(
    visit: Visit, day_page: DayPage, view: View, *, days: tuple[date, ...], is_stale: bool = False
) -> Response:
    before, after = days_around(days, day_page.day)
    return page(
        visit,
        "list.html",
        day_page=day_page,
        view=view,
        rows=rows_of(day_page, view, visit.speech, is_plain=is_stale),
        columns=columns(view, visit.speech),
        fields=fields(day_page, view, visit.speech),
        before=before,
        after=after,
        files=FILES,
        here_path=f"/lists/{day_page.unit}/{day_page.day}",
        is_stale=is_stale,
        is_plain=is_stale,
        token=fresh_token(),
    )
