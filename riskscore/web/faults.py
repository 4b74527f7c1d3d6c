"""What went wrong, said plainly, with the next step: as a page for people, as problem+json for programs."""

import logging
import secrets
import traceback
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from sqlalchemy.exc import InterfaceError, OperationalError
from starlette.exceptions import HTTPException

from riskscore.errors import (
    BadInputError,
    DeliveryError,
    DeskClosedError,
    DeskError,
    LoginError,
    NoSuchItemError,
    NotAllowedError,
    NotReadyError,
    QueueError,
    RiskscoreError,
    TakenError,
    TooManyLoginsError,
)
from riskscore.web.guards import TooLargeError
from riskscore.web.languages import marked
from riskscore.web.pages.lists import list_last_seen
from riskscore.web.rendering import onward, page
from riskscore.web.visit import ForgedFormError, NobodyError, Visit, cookies_of, speech_for
from riskscore.web.words import sentence

log = logging.getLogger(__name__)

STATUS: dict[type[Exception], int] = {
    NobodyError: 401,
    TooManyLoginsError: 429,
    LoginError: 401,
    ForgedFormError: 403,
    NotAllowedError: 403,
    NoSuchItemError: 404,
    NotReadyError: 404,
    QueueError: 404,
    TakenError: 409,
    BadInputError: 422,
    DeliveryError: 422,
    RequestValidationError: 422,
    DeskClosedError: 503,
    OperationalError: 503,
    InterfaceError: 503,
    RiskscoreError: 500,
}
TITLES = {
    400: marked("This request makes no sense"),
    401: marked("Log in first"),
    403: marked("This is not open to you"),
    404: marked("There is nothing here"),
    405: marked("This address does not do that"),
    409: marked("Somebody was quicker"),
    413: marked("This is too large"),
    415: marked("This is not in a form we read"),
    422: marked("This makes no sense"),
    429: marked("Too many attempts"),
    500: marked("Something went wrong on our side"),
    503: marked("The database does not answer"),
}
SENTENCES: dict[type[Exception] | int, str] = {
    NobodyError: marked("Nobody is logged in here. Log in, and you come back to this page."),
    ForgedFormError: marked(
        "This form was not written by this page, or is out of date. Open the page again and send it anew."
    ),
    NotReadyError: marked("No scores or list are there for this unit and day. Choose another day of the list."),
    QueueError: marked("No unit of this name keeps a list. Choose one of the units offered."),
    RequestValidationError: marked(
        "The address or form holds something of the wrong form: {fields}. Correct it, or begin at the list."
    ),
    DeliveryError: marked("This delivery cannot be taken in. Look at it on the data page, or have it sent again."),
    DeskClosedError: marked(
        "Nothing was lost. Try again in a minute; what you last saw of your list can still be read."
    ),
    400: marked("What was sent cannot be read: it is cut off, or not UTF-8. Send it again, whole."),
    404: marked("Nobody made a page of this address. Check it, or begin at the list."),
    405: marked("Open the page again and use its buttons."),
    TooLargeError: marked("A photograph may have 10 megabytes. Send a smaller one; nothing of this one was kept."),
    413: marked("No form here needs more than a megabyte. Send less; nothing of it was kept."),
    500: marked("It is a defect, and on record as {number}. Report that number; your work up to here is kept."),
}


def answer_faults(app: FastAPI) -> None:
    """Let every error be answered by us."""
    for kind in (*STATUS, HTTPException):
        app.add_exception_handler(kind, answer)
    app.add_exception_handler(Exception, answer)


def answer(request: Request, error: Exception) -> Response:
    """Answer an error: a program gets problem+json, a person a page, or the list last seen."""
    status = status_of(error)
    values = _values(error)
    if request.url.path.startswith("/api/"):
        return problem(request, status, sentence_of(request, error, values), headers=_headers(error))
    if isinstance(error, NobodyError) and request.method == "GET":
        ended = "&ended=true" if error.session_ended else ""
        query = f"?{request.url.query}" if request.url.query else ""
        return onward(f"/login?next={quote(request.url.path + query)}{ended}")
    visit = _visit(request)
    if status == 503 and (stale := _last_seen(request, visit)) is not None:
        return stale
    response = _page(visit, status, sentence_of(request, error, values))
    response.headers.update(_headers(error))
    return response


