"""The own account: password and language."""

from fastapi import APIRouter, Response

from riskscore import desk
from riskscore.errors import BadInputError, LoginError
from riskscore.web.rendering import Notice, onward, page
from riskscore.web.visit import Form, KnownVisit
from riskscore.web.words import sentence

router = APIRouter(include_in_schema=False)


@router.get("/account")
def show_account(visit: KnownVisit) -> Response:
    """Show who is logged in and what can be changed."""
    _ = visit.officer
    return page(visit, "account.html")


@router.get("/account/password")
def show_password(visit: KnownVisit, changed: bool = False) -> Response:
    """Show the form for a new password."""
    notice = None
    if visit.officer.must_change_password:
        said = visit.speech.text("This password was for the first time only. Choose your own.")
        notice = Notice(said, "warning")
    elif changed:
        notice = Notice(visit.speech.text("The password is changed; all other sessions have ended."))
    return page(visit, "password.html", notice=notice)


@router.post("/account/password")
def change_password(visit: KnownVisit, form: Form) -> Response:
    """Change the own password, and end all other sessions."""
    try:
        new = _typed_twice(form)
        desk.change_password(visit.officer, visit.counter, old=form.get("old", ""), new=new, keep_token=visit.token)
    except (LoginError, BadInputError) as error:
        notice = Notice(sentence(error, visit.speech), "fault")
        return page(visit, "password.html", status=422, notice=notice)
    return onward("/account/password?changed=true")


def _typed_twice(form: dict[str, str]) -> str:
    if form.get("new", "") != form.get("again", ""):
        raise BadInputError("The two new passwords are not the same. Type the new one twice.")
    return form.get("new", "")
