"""Building features: a day is closed first, and not while something known by then waits."""

from pathlib import Path

import pytest

from riskscore.errors import NotReadyError
from riskscore.settings import Settings
from riskscore.steps.building import build_features
from riskscore.steps.landing import land
from riskscore.steps.workspace import first_open_day, open_workspace
from tests.riskscore.steps.arrivals import put
from tests.riskscore.steps.small_world import DAY, NEXT_DAY, SmallWorld, lake_rows


def test_a_day_is_not_closed_while_a_delivery_known_by_then_waits(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path / "home")
    put(settings, b"not yet read")
    (waiting,) = land(settings, DAY)
    with pytest.raises(NotReadyError, match=rf"{waiting}.*Run `riskscore ingest --day {DAY}`"):
        build_features(settings, [DAY], "container")
    assert first_open_day(open_workspace(settings)) < DAY


def test_the_features_of_a_day_are_closed_with_it(small_world: SmallWorld) -> None:
    assert first_open_day(open_workspace(small_world.settings("take_in"))) == DAY
    assert first_open_day(open_workspace(small_world.settings("build_features"))) == NEXT_DAY
    built = lake_rows(small_world.settings("build_features"), "container_features")
    assert (built["score_day"] == DAY).any()
    assert not built.duplicated(["score_day", "voyage_id", "container_number"]).any()
