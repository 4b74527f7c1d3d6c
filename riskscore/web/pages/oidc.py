"""Logging in through an OpenID provider: there and back."""

import hmac

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from riskscore import desk
from riskscore.errors import LoginError, NoSuchItemError
from riskscore.web.pages.entry import welcomed
from riskscore.web.provider import REFUSED, Attempt, Provider
from riskscore.web.rendering import Notice, page
from riskscore.web.visit import AnyVisit, Visit, cookies_of, way_back
from riskscore.web.words import sentence

router = APIRouter(include_in_schema=False)
COOKIE = "riskscore-oidc"
SECONDS = 600


@router.get("/oidc/start")
def start(visit: AnyVisit, next: str = "/") -> Response:  # noqa: A002 the name in the address
    """Send the browser to the provider, and let it remember this attempt."""
    provider = _provider(visit.request)
    attempt = Attempt.begin(way_back(next))
    try:
        response = RedirectResponse(provider.way_there(attempt), 303)
    except LoginError as error:
        return _refused(visit, provider, error, 502)
    cookies_of(visit.request).put(response, COOKIE, attempt.packed(), seconds=SECONDS)
    return response


@router.get("/oidc/back")
def back(visit: AnyVisit, state: str = "", code: str = "") -> Response:
    """Let in whom the provider names, if the attempt began in this browser and an account is linked."""
    provider = _provider(visit.request)
    try:
        attempt = _attempt(visit.request, state, code)
        subject = provider.subject(attempt, code)
        given = desk.log_in_by_subject(visit.counter, issuer=provider.issuer, subject=subject, address=visit.address)
    except LoginError as error:
        response = _refused(visit, provider, error, 401)
    else:
        if visit.token:
            desk.log_out(visit.counter, visit.token)
        response = welcomed(visit, given, way_back(attempt.back))
    cookies_of(visit.request).drop(response, COOKIE)
    return response


def _attempt(request: Request, state: str, code: str) -> Attempt:
    """Return the attempt that this browser began; raise LoginError where the answer belongs to another."""
    attempt = Attempt.unpacked(request.cookies.get(COOKIE, ""))
    if not code or not hmac.compare_digest(state.encode(), attempt.state.encode()):
        raise LoginError(REFUSED)
    return attempt


def _provider(request: Request) -> Provider:
    provider: Provider | None = request.app.state.provider
    if provider is None:
        raise NoSuchItemError("No identity provider is set up here. Log in with your name and password.")
    return provider


def _refused(visit: Visit, provider: Provider, error: LoginError, status: int) -> Response:
    notice = Notice(sentence(error, visit.speech), "fault")
    return page(visit, "login.html", status=status, notice=notice, next="/", name="", provider=provider)
