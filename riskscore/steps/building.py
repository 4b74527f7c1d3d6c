"""Build features: for every row due on each day, as known at that day's cut-off."""

from collections.abc import Sequence
from datetime import date

from riskscore.errors import NotReadyError
from riskscore.settings import Settings
from riskscore.steps.calendar import Report, silent
from riskscore.steps.landing import waiting
from riskscore.steps.workspace import Workspace, open_workspace
from riskscore.store.database import ClosedDay
from riskscore.store.history import day_number, day_of
from riskscore.trailing import load_state, save_state

DAYS_AT_ONCE = 60
"""Days whose rows are held in memory together."""


def build_features(settings: Settings, days: Sequence[date], grain: str, *, report: Report = silent) -> int:
    """Compute and keep the features of `grain` for each day; return the number of rows.

    The days are closed first: what arrives for them from now on is known later. Running it again replaces the
    same partitions with the same rows. Raises NotReadyError while a delivery known by then waits to be taken in.
    """
    work = open_workspace(settings)
    ordered = sorted(days)
    _close(work, ordered)
    chunks = [ordered[start : start + DAYS_AT_ONCE] for start in range(0, len(ordered), DAYS_AT_ONCE)]
    return sum(_build(work, chunk, grain, report) for chunk in chunks)


def _build(work: Workspace, days: Sequence[date], grain: str, report: Report) -> int:
    """Go on from the newest state before the days; a state is kept after the features that go with it."""
    features, history = work.project.feature_sets[grain], work.history(days[-1])
    step, place = f"features of {grain}s", work.settings.states / grain
    state = load_state(
        place, before=day_number(days[0]), origin_on=lambda number: features.origin(history, day_of(number))
    )
    rows, closing = features.advance(
        history, days, state, each_day=lambda day: report(step, days.index(day), len(days))
    )
    work.lake.replace_days(f"{grain}_features", rows, days)
    save_state(place, closing)
    report(step, len(days), len(days))
    return len(rows)


def _close(work: Workspace, days: Sequence[date]) -> None:
    if landed := waiting(work.settings, days[-1]):
        raise NotReadyError(
            step="Features",
            needs=f"the content of {len(landed)} delivery(ies) that only landed, {landed[0]} first",
            day=str(days[-1]),
            then=f"Run `riskscore ingest --day {days[-1]}`.",
        )
    with work.transaction() as session:
        for day in days:
            session.merge(ClosedDay(day=day))
