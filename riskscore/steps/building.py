"""Build features: for every row due on each day, as known at that day's cut-off."""

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

from riskscore.errors import NotReadyError
from riskscore.featureset import FeatureSet
from riskscore.settings import Settings
from riskscore.steps.calendar import Report, silent
from riskscore.steps.landing import waiting
from riskscore.steps.running import Running, days_as_partitions, running
from riskscore.steps.telling import told
from riskscore.store.database import ClosedDay
from riskscore.store.history import day_number, day_of
from riskscore.store.leases import close_days
from riskscore.trailing import State, load_state, save_state

DAYS_AT_ONCE = 60
"""Days whose rows are held in memory together, at most."""
ROWS_AT_ONCE = 1_000_000
"""Facts whose events are held in memory together, about; a day of more is still one day."""


@told
def build_features(settings: Settings, days: Sequence[date], grain: str, *, report: Report = silent) -> int:
    """Compute and keep the features of `grain` for each day; return the number of rows.

    The days are closed first: what arrives for them from now on is known later. Running it again replaces the
    same partitions with the same rows. Raises NotReadyError while a delivery known by then waits to be taken in.
    """
    ordered, built = sorted(days), 0
    with running(settings, "build_features", days_as_partitions(ordered, grain), grain=grain) as run:
        _close(run, ordered)
        work = run.work
        features = work.project.feature_sets[grain]
        run.inputs["features"] = features.version
        run.reads(*work.project.fact_tables)
        run.reads_deliveries(ordered)
        arrived = work.history(ordered[-1]).rows_by_day(features.tables)
        for chunk in chunks(ordered, arrived):
            built += _build(run, chunk, features, arrived, report)
        run.outcome["rows"] = built
    return built


def _build(
    run: Running, days: Sequence[date], features: FeatureSet, arrived: Mapping[date, int], report: Report
) -> int:
    """Go on from where every entity stood the day before; a state is kept after the features that go with it."""
    work, grain = run.work, features.grain.name
    history = work.history(days[-1])
    step, place = f"features of {grain}s", work.settings.states / grain
    state = _state_before(run, days[0], features, arrived, report)
    rows, closing = features.advance(
        history, days, state, each_day=lambda day: report(step, days.index(day), len(days)), crew=work.crew
    )
    run.lake.replace_days(f"{grain}_features", rows, days)
    _keep(run, place, closing)
    report(step, len(days), len(days))
    return len(rows)


def _state_before(
    run: Running, day: date, features: FeatureSet, arrived: Mapping[date, int], report: Report
) -> State | None:
    """Return the newest state of a day before, carried on until few enough facts are left to add.

    None where so few facts became known before `day` that they are best looked at with it.
    """
    work = run.work
    place, history = work.settings.states / features.grain.name, work.history(day)
    state = load_state(place, day_number(day), lambda number: features.origin(history, day_of(number)))
    since = date.min if state is None else day_of(state.day)
    legs = chunks(sorted(known for known in arrived if since < known < day), arrived)
    for number, leg in enumerate(legs[:-1], start=1):
        report(f"past of {features.grain.name}s", number - 1, len(legs) - 1)
        state = _keep(run, place, features.carry(work.history(leg[-1]), leg[-1], state, crew=work.crew))
        report(f"past of {features.grain.name}s", number, len(legs) - 1)
    return state


def _keep(run: Running, place: Path, state: State) -> State:
    """Keep a state, to go on from its files.

    A state says what it rests on: one of an older look at the facts would not be gone on from.
    """
    run.require()
    return save_state(place, state)


def chunks(days: Sequence[date], arrived: Mapping[date, int]) -> list[list[date]]:
    """Cut days, in order, into chunks of about as many facts as may be held together."""
    found: list[list[date]] = []
    held = 0
    for day in days:
        held += arrived.get(day, 0)
        if not found or held > ROWS_AT_ONCE or len(found[-1]) == DAYS_AT_ONCE:
            found.append([])
            held = arrived.get(day, 0)
        found[-1].append(day)
    return found


def _close(run: Running, days: Sequence[date]) -> None:
    """Close days; look before and after it for what landed: what comes between finds its day still open."""
    _require_taken_in(run, days[-1])
    with run.transaction() as session:
        close_days(session)
        for day in days:
            session.merge(ClosedDay(day=day))
    _require_taken_in(run, days[-1])


def _require_taken_in(run: Running, day: date) -> None:
    if landed := waiting(run.settings, day):
        raise NotReadyError(
            step="Features",
            needs=f"the content of {len(landed)} delivery(ies) that only landed, {landed[0]} first",
            day=str(day),
            then=f"Run `riskscore ingest --day {day}`.",
        )
