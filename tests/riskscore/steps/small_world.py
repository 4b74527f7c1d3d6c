"""A small invented world, learned from once a session, and one live day of it with a copy of home after each step.

Features, contracts and agreements are the project's; the models' specs want fewer days, so that few days are enough.
"""

import fcntl
import json
import os
import re
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path

import pandas as pd
import pytest
from sqlalchemy import select, text

from riskscore import steps
from riskscore.exchange import create_pseudonym_key
from riskscore.settings import Settings
from riskscore.store.database import Base, engine_of, insert_rows, transaction
from riskscore.store.rights import GRANTS, Role
from riskscore.store.runs import LEDGER
from riskscore.world import World, WorldSpec, make_world, write_deliveries
from tests.postgres import Postgres

PROJECT = Path(__file__).parents[3]
SPEC = WorldSpec(seed=3, days=32, live_days=2, containers_per_day=200, contraband_share=0.06, dirty_share=0.02)
DAY = SPEC.live_from
"""The live day; the one after it has deliveries too."""
NEXT_DAY = DAY + timedelta(days=1)
LAST_LEARNED = DAY - timedelta(days=1)
FIRST_BUILT = SPEC.start + timedelta(days=4)
FIRST_MODEL = SPEC.start + timedelta(days=16)
SHORTER = {"warm_up_days": 0, "calibrate_days": 3, "test_days": 3, "rounds": 30, "min_data_in_leaf": 5}

STEPS: Mapping[str, Callable[[Settings], object]] = {
    "land": lambda settings: steps.land(settings, DAY),
    "take_in": lambda settings: steps.take_in(settings, steps.waiting(settings, DAY)),
    "build_features": lambda settings: steps.build_features(settings, [DAY], "container"),
    "score_day": lambda settings: steps.score_day(settings, DAY),
    "fill_queues": lambda settings: steps.fill_queues(settings, DAY),
    "export_day": lambda settings: [
        steps.export_day(settings, partner, DAY, today=DAY) for partner in steps.partners(settings)
    ],
}
"""The live day, step by step."""

Content = Mapping[str, pd.DataFrame | bytes | list[tuple[object, ...]]]


@dataclass(frozen=True)
class SmallWorld:
    """Where the world's homes lie: `learned` before the live day, then one after each step of it, named after it."""

    folder: Path

    def settings(self, stage: str) -> Settings:
        """Return the settings of one home, to be read only."""
        return Settings(home=self.folder / stage, project_dir=self.folder / "project", today=DAY)

    def before(self, step: str, place: Path) -> Settings:
        """Return the settings of a new home in `place`, as it was before a step of the live day."""
        return self.copy(["learned", *STEPS][list(STEPS).index(step)], place)

    def copy(self, stage: str, place: Path) -> Settings:
        """Return the settings of a new home in `place`, as it was after a step."""
        shutil.copytree(self.folder / stage, place / "home")
        return Settings(home=place / "home", project_dir=self.folder / "project", today=DAY)

    def finished(self) -> Settings:
        """Return the settings of the home in which nothing interrupted the live day."""
        return self.settings("export_day")

    def left(self) -> Content:
        """Return what the uninterrupted day left behind."""
        return _content_once(self.finished())

    @property
    def drop(self) -> Path:
        """Every file that was sent, with the answer key beside it."""
        return self.folder / "drop"

    @property
    def party_names(self) -> frozenset[str]:
        """Every name of a trader of this world."""
        return frozenset(json.loads((self.folder / "names.json").read_text(encoding="utf-8")))


@pytest.fixture(scope="session")
def small_world(tmp_path_factory: pytest.TempPathFactory) -> SmallWorld:
    """The small world, made once however many processes test with it."""
    shared = tmp_path_factory.getbasetemp()
    shared = shared.parent if "PYTEST_XDIST_WORKER" in os.environ else shared
    folder = shared / "small_world"
    with _one_at_a_time(shared / "small_world.lock"):
        return made_in(folder)


def made_in(folder: Path) -> SmallWorld:
    """Return the small world in a folder, made there unless it is."""
    if not (folder / "names.json").exists():
        _make(folder)
    return SmallWorld(folder)


def whole_day(settings: Settings, day: date = DAY) -> None:
    """Run a day as it is run: every step, then every partner's bundle."""
    steps.run_day(settings, day)
    for partner in steps.partners(settings):
        steps.export_day(settings, partner, day, today=day)


def content(settings: Settings) -> Content:
    """Return all that a day leaves behind: tables in order of key, and every bundle's bytes."""
    lake = steps.open_workspace(settings).lake
    found: dict[str, pd.DataFrame | bytes | list[tuple[object, ...]]] = {
        f"lake {table}": lake_rows(settings, table) for table in lake.schemas
    }
    with steps.open_workspace(settings).transaction() as session:
        for table in (one for one in Base.metadata.sorted_tables if one not in LEDGER):
            if Role.PIPELINE not in GRANTS[table.name]:
                continue  # a day neither writes nor may read it
            rows = session.execute(select(table).order_by(*table.primary_key.columns))
            found[f"database {table.name}"] = [tuple(row) for row in rows]
    for path in sorted(settings.exports.glob("*/*/*")):
        found[str(path.relative_to(settings.home))] = path.read_bytes()
    return found


