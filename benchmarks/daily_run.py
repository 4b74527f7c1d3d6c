"""What a day costs, by its size and by the history behind it: python -m benchmarks.daily_run [--containers ...].

An invented world of the size asked for is taken in as its senders would send it; behind it, its facts are laid down
again and again as an older past. The day before the last builds the first states; the last day is then run step by
step, each in a process of its own, from the files in the drop folder to the queues.
"""

import argparse
import os
import platform
import resource
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import pandas as pd
import pyarrow as pa

from benchmarks.demo_home import demo_home
from riskscore import steps
from riskscore.learning import promote
from riskscore.settings import Settings
from riskscore.steps.processes import processes
from riskscore.steps.workspace import open_workspace
from riskscore.world import WorldSpec, make_world, write_deliveries

RESULTS = Path(__file__).parent / "results" / "daily_run.md"
WORLD_DAYS = 75
"""Days of the world that is sent as files; longer than any voyage of it."""
BLOCK_DAYS = 56
"""Days of it that the older past repeats."""
KEYS = {"consignment": "voyage_id", "port_call": "voyage_id", "inspection": "inspection_id", "seizure": "seizure_id"}
"""Tables of facts, and the column that tells one repetition from another."""
USUAL = 1500
DEFAULT_SIZES, DEFAULT_HISTORIES = [1500, 30_000], [90, 365, 1095]

Step = Callable[[Settings, date], object]
STEPS: dict[str, Step] = {
    "land, take in": lambda settings, day: steps.take_in(settings, steps.land(settings, day)),
    "features of containers": lambda settings, day: steps.build_features(settings, [day], "container"),
    "score": steps.score_day,
    "queues": steps.fill_queues,
}


@dataclass(frozen=True)
class Cost:
    """What a step took: seconds by the clock and of the processors, and gigabytes at the most."""

    wall: float
    cpu: float
    peak: float


def measured(step: str, settings: Settings, day: date) -> Cost:
    """Run a step here and return what it took; its own processes count."""
    wall, cpu = time.perf_counter(), _cpu()
    STEPS[step](settings, day)
    peak = max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return Cost(time.perf_counter() - wall, _cpu() - cpu, peak / 2**20)


def take_in_world(settings: Settings, spec: WorldSpec, models: Path) -> None:
    """Fill a home with an invented world as its senders sent it, up to three days before its end, and with models."""
    last = last_day(spec)
    write_deliveries(make_world(spec), settings.drop)
    steps.take_in(settings, steps.land(settings, spec.start, last - timedelta(days=2)))
    for model in (folder for folder in models.iterdir() if folder.is_dir()):
        shutil.copytree(model, settings.artefacts / model.name)
        newest = max((settings.artefacts / model.name).glob("*.current"))
        promote(settings.artefacts / model.name, newest.read_text().strip(), last - timedelta(days=2))


def live_the_past(settings: Settings, spec: WorldSpec, history: int) -> None:
    """Lay down `history` days behind the last day of a home, and run the day before the last."""
    last = last_day(spec)
    lay_down(settings, spec, last - timedelta(days=history))
    steps.run_day(settings, last - timedelta(days=1))


def lay_down(settings: Settings, spec: WorldSpec, oldest: date) -> None:
    """Repeat the facts of the world's last days before its first day, back to `oldest`."""
    lake, last = open_workspace(settings).lake, last_day(spec)
    for table, key in KEYS.items():
        block = lake.read(table, since=last - timedelta(days=BLOCK_DAYS), until=last - timedelta(days=1))
        schema = lake.schema(table).arrow()
        for number, back in enumerate(range(spec.days - 1, (last - oldest).days, BLOCK_DAYS)):
            older = earlier(block, schema, back).assign(**{key: block[key] + f"-{number}"})
            older = older[older["known_day"] >= oldest]
            lake.replace_days(table, older, sorted(set(older["known_day"])))


