"""The demo: an invented world sent through the whole pipeline, its last days lived day by day."""

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import pandas as pd
from sqlalchemy import select

from riskscore.errors import SettingsError
from riskscore.exchange import Manifest
from riskscore.queues import MANDATORY, SCORE, Precision, precision_against_random
from riskscore.settings import Settings
from riskscore.steps.beginning import learn_from_history
from riskscore.steps.calendar import Report, days_between, silent
from riskscore.steps.days import run_day
from riskscore.steps.exporting import export_day, partners, signing_keys, verify
from riskscore.steps.intake import take_in
from riskscore.steps.landing import land
from riskscore.steps.processes import processes
from riskscore.steps.telling import told
from riskscore.steps.workspace import open_workspace
from riskscore.store.database import QueueItem
from riskscore.world import WorldSpec, make_world, outcomes_for, read_sealed, write_deliveries
from riskscore.world.spec import DEMO_CONTAINERS

MARK = "DEMO.txt"
"""What a demo leaves in the home that it may remove again."""
KEY = ["voyage_id", "container_number"]
DECIDED_BY = {"mandatory": "rule", "score": "model", "random": "random"}


@dataclass(frozen=True)
class DemoResult:
    """What the demo ends with."""

    last_day: date
    live_days: int
    precision: Precision
    bundles: dict[str, tuple[Path, Manifest]]
    public_key: Path


def run_demo(settings: Settings, spec: WorldSpec, *, report: Report = silent) -> DemoResult:
    """Make an invented world and send it through every step; the same spec gives the same queues.

    Raises SettingsError where the home folder holds anything but an earlier demo.
    """
    _clear(settings)
    _mark(settings)
    return live_demo(settings, spec, report)


@told
def live_demo(settings: Settings, spec: WorldSpec, report: Report) -> DemoResult:
    """Make the world in an empty home, learn from its past, live through its last days, and judge them."""
    report("invented world", 0, 1)
    with processes(1) as aside:  # what it needed is given back
        aside.submit(invent, settings, spec).result()
    report("invented world", 1, 1)
    live = days_between(spec.live_from, spec.start + timedelta(days=spec.days - 1))
    take_in(settings, land(settings, spec.start, live[-1], report=report), report=report)
    learn_from_history(settings, spec.start, spec.live_from - timedelta(days=1), report=report)
    live_through(settings, live, report=report)
    return DemoResult(
        last_day=live[-1],
        live_days=len(live),
        precision=judged_by_truth(settings, live),
        bundles=exchange(settings, live[-1]),
        public_key=signing_keys(settings).public_path,
    )


def invent(settings: Settings, spec: WorldSpec) -> None:
    """Make the world and write the files its senders send."""
    write_deliveries(make_world(spec), settings.drop)


def demo_world(seed: int, *, days: int, live_days: int, scale: float) -> WorldSpec:
    """Return the spec of a world `scale` times the usual size."""
    containers = max(1, round(DEMO_CONTAINERS * scale))
    return WorldSpec(seed=seed, days=days, live_days=live_days, containers_per_day=containers)


def live_through(settings: Settings, days: Sequence[date], *, report: Report = silent) -> None:
    """Run each day as it would be run, and let the units examine what their queues name.

    The world's own files of these days lie in the drop folder from the start and may be taken in before: each is known
    from its own day on all the same. Reports of what the queues led to arrive here.
    """
    world = read_sealed(settings.drop)
    for number, day in enumerate(days):
        report("live days", number, len(days))
        run_day(settings, day)
        exchange(settings, day)
        outcomes_for(world, _queued(settings, [day]), settings.drop)
    report("live days", len(days), len(days))


def judged_by_truth(settings: Settings, days: Sequence[date]) -> Precision:
    """Compare what the queues chose by rule and score with choosing as many at random, by what really was inside."""
    lake = open_workspace(settings).lake
    scores = lake.read("container_score", since=days[0], until=days[-1])
    is_hit = read_sealed(settings.drop).truth.set_index(KEY)["is_contraband"]
    candidates = scores.rename(columns={"score_day": "day"})[["day", "unit", *KEY]].join(
        is_hit.rename("is_hit"), on=KEY
    )
    queue = _queued(settings, days).join(is_hit.rename("is_hit"), on=KEY)
    return precision_against_random(queue, candidates.dropna(), why=(MANDATORY, SCORE))


def exchange(settings: Settings, day: date) -> dict[str, tuple[Path, Manifest]]:
    """Make every partner's bundle of `day` and verify each as its partner would."""
    key = signing_keys(settings).public_path
    made = {partner: export_day(settings, partner, day, today=day).folder for partner in partners(settings)}
    return {
        partner: (folder, verify(folder, key, recipient=partner, state=None, today=day))
        for partner, folder in made.items()
    }


def _queued(settings: Settings, days: Sequence[date]) -> pd.DataFrame:
    with open_workspace(settings).transaction() as session:
        items = session.scalars(select(QueueItem).where(QueueItem.queue_day.in_(days)))
        rows = [
            {
                "day": item.queue_day,
                "unit": item.unit,
                "voyage_id": item.voyage_id,
                "container_number": item.container_number,
                "why": item.why,
                "decided_by": DECIDED_BY[item.why],
                "selection_probability": item.selection_probability,
            }
            for item in items
        ]
    return pd.DataFrame(rows)


def _clear(settings: Settings) -> None:
    """Remove an earlier demo; refuse a folder that holds anything else, and a lake that is elsewhere."""
    if settings.lake:
        raise SettingsError(
            "A demo keeps its lake in RISKSCORE_HOME, and no other is emptied for it. Unset RISKSCORE_LAKE."
        )
    if not settings.home.exists() or not any(settings.home.iterdir()):
        return
    if not (settings.home / MARK).exists():
        raise SettingsError(f"{settings.home} holds data that is no demo's. Set RISKSCORE_HOME to an empty folder.")
    shutil.rmtree(settings.home)


def _mark(settings: Settings) -> None:
    """Say in the home itself that a demo made it: nothing that a sender can write has a say in what is removed."""
    settings.home.mkdir(parents=True, exist_ok=True)
    (settings.home / MARK).write_text("Made by `riskscore demo`, which removes all of it when it runs again here.\n")
