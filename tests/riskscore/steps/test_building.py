"""Building features: a day is closed first, and not while something known by then waits."""

import shutil
from pathlib import Path

import pandas as pd
import pytest

from riskscore.errors import NotReadyError
from riskscore.featureset import FeatureSet
from riskscore.settings import Settings
from riskscore.steps import building
from riskscore.steps.building import build_features
from riskscore.steps.landing import land
from riskscore.steps.workspace import first_open_day, open_workspace
from riskscore.store.history import day_number
from tests.riskscore.steps.arrivals import put
from tests.riskscore.steps.small_world import DAY, NEXT_DAY, SmallWorld, lake_rows


def test_a_day_is_not_closed_while_a_delivery_known_by_then_waits(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path / "home")
    put(settings, b"not yet read")
    (waiting,) = land(settings, DAY)
    with pytest.raises(NotReadyError, match=rf"{waiting}.*Run `riskscore ingest --day {DAY}`"):
        build_features(settings, [DAY], "container")
    assert first_open_day(open_workspace(settings)) < DAY


def test_what_landed_between_the_look_and_the_close_is_not_passed_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = Settings(home=tmp_path / "home")
    put(settings, b"not yet read")
    close = building.close_days
    monkeypatch.setattr(building, "close_days", lambda session: (land(settings, DAY), close(session)))
    with pytest.raises(NotReadyError, match=r"only landed.*Run `riskscore ingest"):
        build_features(settings, [DAY], "container")


def test_the_features_of_a_day_are_closed_with_it(small_world: SmallWorld) -> None:
    assert first_open_day(open_workspace(small_world.settings("take_in"))) == DAY
    assert first_open_day(open_workspace(small_world.settings("build_features"))) == NEXT_DAY
    built = lake_rows(small_world.settings("build_features"), "container_features")
    assert (built["score_day"] == DAY).any()
    assert not built.duplicated(["score_day", "voyage_id", "container_number"]).any()


@pytest.mark.parametrize("grain", ["container", "voyage"])
def test_without_a_state_or_in_short_legs_the_features_are_the_same(
    grain: str, small_world: SmallWorld, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = small_world.copy("export_day", tmp_path)
    kept = lake_rows(settings, f"{grain}_features")
    shutil.rmtree(settings.states)
    monkeypatch.setattr(building, "ROWS_AT_ONCE", 500)
    legs = []
    build_features(settings, [DAY], grain, report=lambda step, done, most: legs.append((step, most)))
    assert max(most for step, most in legs if step.startswith("past of")) > 1
    pd.testing.assert_frame_equal(lake_rows(settings, f"{grain}_features"), kept, check_exact=True)


def test_a_day_goes_on_from_the_state_of_the_day_before(
    small_world: SmallWorld, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = small_world.copy("take_in", tmp_path)
    seen = []
    advance = FeatureSet.advance
    monkeypatch.setattr(FeatureSet, "advance", lambda *given, **more: seen.append(given[3]) or advance(*given, **more))
    build_features(settings, [DAY], "container")
    (state,) = seen
    assert state is not None
    assert state.day == day_number(DAY) - 1
