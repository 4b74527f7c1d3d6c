"""The supervisor's page: what the queues found, who carries what, what waits for too long."""

from datetime import date, timedelta

from fastapi import APIRouter, Response

from riskscore import desk
from riskscore.desk.officer import Right, require
from riskscore.web.plots import bar_width, plots_of
from riskscore.web.rendering import onward, page
from riskscore.web.visit import KnownVisit

router = APIRouter(include_in_schema=False)
USUAL = timedelta(days=30)


@router.get("/figures")
def choose_figures(visit: KnownVisit, unit: str = "", first: str = "", last: str = "") -> Response:
    """Lead to a unit's figures: those asked for, else the last month's."""
    require(visit.officer, Right.READ_FIGURES)
    units = desk.units(visit.officer, visit.counter)
    chosen = unit or (units[0] if units else "")
    until = date.fromisoformat(last) if last else visit.counter.now().date()
    since = date.fromisoformat(first) if first else until - USUAL
    return onward(f"/figures/{chosen}?first={since}&last={until}")


@router.get("/figures/{unit}")
def show_figures(visit: KnownVisit, unit: str, first: date | None = None, last: date | None = None) -> Response:
    """Show a unit's figures over the queues of a period."""
    until = last or visit.counter.now().date()
    shown = desk.figures(visit.officer, visit.counter, unit, first or until - USUAL, until)
    return page(
        visit,
        "figures.html",
        shown=shown,
        units=desk.units(visit.officer, visit.counter),
        plots=plots_of(shown, visit.speech),
        bar_width=bar_width,
        most_done=max((one.done + one.in_hand for one in shown.load), default=0),
        most_unfinished=max((one.open + one.in_hand for one in shown.ageing), default=0),
    )
