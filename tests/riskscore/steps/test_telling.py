"""What steps tell: a line in the log, how the last one ended, metrics; and nothing of it can stop a step."""

import json
from pathlib import Path

import pytest

from riskscore.errors import PlaceLostError
from riskscore.settings import Settings
from riskscore.steps.landing import land
from riskscore.steps.telling import last_outcomes
from tests.riskscore.steps.arrivals import put
from tests.riskscore.steps.small_world import DAY


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path / "home", log="json")


def test_a_step_that_ends_well_and_one_that_fails_are_told(
    settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(PlaceLostError):
        land(settings, DAY)
    failed = last_outcomes(settings)["land"]
    assert (failed["error"], failed["day"]) == ("PlaceLostError", str(DAY))
    assert "Mount it" in failed["said"]
    put(settings, b"one", "Zwaluwstaart.csv")
    land(settings, DAY)
    assert last_outcomes(settings)["land"]["error"] == ""
    printed = capsys.readouterr().err
    lines = [json.loads(line) for line in printed.splitlines()]
    assert [(line["event"], line["step"], line["day"]) for line in lines] == [
        ("step failed", "land", str(DAY)),
        ("step ended", "land", str(DAY)),
    ]
    assert lines[1]["rows"] == 1
    assert len({line["run"] for line in lines}) == 1
    assert "Zwaluwstaart" not in printed


def test_metrics_are_written_whole_after_a_step(settings: Settings) -> None:
    put(settings, b"one")
    land(settings, DAY)
    text = (settings.metrics / "riskscore.prom").read_text()
    assert 'riskscore_step_failed{step="land"} 0.0' in text
    assert [path.name for path in settings.metrics.iterdir() if path.name.startswith(".")] == []


def test_what_cannot_be_told_stops_no_step(settings: Settings) -> None:
    settings.home.mkdir()
    settings.metrics.write_text("no folder")
    put(settings, b"one")
    assert len(land(settings, DAY)) == 1
