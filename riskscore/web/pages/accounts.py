"""Accounts, for whoever keeps them: add, disable, new password, end sessions, link to an identity provider."""

from collections.abc import Callable

from fastapi import APIRouter, Response

from riskscore import desk
from riskscore.desk import Role
from riskscore.errors import BadInputError, NoSuchItemError
from riskscore.web.rendering import Notice, page
from riskscore.web.visit import Form, KnownVisit, Visit
from riskscore.web.words import sentence

router = APIRouter(include_in_schema=False)


@router.get("/accounts")
def show_accounts(visit: KnownVisit) -> Response:
    """Show every account."""
    return _shown(visit)


@router.post("/accounts")
def add_account(visit: KnownVisit, form: Form) -> Response:
    """Make an account, and show its one-time password this once."""
    name = form.get("name", "").strip()
    role, unit = form.get("role", ""), form.get("unit", "").strip().upper()
    return _done(
        visit,
        lambda: _told(visit, name, desk.add_account(visit.officer, visit.counter, name=name, role=role, unit=unit)),
    )


@router.post("/accounts/{name}/{change}")
def change_account(visit: KnownVisit, form: Form, name: str, change: str) -> Response:
    """Change one account."""
    if change not in CHANGES:
        raise NoSuchItemError("There is no change {change} of an account. Go back to the accounts.", change=change[:40])
    done = _done(visit, lambda: CHANGES[change](visit, name, form))
    visit.request.app.state.last_seen.forget_account(name)
    return done


def _disable(visit: Visit, name: str, _form: dict[str, str]) -> str:
    desk.disable_account(visit.officer, visit.counter, name)
    return visit.speech.text("{name} cannot log in any more; its sessions have ended.", name=name)


def _reset(visit: Visit, name: str, _form: dict[str, str]) -> str:
    return _told(visit, name, desk.reset_password(visit.officer, visit.counter, name))


def _revoke(visit: Visit, name: str, _form: dict[str, str]) -> str:
    ended = desk.revoke_sessions(visit.officer, visit.counter, name)
    return visit.speech.counted(
        "{number} session of {name} ended.", "{number} sessions of {name} ended.", ended, name=name
    )


def _link(visit: Visit, name: str, form: dict[str, str]) -> str:
    issuer, subject = form.get("issuer", "").strip(), form.get("subject", "").strip()
    desk.link_subject(visit.officer, visit.counter, name, issuer=issuer, subject=subject)
    return visit.speech.text("{name} can log in through the identity provider.", name=name)


CHANGES: dict[str, Callable[[Visit, str, dict[str, str]], str]] = {
    "disable": _disable,
    "reset-password": _reset,
    "end-sessions": _revoke,
    "link": _link,
}


def _told(visit: Visit, name: str, password: str) -> str:
    return visit.speech.text(
        "The one-time password of {name} is {password} – it is shown this once. Hand it over in person.",
        name=name,
        password=password,
    )


def _done(visit: Visit, do: Callable[[], str]) -> Response:
    try:
        return _shown(visit, Notice(do()))
    except (BadInputError, NoSuchItemError) as error:
        return _shown(visit, Notice(sentence(error, visit.speech), "fault"), status=422)


def _shown(visit: Visit, notice: Notice | None = None, *, status: int = 200) -> Response:
    found = desk.accounts(visit.officer, visit.counter)
    provider = visit.request.app.state.provider
    issuer = provider.issuer if provider else ""
    return page(visit, "accounts.html", status=status, notice=notice, accounts=found, roles=list(Role), issuer=issuer)
