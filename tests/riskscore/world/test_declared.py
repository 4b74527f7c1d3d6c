import numpy as np
import pandas as pd
import pytest

from riskscore.world import World
from riskscore.world.declared import VAGUE


@pytest.fixture(scope="module")
def lines(world: World) -> pd.DataFrame:
    first = world.consignments[(world.consignments["version"] == 1) & ~world.consignments["is_empty"]]
    first = first.drop_duplicates(["voyage_id", "container_number"], keep=False)
    labelled = first.merge(
        world.truth[["voyage_id", "container_number", "method"]], on=["voyage_id", "container_number"]
    )
    weight = np.log(labelled["gross_weight_kg"])
    return labelled.assign(
        method=labelled["method"].fillna("honest"),
        off_norm=(weight - weight.groupby(labelled["hs6"]).transform("median")).abs(),
        is_vague=labelled["goods_description"].isin(VAGUE),
        seals=labelled["seal_numbers"].str.split().str.len(),
    )


def test_cover_loads_are_vaguer_and_lie_farther_off_the_norm(lines: pd.DataFrame) -> None:
    by_method = lines.groupby("method")[["is_vague", "off_norm"]].mean()
    assert by_method.loc["cover_load", "is_vague"] > 2 * by_method.loc["honest", "is_vague"]
    assert by_method.loc["cover_load", "off_norm"] > 1.2 * by_method.loc["honest", "off_norm"]


def test_traces_are_imperfect(lines: pd.DataFrame) -> None:
    vague = lines[lines["is_vague"]]
    assert (vague["method"] == "honest").mean() > 0.8
    assert 0.1 < lines.loc[lines["method"] == "cover_load", "is_vague"].mean() < 0.6


def test_loads_slipped_in_leave_seals_missing_or_doubled(lines: pd.DataFrame) -> None:
    odd = lines.assign(odd=lines["seals"] != 1).groupby("method")["odd"].mean()
    assert odd["rip_on_rip_off"] > 3 * odd["honest"]


def test_goods_are_declared_in_words_of_their_own(lines: pd.DataFrame) -> None:
    texts = lines.groupby("hs6")["goods_description"].agg(["nunique", "size"])
    assert (texts.loc[texts["size"] >= 30, "nunique"] >= 3).all()
    assert lines["goods_description"].str.len().between(3, 120).all()
