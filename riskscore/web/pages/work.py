"""Work on a container: a form comes in, an action is done, and the page says what it led to."""

from datetime import date
from urllib.parse import parse_qsl

from fastapi import APIRouter, Response

from riskscore import desk
from riskscore.desk import ItemKey, View, parse_view
from riskscore.errors import BadInputError, DeskError, NotAllowedError, TakenError
from riskscore.web.actions import action_of
from riskscore.web.pages.container import container_shown
from riskscore.web.rendering import Notice, fresh_token, item_path, onward, with_view
from riskscore.web.visit import Form, KnownVisit
from riskscore.web.words import sentence

router = APIRouter(include_in_schema=False)
REFUSED: dict[type[DeskError], int] = {TakenError: 409, BadInputError: 422}


@router.post("/lists/{unit}/{day}/{voyage_id}/{container_number}/{action}")
def work(  # noqa: PLR0913, PLR0917 the address names a container by four parts
    visit: KnownVisit, form: Form, unit: str, day: date, voyage_id: str, container_number: str, action: str
) -> Response:
    """Do one action; where it is refused, show the container as it is now, why, and what the form said."""
    key = ItemKey(unit, day, voyage_id, container_number)
    view = view_in(form)
    try:
        doing = action_of(action, form)
        desk.act(
            visit.officer,
            visit.counter,
            key,
            doing,
            token=form.get("token") or fresh_token(),
            version=version_in(form),
        )
    except (TakenError, BadInputError) as error:
        notice = Notice(sentence(error, visit.speech), "fault")
        given = {**form, "action": action}
        return container_shown(visit, key, view, notice=notice, status=REFUSED[type(error)], given=given)
    if form.get("back") == "list":
        return onward(with_view(f"/lists/{unit}/{day}", view))
    query = view.query()
    return onward(f"{item_path(key)}?{query}{'&' if query else ''}done={action}")


def view_in(form: dict[str, str]) -> View:
    """Return the view that a form was sent from; the whole list where it names none we can read."""
    try:
        return parse_view(parse_qsl(form.get("view", "")))
    except (BadInputError, NotAllowedError):
        return View()


def version_in(form: dict[str, str]) -> int | None:
    """Return the version of the row that a form was made for."""
    text = form.get("version", "")
    return int(text) if text.isdecimal() and len(text) < 10 else None
