import pandas as pd

from riskscore.reference import valid_container_numbers, valid_container_types
from riskscore.world import World


def test_numbers_and_types_are_valid_and_owners_invented(world: World) -> None:
    numbers = world.consignments["container_number"]
    assert valid_container_numbers(numbers).all()
    assert valid_container_types(world.consignments["container_type"]).all()
    assert numbers.str.startswith("Q").all()
    assert (numbers.str[3] == "U").all()


def test_boxes_come_back_but_not_at_once(world: World) -> None:
    loads = world.consignments.drop_duplicates(["container_number", "voyage_id"]).sort_values("loaded_at")
    gap = loads.groupby("container_number")["loaded_at"].diff().dropna()
    assert len(gap) > 2000
    assert (gap < pd.Timedelta(days=25)).mean() < 0.05


def test_some_contraband_comes_under_a_number_that_is_elsewhere(world: World) -> None:
    loads = world.consignments.drop_duplicates(["container_number", "voyage_id"]).merge(
        world.truth[["container_number", "voyage_id", "method"]], on=["container_number", "voyage_id"]
    )
    gap = loads.sort_values("loaded_at").groupby("container_number")["loaded_at"].diff()
    soon = loads.loc[gap[gap < pd.Timedelta(days=25)].index]
    assert (soon["method"] == "cover_load").sum() > 5


def test_a_container_is_one_thing_on_one_voyage(world: World) -> None:
    types = world.consignments.groupby(["voyage_id", "container_number"])["container_type"].nunique()
    assert types.max() == 1
    assert not world.truth.duplicated(["voyage_id", "container_number"]).any()
