"""The data page: what came, what was set aside and why; rows are put right and replayed here."""

from fastapi import APIRouter, Response

from riskscore import desk
from riskscore.errors import BadInputError, NoSuchItemError
from riskscore.web.rendering import Notice, page
from riskscore.web.visit import Form, KnownVisit, Visit
from riskscore.web.words import sentence

router = APIRouter(include_in_schema=False)
MOST_ROWS = 200


@router.get("/data")
def show_data(visit: KnownVisit) -> Response:
    """Show feeds, deliveries, quarantine by rule, last runs and drift."""
    return page(visit, "data.html", shown=desk.feeds_page(visit.officer, visit.counter))


@router.get("/data/quarantine")
def show_quarantine(visit: KnownVisit, feed: str = "", rule: str = "") -> Response:
    """Show what is wrong with rows set aside."""
    found = desk.quarantine(visit.officer, visit.counter, feed=feed, rule=rule, most=MOST_ROWS)
    return page(visit, "quarantine.html", found=found, feed=feed, rule=rule, most=MOST_ROWS)


@router.get("/data/quarantine/{row}")
def show_row(visit: KnownVisit, row: int) -> Response:
    """Show one row set aside, with a field for every column that is wrong."""
    return _row(visit, row)


@router.post("/data/quarantine/{row}")
def fix_and_replay(visit: KnownVisit, form: Form, row: int) -> Response:
    """Put a row right and publish it; where it is still wrong, say why and keep what was typed."""
    fix = _fix(form)
    try:
        _require_a_change(fix)
        done = desk.repair(visit.officer, visit.counter, row, fix)
    except BadInputError as error:
        return _row(visit, row, fix, Notice(sentence(error, visit.speech), "fault"))
    notice = Notice(visit.speech.text("The row was put right and published."))
    return page(visit, "replayed.html", notice=notice, done=done)


def _row(visit: Visit, row: int, fix: dict[str, str] | None = None, notice: Notice | None = None) -> Response:
    found = [one for one in desk.quarantine(visit.officer, visit.counter, most=100_000) if one.row == row]
    if not found:
        raise NoSuchItemError("No row {row} is set aside. Choose one of the list.", row=str(row))
    named = sorted({name for one in found for name in one.column.split(", ") if name})
    status = 422 if notice else 200
    return page(
        visit, "quarantine_row.html", status=status, notice=notice, row=row, found=found, named=named, fix=fix or {}
    )


def _fix(form: dict[str, str]) -> dict[str, str]:
    """Return the new values of a form, by column; an empty field changes nothing."""
    fix = {name.removeprefix("set-"): value for name, value in form.items() if name.startswith("set-") and value}
    column = form.get("column", "").strip()
    return {**fix, column: form.get("value", "")} if column else fix


def _require_a_change(fix: dict[str, str]) -> None:
    if not fix:
        raise BadInputError("Nothing was changed. Give at least one column a new value.")
