"""Health means it: each thing that breaks is seen by its check, with what to do; metrics are Prometheus' own format."""

import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from riskscore import steps
from riskscore.settings import Settings
from riskscore.steps.database import database_state, downgrade_database
from riskscore.steps.standing import Check, health, metrics_text
from riskscore.store.database import engine_of
from riskscore.store.schema import versions
from tests.riskscore.steps.arrivals import close, put
from tests.riskscore.steps.small_world import DAY

NOW = datetime(DAY.year, DAY.month, DAY.day, 12, tzinfo=UTC)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    found = Settings(home=tmp_path / "home", reserve_mb=0)
    put(found, b"one")
    steps.land(found, DAY)
    close(found, DAY)
    return found


def check(settings: Settings, name: str, *, days_later: int = 0) -> Check:
    return {one.name: one for one in health(settings, now=NOW + timedelta(days=days_later)).checks}[name]


@pytest.mark.parametrize("name", ["database", "drop", "disk", "days", "runs"])
def test_what_stands_is_said_to(settings: Settings, name: str) -> None:
    assert check(settings, name).is_ok


def test_an_empty_home_is_not_well_and_is_left_empty(tmp_path: Path) -> None:
    found = health(Settings(home=tmp_path), now=NOW)
    assert not found.is_ok
    assert {one.name for one in found.checks if not one.is_ok} >= {"database", "lake", "drop", "days"}
    assert list(tmp_path.iterdir()) == []


def test_a_schema_of_an_older_release_is_seen_and_left_as_it_is(settings: Settings) -> None:
    engine_of(settings.database).dispose()
    downgrade_database(settings, versions()[-2])
    for name in ("database", "days"):
        found = check(settings, name)
        assert not found.is_ok
        assert "riskscore database upgrade" in found.said
    assert 'riskscore_health{check="database"} 0.0' in metrics_text(settings)
    assert database_state(settings).found == versions()[-2]


def test_a_schema_of_a_newer_release_is_seen(settings: Settings) -> None:
    engine_of(settings.database).dispose()
    with sqlite3.connect(settings.home / "riskscore.db") as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999_later'")
    assert "ahead of this release" in check(settings, "database").said


def test_a_database_that_is_none_is_seen(settings: Settings) -> None:
    engine_of(settings.database).dispose()
    for path in settings.home.glob("riskscore.db*"):
        path.write_bytes(b"no database " * 1000)
    assert not check(settings, "database").is_ok


@pytest.mark.parametrize(("later", "is_ok"), [(0, True), (1, True), (2, False), (30, False)])
def test_days_left_behind_are_seen(settings: Settings, later: int, is_ok: bool) -> None:
    found = check(settings, "days", days_later=later)
    assert found.is_ok is is_ok
    assert found.then == "" or f"riskscore run --day {DAY + timedelta(days=1)}" in found.then


def test_a_clock_before_the_last_closed_day_is_seen(settings: Settings) -> None:
    found = check(settings, "days", days_later=-2)
    assert not found.is_ok
    assert "clock" in found.said


def test_a_lost_drop_folder_and_the_failed_run_it_made_are_seen(settings: Settings) -> None:
    settings.drop.rename(settings.home / "elsewhere")
    with pytest.raises(Exception, match="drop folder"):
        steps.land(settings, DAY)
    assert not check(settings, "drop").is_ok
    found = check(settings, "runs")
    assert not found.is_ok
    assert "Mount it" in found.then


def test_a_full_disk_is_seen(settings: Settings) -> None:
    found = check(settings.model_copy(update={"reserve_mb": 10**9}), "disk")
    assert not found.is_ok
    assert "housekeeping" in found.said


def test_metrics_are_in_prometheus_own_format_and_name_no_sender(settings: Settings) -> None:
    put(settings, b"x", feed="Zwaluwstaart Bananenhandel")
    steps.land(settings, DAY)
    text = metrics_text(settings)
    families = {family.name: family for family in text_string_to_metric_families(text)}
    assert families["riskscore_deliveries"].samples
    assert (
        families["riskscore_closed_day_timestamp_seconds"].samples[0].value
        == datetime.combine(DAY, datetime.min.time(), UTC).timestamp()
    )
    assert "Zwaluwstaart" not in text


def test_metrics_without_a_database_say_so(tmp_path: Path) -> None:
    assert 'riskscore_health{check="database"} 0.0' in metrics_text(Settings(home=tmp_path))
