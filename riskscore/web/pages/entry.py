"""Coming in and going out: log in, log out, choose a language, and the first page."""

from contextlib import suppress

from fastapi import APIRouter, Response

from riskscore import desk
from riskscore.desk import Right, SessionGiven, may
from riskscore.errors import LoginError, NotAllowedError, TooManyLoginsError
from riskscore.web.languages import LANGUAGES
from riskscore.web.rendering import Notice, onward, page
from riskscore.web.visit import AnyVisit, Form, KnownVisit, Visit, cookies_of, remember_language, way_back
from riskscore.web.words import sentence

router = APIRouter(include_in_schema=False)


@router.get("/")
def first_page(visit: KnownVisit) -> Response:
    """Send each role to its work."""
    who = visit.officer
    if who.must_change_password:
        return onward("/account/password")
    if may(who, Right.READ_CARGO):
        return onward("/lists")
    return onward("/data")


@router.get("/login")
def show_login(visit: AnyVisit, next: str = "/", ended: bool = False) -> Response:  # noqa: A002 the name in the address
    """Show the form, or go on where somebody is logged in."""
    if visit.who:
        return onward(way_back(next))
    notice = Notice(visit.speech.text("Your session has ended. Log in again to go on."), "warning") if ended else None
    return _form(visit, way_back(next), notice=notice)


@router.post("/login")
def log_in(visit: AnyVisit, form: Form) -> Response:
    """Begin a session with a new secret; the old one, if any, ends."""
    back = way_back(form.get("next", "/"))
    name = form.get("name", "").strip()
    try:
        given = desk.log_in(visit.counter, name, form.get("password", ""), address=visit.address)
    except TooManyLoginsError as error:
        refused = _form(visit, back, name=name, status=429, notice=Notice(_said(visit, error), "fault"))
        refused.headers["retry-after"] = str(error.retry_after)
        return refused
    except LoginError as error:
        return _form(visit, back, name=name, status=401, notice=Notice(_said(visit, error), "fault"))
    if visit.token:
        desk.log_out(visit.counter, visit.token)
    return welcomed(visit, given, back)


@router.post("/logout")
def log_out(visit: AnyVisit, form: Form) -> Response:
    """End the session here and in the database."""
    _ = form
    if visit.token:
        desk.log_out(visit.counter, visit.token)
        visit.request.app.state.last_seen.forget(visit.token)
    response = onward("/login")
    cookies_of(visit.request).drop(response, cookies_of(visit.request).session)
    return response


@router.post("/language")
def choose_language(visit: AnyVisit, form: Form) -> Response:
    """Remember a language: with the account, and in this browser."""
    language = form.get("language", "")
    if visit.who and language in LANGUAGES:
        with suppress(NotAllowedError):  # before the one-time password was changed: the browser remembers it
            desk.choose_language(visit.who, visit.counter, language)
    response = onward(way_back(form.get("back", "/")))
    remember_language(response, cookies_of(visit.request), language)
    return response


def welcomed(visit: Visit, given: SessionGiven, back: str) -> Response:
    """Give the browser its session, and go on to where it wanted to go."""
    response = onward("/account/password" if given.officer.must_change_password else back)
    cookies = cookies_of(visit.request)
    seconds = max(int((given.expires_at - visit.counter.now()).total_seconds()), 1)
    cookies.put(response, cookies.session, given.token, seconds=seconds)
    cookies.drop(response, cookies.visitor)
    return response


def _form(visit: Visit, back: str, *, name: str = "", status: int = 200, notice: Notice | None = None) -> Response:
    provider = visit.request.app.state.provider
    return page(visit, "login.html", status=status, notice=notice, next=back, name=name, provider=provider)


def _said(visit: Visit, error: LoginError) -> str:
    return sentence(error, visit.speech)
