"""Watching a day of the small world: what is kept, what is shown, what is read, and that it may be repeated."""

import json
import shutil
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from riskscore import steps
from riskscore.settings import Settings
from tests.riskscore.steps.small_world import DAY, NEXT_DAY, SmallWorld, lake_rows


@pytest.fixture
def lived(small_world: SmallWorld, tmp_path: Path) -> Settings:
    return small_world.copy("export_day", tmp_path)


def test_a_day_is_kept_as_rows_and_shown_as_a_page(lived: Settings, small_world: SmallWorld) -> None:
    seen = steps.monitor_day(lived, DAY)
    checks = {one.check for one in seen.findings}
    assert {"freshness", "volume", "quarantined", "refused", "scored", "score_drift", "feature_drift"} <= checks
    assert {"coverage", "calibration", "label_delay", "displacement"} <= checks
    assert len(lake_rows(lived, "monitor_finding")) == len(seen.findings)
    page = steps.monitor_page(lived, DAY)
    kept = json.loads(page.with_name("monitor.json").read_text())
    assert len(kept["findings"]) == len(seen.findings)
    text = page.read_text() + json.dumps(kept)
    assert [name for name in small_world.party_names if name in text] == []


def test_watching_again_leaves_the_same(lived: Settings) -> None:
    steps.monitor_day(lived, DAY)
    tables = {name: lake_rows(lived, name) for name in ("monitor_finding", "monitor_tally")}
    page = steps.monitor_page(lived, DAY).read_bytes()
    steps.monitor_day(lived, DAY)
    for name, rows in tables.items():
        assert rows.equals(lake_rows(lived, name))
    assert len(page) == len(steps.monitor_page(lived, DAY).read_bytes()) or b"Read for this page" in page


def test_a_tallied_past_is_not_read_again(lived: Settings) -> None:
    first = steps.monitor_day(lived, DAY)
    again = steps.monitor_day(lived, DAY)
    scored = lake_rows(lived, "container_score")
    today = int((scored["score_day"] == DAY).sum())
    assert first.read["container_score"] == len(scored)
    assert again.read["container_score"] == today


def test_a_day_that_was_never_scored_is_an_alarm_since_then(lived: Settings) -> None:
    steps.monitor_day(lived, DAY)
    for day in (NEXT_DAY, NEXT_DAY + timedelta(days=1)):
        seen = steps.monitor_day(lived, day)
        (one,) = [finding for finding in seen.findings if finding.check == "scored"]
        assert (one.level, one.since) == ("alarm", NEXT_DAY)
        assert f"riskscore run --day {day}" in one.then


def test_new_alarms_are_told_once(lived: Settings, tmp_path: Path) -> None:
    script = "import sys, pathlib; pathlib.Path(sys.argv[1]).open('a').write(sys.stdin.read() + chr(10))"
    told = lived.model_copy(update={"alert_command": f'{sys.executable} -c "{script}" {tmp_path}/told'})
    steps.monitor_day(told, DAY)
    for _ in range(2):
        steps.monitor_day(told, NEXT_DAY)
    alerts = [json.loads(line) for line in (tmp_path / "told").read_text().splitlines()]
    assert [one["day"] for one in alerts if "scored" in one["what"]] == [str(NEXT_DAY)]
    assert len({one["day"] for one in alerts}) == len(alerts)


def test_a_model_without_a_reference_judges_no_drift(lived: Settings) -> None:
    for reference in lived.artefacts.glob("*/*/reference.json"):
        reference.unlink()
    seen = steps.monitor_day(lived, DAY)
    (one,) = [finding for finding in seen.findings if finding.check == "feature_drift"]
    assert "no reference" in one.what


def test_health_and_metrics_of_a_day_that_was_run(lived: Settings) -> None:
    shutil.rmtree(lived.metrics, ignore_errors=True)
    steps.monitor_day(lived, DAY)
    found = steps.health(lived)
    assert [check.name for check in found.checks if not check.is_ok] == []
    text = steps.metrics_text(lived)
    for wanted in (
        'riskscore_health{check="lake"} 1.0',
        'riskscore_rows{feed="manifest",kind="accepted"}',
        'riskscore_queue_items{unit="NLRTM"}',
        'riskscore_monitor_findings{check="freshness"',
    ):
        assert wanted in text
