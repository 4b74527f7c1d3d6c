"""The ledger of runs, to be read: what ran, what came of it, and what to do where nothing did."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from riskscore.errors import SettingsError
from riskscore.settings import Settings
from riskscore.steps.workspace import open_workspace
from riskscore.store.runs import DONE, FAILED, RUNNING, STALE, RunPartition, StepLease, StepRun

STATES = (RUNNING, DONE, FAILED, STALE)
AGAIN = {
    "land": "riskscore ingest --day {day}",
    "take_in": "riskscore ingest --day {day}",
    "fix_and_replay": "riskscore quarantine fix-and-replay",
    "build_features": "riskscore features --day {day}",
    "score_containers": "riskscore score --day {day}",
    "score_voyages": "riskscore score --day {day}",
    "fill_queues": "riskscore score --day {day}",
    "train_model": "riskscore train {first} --day {day}",
    "monitor_day": "riskscore monitor --day {day}",
    "export_day": "riskscore exports create --partner {first} --day {day}",
}
"""Step -> the command that runs it again; `first` is the first word of its partition."""


@dataclass(frozen=True)
class RunLine:
    """One run as people read it."""

    number: int
    step: str
    partition: str
    """Its key; of several the first, the last and how many."""
    day: date
    attempt: int
    state: str
    began_at: datetime
    seconds: float | None
    """None where it has not ended."""
    rows: int | None
    error: str
    then: str
    """What to know or do next; empty where all is well."""


def runs(
    settings: Settings, *, day: date | None = None, step: str = "", state: str = "", most: int = 50
) -> list[RunLine]:
    """Return at most `most` runs, newest first; raise SettingsError for a step or state there is none of."""
    _require_one_of("step", step, AGAIN)
    _require_one_of("state", state, STATES)
    wanted = select(StepRun).order_by(StepRun.number.desc()).limit(most)
    wanted = wanted.where(StepRun.step == step) if step else wanted
    wanted = wanted.where(StepRun.state == state) if state else wanted
    if day:
        wanted = wanted.where(StepRun.number.in_(select(RunPartition.run).where(RunPartition.day == day)))
    with open_workspace(settings).transaction() as session:
        return [_line(session, run) for run in session.scalars(wanted)]


def _require_one_of(what: str, given: str, known: Sequence[str] | Mapping[str, str]) -> None:
    if given and given not in known:
        raise SettingsError(f"No {what} {given!r}; there are {', '.join(known)}.")


def _line(session: Session, run: StepRun) -> RunLine:
    parts = list(
        session.scalars(
            select(RunPartition)
            .where(RunPartition.run == run.number)
            .order_by(RunPartition.day, RunPartition.partition_key)
        )
    )
    first, last = parts[0], parts[-1]
    several = "" if len(parts) == 1 else f" … {last.partition_key} ({len(parts)})"
    rows = run.outcome.get("rows")
    return RunLine(
        number=run.number,
        step=run.step,
        partition=first.partition_key + several,
        day=first.day,
        attempt=max(part.attempt for part in parts),
        state=run.state,
        began_at=run.began_at,
        seconds=(run.ended_at - run.began_at).total_seconds() if run.ended_at else None,
        rows=rows.get("accepted") if isinstance(rows, dict) else rows,
        error=run.error,
        then=_then(session, run, parts),
    )


def _then(session: Session, run: StepRun, parts: Sequence[RunPartition]) -> str:
    """Say what to do about a run that did not end well, or what it found of the one before."""
    taken_over = sorted({part.took_over for part in parts if part.took_over})
    before = f"run {', '.join(map(str, taken_over))} before it never ended" if taken_over else ""
    if run.state == DONE:
        return before
    lease = session.get(StepLease, (run.step, parts[0].partition_key))
    if lease and lease.token != run.number:
        newer = session.get_one(StepRun, lease.token)
        ended = "never ended; " if run.state == RUNNING else ""
        return f"{ended}run {newer.number} took its place: {newer.state}"
    again = AGAIN[run.step].format(day=parts[0].day, first=parts[0].partition_key.split()[0])
    if run.state == RUNNING:
        seen = f"{lease.checked_at:%Y-%m-%d %H:%M:%S}" if lease else "never"
        return f"last seen {seen} UTC; if its process is gone: {again}"
    return "; ".join(part for part in (before, f"mend the cause, then: {again}") if part)
