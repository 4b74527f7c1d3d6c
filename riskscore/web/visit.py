"""One visit: who asks, in which language, with which secrets; every page and every call starts here."""

import hmac
import secrets
from dataclasses import dataclass
from functools import cached_property
from typing import Annotated
from urllib.parse import urlsplit

from fastapi import Depends, Request, Response
from starlette.datastructures import FormData, UploadFile

from riskscore import desk
from riskscore.desk import Desk, Officer
from riskscore.errors import RiskscoreError
from riskscore.web.languages import LANGUAGES, Speech, speech_of

LANGUAGE_COOKIE = "riskscore-language"
A_YEAR = 365 * 24 * 3600


class NobodyError(RiskscoreError):
    """Nobody is logged in; `session_ended` tells whether somebody was."""

    def __init__(self, *, session_ended: bool = False) -> None:
        super().__init__("Log in first.")
        self.session_ended = session_ended


class ForgedFormError(RiskscoreError):
    """A form or call does not carry the token of this visit: it may come from another site, or be out of date."""


@dataclass(frozen=True)
class Cookies:
    """Names and flags of our cookies: bound to this host, and to https where the desk is served so."""

    is_https: bool

    @property
    def session(self) -> str:
        """Name of the cookie that carries the session's secret."""
        return "__Host-riskscore" if self.is_https else "riskscore"

    @property
    def visitor(self) -> str:
        """Name of the cookie that guards the forms of somebody not logged in."""
        return "__Host-riskscore-visitor" if self.is_https else "riskscore-visitor"

    def put(self, response: Response, name: str, value: str, *, seconds: int | None = None) -> None:
        """Set a cookie that no script reads and no other site sends."""
        response.set_cookie(name, value, max_age=seconds, httponly=True, samesite="lax", secure=self.is_https)

    def drop(self, response: Response, name: str) -> None:
        """Make the browser forget a cookie."""
        response.delete_cookie(name, httponly=True, samesite="lax", secure=self.is_https)


@dataclass(frozen=True)
class Visit:
    """One request: who asks (None: nobody logged in), at which desk, in which language."""

    request: Request
    counter: Desk
    speech: Speech
    token: str
    """The session's secret; empty where nobody is logged in."""
    who: Officer | None
    new_visitor: str = ""
    """The secret to be set for somebody whom we have not seen before."""

    @property
    def officer(self) -> Officer:
        """Whoever is logged in; raises NobodyError where nobody is."""
        if self.who is None:
            raise NobodyError(session_ended=bool(self.request.cookies.get(cookies_of(self.request).session)))
        return self.who

    @cached_property
    def secret(self) -> str:
        """What the tokens of this visit's forms are made from."""
        return self.token or self.new_visitor or self.request.cookies.get(cookies_of(self.request).visitor, "")

    @property
    def csrf(self) -> str:
        """The token that every form and unsafe call of this visit carries."""
        return csrf_of(self.secret)

    @property
    def address(self) -> str:
        """Where the request comes from."""
        return self.request.client.host if self.request.client else ""


def csrf_of(secret: str) -> str:
    """Return the token of forms that goes with a session's or visitor's secret."""
    return hmac.new(secret.encode(), b"riskscore form", "sha256").hexdigest()


def cookies_of(request: Request) -> Cookies:
    """Return the cookies of the desk that serves this request."""
    cookies: Cookies = request.app.state.cookies
    return cookies


def visit_of(request: Request) -> Visit:
    """Find out who asks: by the session's cookie, or the bearer token of a program."""
    counter: Desk = request.app.state.counter
    cookies = cookies_of(request)
    token = bearer(request) or request.cookies.get(cookies.session, "")
    who = desk.officer_of(counter, token) if token else None
    if token and who is None:
        request.app.state.last_seen.forget(token)
    is_known = who is not None or cookies.visitor in request.cookies
    visit = Visit(
        request,
        counter,
        speech_for(request, who),
        token if who else "",
        who,
        "" if is_known else secrets.token_urlsafe(24),
    )
    request.state.visit = visit
    return visit


def speech_for(request: Request, who: Officer | None = None) -> Speech:
    """Return the language of an answer: the account's, else the browser's choice here, else what it accepts."""
    chosen = request.cookies.get(LANGUAGE_COOKIE, "")
    return speech_of(who.language if who else "", chosen, request.headers.get("accept-language", ""))


def bearer(request: Request) -> str:
    """Return the bearer token of a call; empty where there is none."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


AnyVisit = Annotated[Visit, Depends(visit_of)]


def known(visit: AnyVisit) -> Visit:
    """Let in whoever is logged in."""
    _ = visit.officer
    return visit


KnownVisit = Annotated[Visit, Depends(known)]


async def form_of(request: Request, visit: AnyVisit) -> dict[str, str]:
    """Read a form that carries this visit's token; raise ForgedFormError for any other."""
    form: FormData = await request.form(max_files=0, max_fields=200)
    return _proven(form, visit)


async def photograph_of(request: Request, visit: AnyVisit) -> tuple[dict[str, str], bytes]:
    """Read a form that carries this visit's token and one file, named photograph; without it the file is empty."""
    async with request.form(max_files=1, max_fields=20) as form:
        fields, file = _proven(form, visit), form.get("photograph")
        return fields, await file.read() if isinstance(file, UploadFile) else b""


def _proven(form: FormData, visit: Visit) -> dict[str, str]:
    """Return the fields of a form that carries this visit's token; raise ForgedFormError for any other."""
    fields = {name: value for name, value in form.multi_items() if not isinstance(value, UploadFile)}
    if not visit.secret or not hmac.compare_digest(fields.pop("csrf", "").encode(), visit.csrf.encode()):
        raise ForgedFormError("This form was not written by this page, or is out of date. Open the page again.")
    return fields


Form = Annotated[dict[str, str], Depends(form_of)]
PhotographForm = Annotated[tuple[dict[str, str], bytes], Depends(photograph_of)]


def guarded(request: Request, visit: KnownVisit) -> Visit:
    """Let a call change something: with a bearer token, or with a cookie and this visit's token in X-CSRF-Token."""
    if not bearer(request):
        given = request.headers.get("x-csrf-token", "")
        if not hmac.compare_digest(given.encode(), visit.csrf.encode()):
            raise ForgedFormError("This call needs a bearer token, or the header X-CSRF-Token.")
    return visit


GuardedVisit = Annotated[Visit, Depends(guarded)]


def way_back(address: str) -> str:
    """Return an address of ours as it is, and anybody else's as our first page."""
    parts = urlsplit(address)
    is_ours = (
        not parts.scheme and not parts.netloc and address.startswith("/") and not address.startswith(("//", "/\\"))
    )
    return address if is_ours and address.isprintable() and "\\" not in address else "/"


def remember_language(response: Response, cookies: Cookies, language: str) -> None:
    """Let the browser remember a language we speak."""
    if language in LANGUAGES:
        cookies.put(response, LANGUAGE_COOKIE, language, seconds=A_YEAR)
