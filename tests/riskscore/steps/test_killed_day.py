"""A day killed anywhere and run again, or run twice, ends with the same bytes as a day run once."""

import shutil
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pandas as pd
import pytest
from sqlalchemy import text

from riskscore import steps
from riskscore.exchange import create_pseudonym_key
from riskscore.settings import Settings
from riskscore.steps.demo import learn_from_history
from riskscore.store.database import engine_of
from riskscore.world import WorldSpec, make_world, write_deliveries
from tests.riskscore.steps.killed_day import whole_day

WORLD = WorldSpec(seed=7, days=100, live_days=1, containers_per_day=120)
DAY = WORLD.live_from
LAKE = "riskscore.store.lake:Lake"
INTAKE = "riskscore.steps.intake:"
KILLS = {
    "land, files half recorded": ("riskscore.steps.landing:_refuse_at_sight", "before", 3),
    "take in, nothing published": (f"{INTAKE}_publish", "before", 1),
    "take in, published but not recorded": (f"{INTAKE}_publish", "after", 2),
    "features, day closed but nothing kept": (f"{LAKE}.replace_days", "before", 1),
    "features, kept": (f"{LAKE}.replace_days", "after", 1),
    "score, containers kept": (f"{LAKE}.replace_days", "after", 2),
    "score, voyages half done": (f"{LAKE}.replace_days", "before", 4),
    "queue, half of the units filled": ("riskscore.steps.queueing:_replace", "after", 2),
    "export, bundle there but not recorded": ("riskscore.steps.exporting:publish", "after", 2),
}
TABLES = [
    *("consignment", "port_call", "inspection", "seizure", "container_features", "voyage_features"),
    *("container_score", "voyage_score"),
]
LEDGER = {
    "delivery": "delivery_id",
    "quarantine_row": "delivery_id, row_number",
    "finding": 'delivery_id, rule, "column"',
    "queue_item": "unit, position",
    "export": "partner, sequence",
}


@pytest.fixture(scope="module")
def learned(tmp_path_factory):
    """A home whose history is learned, on the morning of the world's last day."""
    home = tmp_path_factory.mktemp("learned") / "home"
    settings = Settings.load(home=home, jobs=1)
    write_deliveries(make_world(WORLD), settings.drop)
    before = DAY - timedelta(days=1)
    steps.take_in(settings, steps.land(settings, WORLD.start, before))
    learn_from_history(settings, WORLD.start, before)
    steps.signing_keys(settings)
    create_pseudonym_key(settings.keys / "pseudonyms.key")
    engine_of(settings.database).dispose()
    return home


@pytest.fixture
def morning(learned, tmp_path):
    """A copy of that home."""
    return Settings.load(home=Path(shutil.copytree(learned, tmp_path / "home")), jobs=1)


@pytest.fixture(scope="module")
def undisturbed(learned, tmp_path_factory):
    """What a day leaves that was run once."""
    settings = Settings.load(home=Path(shutil.copytree(learned, tmp_path_factory.mktemp("once") / "home")), jobs=1)
    whole_day(settings, DAY)
    return left_by(settings)


def left_by(settings):
    """Everything that must not depend on how often, or in how many pieces, a day was run."""
    lake = steps.open_workspace(settings).lake
    facts = {table: in_order(lake.read(table)) for table in TABLES}
    with engine_of(settings.database).connect() as connection:
        ledger = {
            table: pd.read_sql(text(f'SELECT * FROM "{table}" ORDER BY {order}'), connection).drop(
                columns=["id"], errors="ignore"
            )
            for table, order in LEDGER.items()
        }
    bundles = {
        str(path.relative_to(settings.exports)): path.read_bytes()
        for path in sorted(settings.exports.rglob("*"))
        if path.is_file() and not path.name.startswith(".")
    }
    return facts, ledger, bundles


def in_order(rows):
    return rows.sort_values(sorted(rows.columns), ignore_index=True, key=lambda column: column.astype("str"))


def assert_same(found, expected):
    for mine, theirs in zip(found[:2], expected[:2], strict=True):
        assert mine.keys() == theirs.keys()
        for table in mine:
            pd.testing.assert_frame_equal(mine[table], theirs[table], check_exact=True, obj=table)
    assert found[2] == expected[2]


def test_the_day_does_something(undisturbed):
    facts, ledger, bundles = undisturbed
    assert (facts["container_score"]["score_day"] == DAY).any()
    assert (facts["voyage_score"]["score_day"] == DAY).any()
    assert len(ledger["queue_item"])
    assert len(bundles) > 6


@pytest.mark.slow
def test_a_day_run_twice_leaves_what_a_day_run_once_leaves(morning, undisturbed):
    whole_day(morning, DAY)
    whole_day(morning, DAY)
    assert_same(left_by(morning), undisturbed)


@pytest.mark.slow
@pytest.mark.parametrize("kill", KILLS.values(), ids=KILLS)
def test_a_killed_day_run_again_leaves_what_an_undisturbed_day_leaves(morning, undisturbed, kill):
    place, when, times = kill
    command = [
        sys.executable,
        "-m",
        "tests.riskscore.steps.killed_day",
        morning.home,
        str(DAY),
        place,
        when,
        str(times),
    ]
    died = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)
    assert died.returncode == -9, died.stderr
    whole_day(morning, DAY)
    assert_same(left_by(morning), undisturbed)