def earlier(facts: pd.DataFrame, schema: pa.Schema, days: int) -> pd.DataFrame:
    """Return facts as if all of it had happened so many days before."""
    instants = [field.name for field in schema if pa.types.is_timestamp(field.type)]
    dates = [field.name for field in schema if pa.types.is_date(field.type)]
    shifted = {name: facts[name] - pd.Timedelta(days=days) for name in instants}
    by_date = {name: {day: day - timedelta(days=days) for day in facts[name].dropna().unique()} for name in dates}
    return facts.assign(**shifted, **{name: facts[name].map(known) for name, known in by_date.items()})


def last_day(spec: WorldSpec) -> date:
    """Return the last day of a world."""
    return spec.start + timedelta(days=spec.days - 1)


def prepared(folder: Path, containers: int) -> tuple[WorldSpec, Path]:
    """Return a world of so many containers a day and the home that took it in, made below `folder` if need be."""
    spec = WorldSpec(days=WORLD_DAYS, live_days=2, containers_per_day=containers)
    home = folder / f"{containers}"
    if not (home / "done").exists():
        shutil.rmtree(home, ignore_errors=True)
        with processes(1) as aside:
            aside.submit(take_in_world, Settings(home=home), spec, demo_home(folder).artefacts).result()
        (home / "done").touch()
    return spec, home


def day_costs(folder: Path, containers: int, history: int) -> tuple[dict[str, Cost], int]:
    """Return what each step of the last day took, and how many rows of facts lay behind it."""
    spec, taken_in = prepared(folder, containers)
    settings, last = Settings(home=folder / f"{containers}-{history}"), last_day(spec)
    shutil.rmtree(settings.home, ignore_errors=True)
    shutil.copytree(taken_in, settings.home)
    with processes(1) as aside:
        aside.submit(live_the_past, settings, spec, history).result()
    costs = {}
    for step in STEPS:
        with processes(1) as aside:
            costs[step] = aside.submit(measured, step, settings, last).result()
    rows = sum(sum(open_workspace(settings).lake.row_counts(table).values()) for table in KEYS)
    shutil.rmtree(settings.home)
    return costs, rows


def page(found: dict[tuple[int, int], tuple[dict[str, Cost], int]]) -> Iterator[str]:
    """Yield the lines of the results."""
    yield "# A day, from the drop folder to the queues\n"
    yield "Invented data. Each step in a process of its own, Python's start and imports included in the memory only.\n"
    yield f"{os.cpu_count()} cores, Python {platform.python_version()}, load {os.getloadavg()[0]:.1f} at the end.\n"
    yield "| containers a day | days of history | facts behind | step | seconds | CPU seconds | peak GB |"
    yield "|---:|---:|---:|---|---:|---:|---:|"
    for (containers, history), (costs, rows) in found.items():
        whole = Cost(
            sum(cost.wall for cost in costs.values()),
            sum(cost.cpu for cost in costs.values()),
            max(cost.peak for cost in costs.values()),
        )
        for step, cost in {**costs, "**the day**": whole}.items():
            numbers = f"{cost.wall:.1f} | {cost.cpu:.1f} | {cost.peak:.2f}"
            yield f"| {containers:,} | {history:,} | {rows:,} | {step} | {numbers} |"


def main() -> None:
    """Print, and with --write keep, what a day costs for each size and history."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--containers", nargs="+", type=int, default=DEFAULT_SIZES)
    parser.add_argument("--history", nargs="+", type=int, default=DEFAULT_HISTORIES)
    parser.add_argument("--folder", type=Path, help="where homes are made; a temporary folder by default")
    parser.add_argument("--write", action="store_true", help=f"write {RESULTS.name} too")
    given = parser.parse_args()
    folder = given.folder or Path(tempfile.mkdtemp(prefix="riskscore-daily-run-"))
    found = {}
    for containers in given.containers:
        for history in given.history:
            found[containers, history] = day_costs(folder, containers, history)
            print(f"{containers} a day, {history} days done", file=sys.stderr, flush=True)
    text = "\n".join(page(found)) + "\n"
    print(text)
    if given.write:
        RESULTS.parent.mkdir(exist_ok=True)
        RESULTS.write_text(text, encoding="utf-8")


def _cpu() -> float:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


if __name__ == "__main__":
    main()
