import pandas as pd
import pytest

from riskscore.world import World
from riskscore.world.clock import to_date
from riskscore.world.spec import UNITS


@pytest.fixture(scope="module")
def reports(world: World) -> pd.DataFrame:
    told = pd.to_datetime([to_date(day) for day in world.inspections["delivered_on"]]) + pd.Timedelta(hours=6)
    return world.inspections.assign(told=told.tz_localize("UTC"))


def test_nothing_is_reported_before_it_happened(reports: pd.DataFrame) -> None:
    assert (reports["decided_at"] < reports["told"]).all()
    examined = reports[reports["examined_at"].notna()]
    assert (examined["examined_at"] <= examined["told"]).all()
    assert (examined["examined_at"] > examined["decided_at"]).all()


def test_the_live_days_belong_to_somebody_elses_queue(world: World, reports: pd.DataFrame) -> None:
    assert reports["decided_at"].max() < pd.Timestamp(world.spec.live_from, tz="UTC")


def test_labels_are_selective(world: World, reports: pd.DataFrame) -> None:
    first = reports[reports["version"] == 1]
    per_day = first.groupby(first["decided_at"].dt.date).size()
    assert per_day.max() <= sum(world.spec.capacity.values())
    assert len(first) / len(world.truth) < 0.06
    assert not first.duplicated(["voyage_id", "container_number"]).any()


def test_the_random_share_is_logged_and_hits_less(reports: pd.DataFrame) -> None:
    random = reports[reports["decided_by"] == "random"]
    assert random["selection_probability"].between(0, 1, inclusive="right").all()
    assert reports.loc[reports["decided_by"] != "random", "selection_probability"].isna().all()
    hits = reports.assign(hit=reports["outcome"] == "contraband").groupby("decided_by")["hit"].mean()
    assert hits["rule"] > 3 * hits["random"]


def test_only_what_is_there_is_found(world: World, reports: pd.DataFrame) -> None:
    labelled = reports.merge(world.truth, on=["voyage_id", "container_number"], suffixes=("", "_true"))
    found = labelled[labelled["outcome"] == "contraband"]
    assert found["is_contraband"].all()
    assert (found["substance"] == found["substance_true"]).all()
    assert (found["quantity_kg"] == found["quantity_kg_true"]).all()
    missed = labelled[labelled["is_contraband"] & (labelled["outcome"] == "nothing")]
    assert len(missed) > 3


def test_finds_and_omissions_are_complete(reports: pd.DataFrame) -> None:
    found = reports["outcome"] == "contraband"
    for name in ("substance", "quantity_kg", "concealment"):
        assert (reports[name].notna() == found).all()
    assert (reports["reason_code"].notna() == reports["outcome"].eq("not_examined")).all()
    assert set(reports["unit"]) == set(UNITS)


def test_the_laboratory_answers_later(reports: pd.DataFrame) -> None:
    second = reports[reports["version"] == 2]
    first = reports[reports["version"] == 1].set_index("inspection_id").loc[second["inspection_id"]]
    assert len(second) > 5
    assert (first["outcome"] == "inconclusive").all()
    assert (second["delivered_on"].to_numpy() >= first["delivered_on"].to_numpy() + 3).all()
