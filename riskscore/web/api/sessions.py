"""Calls that begin and end a session, and change the own account."""

from typing import Any

from fastapi import APIRouter, Request

from riskscore import desk
from riskscore.desk import Officer
from riskscore.web.api.answers import Me, Session, problems
from riskscore.web.api.asked import Credentials, LanguageChoice, PasswordChange
from riskscore.web.visit import GuardedVisit, KnownVisit

router = APIRouter(tags=["sessions"])


@router.post("/sessions", response_model=Session, status_code=201, responses=problems())
def begin(request: Request, credentials: Credentials) -> Any:
    """Begin a session with a local account; send its token as a bearer token from then on."""
    address = request.client.host if request.client else ""
    given = desk.log_in(request.app.state.counter, credentials.name, credentials.password, address=address)
    return Session(token=given.token, expires_at=given.expires_at, officer=_me(given.officer))


@router.delete("/sessions/current", status_code=204, responses=problems())
def end(visit: GuardedVisit) -> None:
    """End the session of this call."""
    desk.log_out(visit.counter, visit.token)
    visit.request.app.state.last_seen.forget(visit.token)


@router.get("/me", response_model=Me, responses=problems())
def me(visit: KnownVisit) -> Any:
    """Tell who is logged in."""
    return _me(visit.officer)


@router.put("/me/password", status_code=204, responses=problems())
def change_password(visit: GuardedVisit, change: PasswordChange) -> None:
    """Change the own password, and end all other sessions."""
    desk.change_password(visit.officer, visit.counter, old=change.old, new=change.new, keep_token=visit.token)


@router.put("/me/language", status_code=204, responses=problems())
def choose_language(visit: GuardedVisit, choice: LanguageChoice) -> None:
    """Remember the own language."""
    desk.choose_language(visit.officer, visit.counter, choice.language)


def _me(officer: Officer) -> Me:
    return Me(
        name=officer.name,
        role=officer.role.value,
        unit=officer.unit,
        language=officer.language,
        must_change_password=officer.must_change_password,
    )