_content_once = cache(content)


def moved(source: str, target: str) -> None:
    """Copy every row to another database, and let its numbers go on from there."""
    by_table = {mapper.local_table: mapper.class_ for mapper in Base.registry.mappers}
    for table in Base.metadata.sorted_tables:  # what others refer to first
        with transaction(source) as reading, transaction(target) as writing:
            insert_rows(writing, by_table[table], [dict(row) for row in reading.execute(select(table)).mappings()])
            if (key := table.autoincrement_column) is not None:
                last = f"SELECT max({key.name}) FROM {table.name}"
                writing.execute(text(f"SELECT setval(pg_get_serial_sequence('{table.name}', '{key.name}'), ({last}))"))


@contextmanager
def on_postgres(home: Settings, postgres: Postgres, name: str) -> Iterator[Settings]:
    """Move a home's records to a database of PostgreSQL; yield the settings that reach it as the pipeline's role."""
    moved(home.database, postgres.address(name))
    engine_of(postgres.address(name)).dispose()
    engine_of(home.database).dispose()
    Path(home.database.removeprefix("sqlite:///")).unlink()
    address = postgres.address(name, Role.PIPELINE)
    yield home.model_copy(update={"database_url": address})
    engine_of(address).dispose()


def lake_rows(settings: Settings, table: str) -> pd.DataFrame:
    """Return a lake table in an order of its own, whatever order it is stored in."""
    lake = steps.open_workspace(settings).lake
    schema = lake.schema(table)
    versions = ["known_day", "delivery_number", "row_number"] if schema.is_fact else []
    return lake.read(table).sort_values([*schema.key, *versions], ignore_index=True)


def differences(one: Content, other: Content) -> list[str]:
    """Return the names of what differs in anything, missing values and types included."""
    return [name for name in sorted({*one, *other}) if not _equal(one.get(name), other.get(name))]


def _equal(one: object, other: object) -> bool:
    if isinstance(one, pd.DataFrame) and isinstance(other, pd.DataFrame):
        return one.equals(other) and one.dtypes.equals(other.dtypes)
    return type(one) is type(other) and bool(one == other)


def _make(folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    _write_project(folder / "project")
    settings = Settings(home=folder / "home", project_dir=folder / "project", today=DAY)
    world = make_world(SPEC)
    write_deliveries(world, settings.drop)
    shutil.copytree(settings.drop, folder / "drop")
    (settings.home / "answer_key").rename(folder / "answer_key")
    _learn(settings)
    _forget_history(settings.drop)
    _keep(settings, folder / "learned")
    for name, step in STEPS.items():
        step(settings)
        _keep(settings, folder / name)
    (folder / "names.json").write_text(json.dumps(sorted(_names(world))), encoding="utf-8")


def _write_project(place: Path) -> None:
    place.mkdir(parents=True)
    for room in ("features", "data_contracts"):
        (place / room).symlink_to(PROJECT / room)
    for model in ("container_risk", "voyage_risk"):
        shutil.copytree(PROJECT / "models" / model, place / "models" / model)
        spec = place / "models" / model / "spec.yaml"
        text = spec.read_text(encoding="utf-8")
        for name, value in SHORTER.items():
            text = re.sub(rf"^( *{name}): \d+", rf"\1: {value}", text, flags=re.MULTILINE)
        spec.write_text(text, encoding="utf-8")


def _learn(settings: Settings) -> None:
    steps.take_in(settings, steps.land(settings, SPEC.start, LAST_LEARNED))
    steps.build_features(settings, steps.days_between(FIRST_BUILT, LAST_LEARNED), "container")
    steps.train_model(settings, "container_risk", FIRST_MODEL)
    scored = steps.days_between(FIRST_MODEL + timedelta(days=1), LAST_LEARNED)
    steps.score_containers(settings, scored, explained_share=0.0)
    steps.build_features(settings, scored, "voyage")
    steps.train_model(settings, "voyage_risk", LAST_LEARNED)
    steps.signing_keys(settings)
    create_pseudonym_key(settings.keys / "pseudonyms.key")


def _forget_history(drop: Path) -> None:
    """Remove what was taken in, and what partners sent on the live days, so that copies and days are quick."""
    for day in drop.glob("????-??-??"):
        if date.fromisoformat(day.name) < DAY:
            shutil.rmtree(day)
    for feed in drop.glob("*/seizures_*"):
        shutil.rmtree(feed)
    shutil.rmtree(drop.parent / "archive")


def _keep(settings: Settings, place: Path) -> None:
    engine_of(settings.database).dispose()  # the last connection to close folds the write-ahead log into the database
    shutil.copytree(settings.home, place)


def _names(world: World) -> set[str]:
    sent = [world.consignments[f"{party}_name"] for party in ("shipper", "consignee")]
    shared = [world.seizures[f"{party}_name"] for party in ("shipper", "consignee")]
    return {str(name) for names in (world.traders["name"], *sent, *shared) for name in names.dropna() if name}


@contextmanager
def _one_at_a_time(lock: Path) -> Iterator[None]:
    with lock.open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield
