import pandas as pd

from riskscore.reference import valid_container_numbers, valid_container_types
from riskscore.world import World


def boxes(world: World) -> pd.DataFrame:
    """Every container of a voyage once, with what papers call it, what is painted on it and the truth about it."""
    key = ["voyage_id", "container_number"]
    truth = world.truth[[*key, "method", "is_contraband"]]
    return world.consignments.drop_duplicates(key).merge(truth, on=key, validate="one_to_one")


def test_numbers_and_types_are_valid_and_owners_invented(world: World) -> None:
    numbers = world.consignments["painted_number"]
    assert valid_container_numbers(numbers).all()
    assert valid_container_types(world.consignments["container_type"]).all()
    assert numbers.str.startswith("Q").all()
    assert (numbers.str[3] == "U").all()


def test_papers_differ_from_the_box_in_a_few_last_digits_and_on_all_lines_alike(world: World) -> None:
    told, painted = world.consignments["container_number"], world.consignments["painted_number"]
    assert (valid_container_numbers(told) == (told == painted)).all()
    assert (told.str[:-1] == painted.str[:-1]).all()
    declared = world.consignments.groupby(["voyage_id", "painted_number"])["container_number"].nunique()
    assert declared.max() == 1
    assert 0.001 < (told != painted).mean() < 0.006


def test_most_wrong_digits_are_clerical_but_smugglers_make_numbers_up_more_often(world: World) -> None:
    every = boxes(world)
    wrong = every[every["container_number"] != every["painted_number"]]
    assert 0.8 < 1 - wrong["is_contraband"].mean() < 1
    is_cover = every["method"] == "cover_load"
    assert (wrong["method"] == "cover_load").mean() > 2 * is_cover.mean()


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
