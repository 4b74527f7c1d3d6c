"""Tell what steps do: a line in the log, how the last one of each kind ended, metrics; faults in our words."""

import json
import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from datetime import UTC, date, datetime
from functools import wraps
from pathlib import Path
from time import monotonic
from typing import Any, ParamSpec, TypeVar

from deltalake.exceptions import DeltaError
from sqlalchemy.exc import OperationalError, SQLAlchemyError

from riskscore.errors import RiskscoreError
from riskscore.exchange.durable import replace_file
from riskscore.logs import configure_logs, run_id, say
from riskscore.memory import suit_steps
from riskscore.settings import Settings
from riskscore.steps.surroundings import in_our_words

P = ParamSpec("P")
R = TypeVar("R")
_depth: ContextVar[int] = ContextVar("depth", default=0)


def told(step: Callable[P, R]) -> Callable[P, R]:
    """Make a step tell of itself; its first argument is the settings.

    What tells never stops what is told of: where the last outcome or the metrics cannot be written, the step goes on.
    """

    @wraps(step)
    def run(*args: P.args, **named: P.kwargs) -> R:
        settings: Settings = args[0]  # type: ignore[assignment]  # every step begins with them
        configure_logs(settings.log)
        suit_steps()
        about = {"step": step.__name__, **_about(args[1:])}
        began = monotonic()
        with _telling(settings, about, began):
            result = step(*args, **named)
        say("step ended", **about, rows=_rows(result), seconds=monotonic() - began)
        return result

    return run


@contextmanager
def _telling(settings: Settings, about: Mapping[str, Any], began: float) -> Iterator[None]:
    """Remember how it ends, and call faults of the surroundings by our names."""
    outer = _depth.set(_depth.get() + 1)
    error: Exception | None = None
    try:
        yield
    except (OSError, OperationalError, DeltaError) as fault:
        error = in_our_words(fault, settings) or fault
        if error is fault:
            raise
        raise error from None
    except Exception as fault:
        error = fault
        raise
    finally:
        _depth.reset(outer)
        _remember(settings, about, error, seconds=monotonic() - began)


def last_outcomes(settings: Settings) -> dict[str, dict[str, Any]]:
    """Return how the last run of each step ended: step, day, at, seconds, error ("" where it ended well)."""
    found = {}
    for path in sorted((settings.metrics / "steps").glob("*.json")):
        with suppress(OSError, ValueError):
            found[path.stem] = json.loads(path.read_text(encoding="utf-8"))
    return found


def _remember(settings: Settings, about: Mapping[str, Any], error: Exception | None, *, seconds: float) -> None:
    if error is not None:
        kind = type(error).__name__
        say("step failed", severity=logging.ERROR, **about, error=kind, seconds=seconds)
    outcome = {
        **{name: str(value) for name, value in about.items()},
        "run": run_id(),
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "seconds": round(seconds, 3),
        "error": "" if error is None else type(error).__name__,
        "said": str(error) if isinstance(error, RiskscoreError) else "",
    }
    with suppress(OSError, RiskscoreError, SQLAlchemyError):
        replace_file(_kept(settings, str(about["step"])), json.dumps(outcome).encode(), mode=0o644)
        if not _depth.get():
            from riskscore.steps.standing import write_metrics  # noqa: PLC0415 it tells of steps, as this does

            write_metrics(settings)


def _kept(settings: Settings, step: str) -> Path:
    return settings.metrics / "steps" / f"{step}.json"


def _about(args: tuple[object, ...]) -> dict[str, Any]:
    """Return the day a step works on, where one of its arguments says so."""
    for one in args:
        if isinstance(one, date):
            return {"day": one}
        if isinstance(one, list | tuple) and one and all(isinstance(day, date) for day in one):
            return {"day": max(one)}
    return {}


def _rows(result: object) -> int | None:
    """Return how much a step did, where what it returns says so."""
    if isinstance(result, bool):
        return None
    if isinstance(result, int):
        return result
    if isinstance(result, dict) and all(isinstance(value, int) for value in result.values()):
        return sum(result.values())
    if isinstance(result, list):
        return len(result)
    received = getattr(result, "received", None)
    return received if isinstance(received, int) else None
