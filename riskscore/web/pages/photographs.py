"""Photographs of an examination: sent with a form, seen beside the record of the container."""

from datetime import date

from fastapi import APIRouter, Response

from riskscore import desk
from riskscore.desk import ItemKey
from riskscore.errors import BadInputError, TakenError
from riskscore.web.pages.container import container_shown
from riskscore.web.pages.work import REFUSED, version_in, view_in
from riskscore.web.rendering import Notice, fresh_token, item_path, onward
from riskscore.web.visit import KnownVisit, PhotographForm
from riskscore.web.words import sentence

router = APIRouter(include_in_schema=False)
ITEM = "/lists/{unit}/{day}/{voyage_id}/{container_number}"


@router.post(f"{ITEM}/photographs")
def add_photograph(
    visit: KnownVisit, sent: PhotographForm, unit: str, day: date, voyage_id: str, container_number: str
) -> Response:
    """Put a photograph beside a container; where it is refused, show the container and say why."""
    key, (form, content) = ItemKey(unit, day, voyage_id, container_number), sent
    view = view_in(form)
    try:
        token, version = form.get("token") or fresh_token(), version_in(form)
        desk.add_photograph(visit.officer, visit.counter, key, content, token=token, version=version)
    except (TakenError, BadInputError) as error:
        notice, given = Notice(sentence(error, visit.speech), "fault"), {"action": "add_photograph"}
        return container_shown(visit, key, view, notice=notice, status=REFUSED[type(error)], given=given)
    query = view.query()
    return onward(f"{item_path(key)}?{query}{'&' if query else ''}done=add_photograph")


@router.get(f"{ITEM}/photographs/{{name}}")
def show_photograph(
    visit: KnownVisit, unit: str, day: date, voyage_id: str, container_number: str, name: str
) -> Response:
    """Give a photograph to whoever may see the container; that it was seen is on record before."""
    key = ItemKey(unit, day, voyage_id, container_number)
    return Response(desk.photograph(visit.officer, visit.counter, key, name), media_type="image/jpeg")
