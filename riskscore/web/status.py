"""Whether the desk can work, for whoever watches over it: database and lake within reach."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, PlainTextResponse
from sqlalchemy import literal, select
from sqlalchemy.exc import SQLAlchemyError

from riskscore import steps
from riskscore.errors import RiskscoreError
from riskscore.settings import Settings
from riskscore.store.database import transaction

router = APIRouter(include_in_schema=False)


@dataclass(frozen=True)
class Health:
    """What was reached: the name of each thing and how it is, `ok` or what is wrong with it."""

    checks: dict[str, str]

    @property
    def is_well(self) -> bool:
        """Whether everything was reached."""
        return all(found == "ok" for found in self.checks.values())


def health(settings: Settings) -> Health:
    """Reach for the database and the lake."""
    return Health({"database": _tried(lambda: _ask(settings)), "lake": _tried(lambda: _look(settings))})


def metrics_text(settings: Settings) -> str:
    """Return the health in Prometheus' text format."""
    started = time.perf_counter()
    found = health(settings)
    lines = ["# HELP riskscore_up Whether a part can be reached.", "# TYPE riskscore_up gauge"]
    lines += [f'riskscore_up{{part="{part}"}} {int(state == "ok")}' for part, state in found.checks.items()]
    lines += [
        "# HELP riskscore_health_seconds How long reaching for all parts took.",
        "# TYPE riskscore_health_seconds gauge",
        f"riskscore_health_seconds {time.perf_counter() - started:.6f}",
    ]
    return "\n".join(lines) + "\n"


@router.get("/health")
def show_health(request: Request) -> JSONResponse:
    """Say 200 where everything can be reached, 503 where not; without names, paths or versions."""
    found = health(request.app.state.counter.settings)
    return JSONResponse(
        {"status": "ok" if found.is_well else "failing", "checks": found.checks}, 200 if found.is_well else 503
    )


@router.get("/metrics")
def show_metrics(request: Request) -> PlainTextResponse:
    """Give the figures that Prometheus collects."""
    return PlainTextResponse(
        metrics_text(request.app.state.counter.settings), media_type="text/plain; version=0.0.4; charset=utf-8"
    )


def _tried(reach: Callable[[], object]) -> str:
    try:
        reach()
    except (SQLAlchemyError, RiskscoreError, OSError) as error:
        return type(error).__name__
    return "ok"


def _ask(settings: Settings) -> None:
    with transaction(settings.database) as session:
        session.execute(select(literal(1)))


def _look(settings: Settings) -> None:
    steps.open_workspace(settings).lake.version("port_call")
