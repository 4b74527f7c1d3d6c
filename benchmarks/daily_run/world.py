"""An invented world of any size, taken in as its senders sent it, and an older past laid down behind it."""

import os
import shutil
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

WORLD_DAYS = 75
"""Days of the world that is sent as files; longer than any voyage of it."""
LEAST_CONTAINERS = 100
"""Containers a day; a smaller world has days on which none is expected."""
DATABASE = "riskscore.db"
BLOCK_DAYS = 56
"""Days of it that the older past repeats."""
KEYS = {"consignment": "voyage_id", "port_call": "voyage_id", "inspection": "inspection_id", "seizure": "seizure_id"}
"""Tables of facts, and the column that tells one repetition from another."""


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


def is_kept(folder: Path, containers: int, history: int) -> bool:
    """Tell whether such a home was made before."""
    return (folder / f"{containers}-{history}" / "done").exists()


def with_past(folder: Path, containers: int, history: int) -> tuple[WorldSpec, Path]:
    """Return such a world and a home with so much history, its last day to come; made below `folder` if need be."""
    spec, taken_in = prepared(folder, containers)
    home = folder / f"{containers}-{history}"
    if not is_kept(folder, containers, history):
        shutil.rmtree(home, ignore_errors=True)
        linked(taken_in, home)
        (home / "done").unlink()
        with processes(1) as aside:
            aside.submit(live_the_past, Settings(home=home), spec, history).result()
        (home / "done").touch()
    return spec, home


def linked(home: Path, copy: Path) -> None:
    """Make a copy of a home that shares its files, all but the database: nothing else is written in place."""

    def carry_over(source: str, target: str) -> None:
        if Path(source).name.startswith(DATABASE):
            shutil.copy2(source, target)
        else:
            os.link(source, target)

    shutil.copytree(home, copy, copy_function=carry_over)


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
            if days := sorted(set(older["known_day"])):
                lake.replace_days(table, older, days)


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
