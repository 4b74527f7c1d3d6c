"""The page of one container: the score with its reasons, what it rests on, and what can be done."""

from collections.abc import Mapping
from datetime import date

from fastapi import APIRouter, Response

from riskscore import desk
from riskscore.desk import ContainerPage, ItemKey, View, parse_view
from riskscore.queues import workflow
from riskscore.web.conduct import daily, incidents, place
from riskscore.web.drawing import polyline
from riskscore.web.languages import marked
from riskscore.web.listing import spoken
from riskscore.web.rendering import Notice, fresh_token, page
from riskscore.web.route_map import map_of
from riskscore.web.visit import KnownVisit, Visit

router = APIRouter(include_in_schema=False)
DONE = {
    "claim": marked("It is yours now."),
    "give_back": marked("It is back on the list."),
    "hold": marked("It is held."),
    "release": marked("It is released."),
    "send_for_inspection": marked("It is sent for inspection."),
    "record_outcome": marked("The outcome is on record."),
    "add_photograph": marked("The photograph is on record."),
    "refer": marked("It is referred."),
    "hand_over": marked("It is handed over."),
    "reopen": marked("It is back on the list."),
    "note": marked("The note is on record."),
}


@router.get("/lists/{unit}/{day}/{voyage_id}/{container_number}")
def show_container(visit: KnownVisit, unit: str, day: date, voyage_id: str, container_number: str) -> Response:
    """Show a container, and what stands before and after it in the view it was opened from."""
    pairs = visit.request.query_params.multi_items()
    done = next((value for name, value in pairs if name == "done"), "")
    view = parse_view((name, value) for name, value in pairs if name != "done")
    notice = Notice(visit.speech.text(DONE[done])) if done in DONE else None
    return container_shown(visit, ItemKey(unit, day, voyage_id, container_number), view, notice=notice)


def container_shown(
    visit: Visit,
    key: ItemKey,
    view: View,
    *,
    notice: Notice | None = None,
    status: int = 200,
    given: Mapping[str, str] | None = None,
) -> Response:
    """Write the page; `given` is what a refused form said, to be put right rather than typed again."""
    who, counter, speech = visit.officer, visit.counter, visit.speech
    shown = desk.container_page(who, counter, key)
    query = view.query()
    return page(
        visit,
        "container.html",
        status=status,
        notice=notice,
        shown=shown,
        key=key,
        view=view,
        query=f"?{query}" if query else "",
        neighbours=desk.neighbours(who, counter, key, view),
        largest=max((abs(reason.push) for reason in shown.reasons), default=0.0),
        spoken=lambda reason, value: spoken(reason, value, speech),
        map=map_of(shown.route, speech),
        incidents=incidents(shown.route.sailed, speech),
        daily=daily(shown.route.sailed),
        place=lambda fix: place(fix.lat, fix.lon, speech),
        line=polyline(shown.scores),
        codes=workflow,
        colleagues=_colleagues(visit, shown, key.unit),
        given=given or {},
        token=fresh_token(),
        now=counter.now().strftime("%Y-%m-%dT%H:%M"),
    )


def _colleagues(visit: Visit, shown: ContainerPage, unit: str) -> tuple[str, ...]:
    if "hand_over" not in shown.row.actions:
        return ()
    return tuple(name for name in desk.officers_of(visit.officer, visit.counter, unit) if name != shown.row.holder)
