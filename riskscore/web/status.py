"""Whether the desk can work, for whoever watches over it: database and lake within reach."""

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse

from riskscore import steps

router = APIRouter(include_in_schema=False)


@router.get("/health")
def show_health(request: Request) -> JSONResponse:
    """Say 200 where everything can be reached, 503 where not; without names, paths or versions."""
    found = steps.reach(request.app.state.counter.settings)
    checks = {check.name: "ok" if check.is_ok else "failing" for check in found.checks}
    return JSONResponse({"status": "ok" if found.is_ok else "failing", "checks": checks}, 200 if found.is_ok else 503)