def status_of(error: Exception) -> int:
    """Return the status of an answer to an error."""
    if isinstance(error, HTTPException):
        return error.status_code
    return next((STATUS[kind] for kind in type(error).__mro__ if kind in STATUS), 500)


def sentence_of(request: Request, error: Exception, values: Mapping[str, str]) -> str:
    """Return what went wrong and what to do next, in the language of the request."""
    speech = speech_for(request, getattr(getattr(request.state, "visit", None), "who", None))
    if isinstance(error, DeskError) and not isinstance(error, DeskClosedError):
        return sentence(error, speech)
    if isinstance(error, OperationalError | InterfaceError):
        return speech.text(SENTENCES[DeskClosedError])
    kinds: list[Any] = [*type(error).__mro__, status_of(error)]
    if isinstance(error, TooLargeError) and not error.is_photograph:
        kinds.remove(TooLargeError)
    said = next((SENTENCES[kind] for kind in kinds if kind in SENTENCES), TITLES[400])
    return speech.text(said, **values)


def problem(request: Request, status: int, detail: str, *, headers: Mapping[str, str] | None = None) -> Response:
    """Return an error as problem+json (RFC 9457)."""
    content = {
        "type": "about:blank",
        "title": speech_for(request).text(TITLES.get(status, TITLES[400])),
        "status": status,
        "detail": detail,
        "instance": request.url.path,
    }
    return JSONResponse(content, status, dict(headers or {}), media_type="application/problem+json")


def _values(error: Exception) -> dict[str, str]:
    """Return what a sentence names, and put a defect on record: its kind and place, never what it held."""
    if isinstance(error, RequestValidationError):
        return {"fields": ", ".join(sorted({str(one["loc"][-1]) for one in error.errors()}))[:200]}
    if status_of(error) != 500:
        return {}
    number = secrets.token_hex(4)
    where = traceback.extract_tb(error.__traceback__)
    place = f"{where[-1].filename}:{where[-1].lineno} in {where[-1].name}" if where else "nowhere"
    log.error("defect %s: %s at %s", number, type(error).__name__, place)
    return {"number": number}


def _headers(error: Exception) -> dict[str, str]:
    if isinstance(error, TooManyLoginsError):
        return {"retry-after": str(error.retry_after)}
    if isinstance(error, HTTPException) and error.headers:
        return dict(error.headers)
    if isinstance(error, NobodyError):
        return {"www-authenticate": "Bearer"}
    return {"retry-after": "30"} if status_of(error) == 503 else {}


def _visit(request: Request) -> Visit:
    """Return the visit, or what can be said of it where nobody could be found out."""
    known: Visit | None = getattr(request.state, "visit", None)
    return known or Visit(request, request.app.state.counter, speech_for(request), "", None)


def _last_seen(request: Request, visit: Visit) -> Response | None:
    """Return the list that this very session saw last, where a list or the first page was asked for."""
    token = request.cookies.get(cookies_of(request).session, "")
    seen = request.app.state.last_seen.of(token) if token else None
    path = request.url.path
    is_list = path == "/" or (path.startswith("/lists") and path.count("/") <= 3)
    if seen is None or request.method != "GET" or not is_list:
        return None
    return list_last_seen(Visit(request, visit.counter, visit.speech, token, seen.who), seen)


def _page(visit: Visit, status: int, sentence: str) -> Response:
    speech = visit.speech
    ways = [("/login", speech.text("Log in"))] if status == 401 else [("/", speech.text("To the first page"))]
    if status == 503:
        ways = [("/lists", speech.text("The list last seen"))]
    title = speech.text(TITLES.get(status, TITLES[400]))
    return page(visit, "fault.html", status=status, title=title, sentence=sentence, next_step="", ways=ways)
