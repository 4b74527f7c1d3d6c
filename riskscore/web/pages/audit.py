"""The audit: who read what, who changed what, newest first."""

from fastapi import APIRouter, Response

from riskscore import desk
from riskscore.desk.audit import KINDS
from riskscore.web.rendering import page
from riskscore.web.visit import KnownVisit

router = APIRouter(include_in_schema=False)
MOST_LINES = 100


@router.get("/audit")
def show_audit(visit: KnownVisit, actor: str = "", kind: str = "", before: int | None = None) -> Response:
    """Show lines of the audit, and a way to older ones."""
    lines = desk.audit_lines(visit.officer, visit.counter, actor=actor, kind=kind, before=before, most=MOST_LINES)
    older = lines[-1].number if len(lines) == MOST_LINES else None
    return page(visit, "audit.html", lines=lines, actor=actor, kind=kind, older=older, kinds=KINDS)
