import dataclasses

import pandas as pd
import pytest

from riskscore.world import World, WorldSpec, make_world
from riskscore.world.spec import UNITS


def test_the_asked_share_of_containers_carries_contraband(world: World) -> None:
    assert world.truth["is_contraband"].mean() == pytest.approx(world.spec.contraband_share, rel=0.25)


def test_truth_tells_of_every_container_of_the_manifests(world: World) -> None:
    keys = ["voyage_id", "container_number"]
    told = world.consignments[keys].drop_duplicates().sort_values(keys, ignore_index=True)
    pd.testing.assert_frame_equal(world.truth[keys], told)


def test_truth_describes_what_is_hidden_and_only_that(world: World) -> None:
    for name in ("method", "group", "campaign", "substance", "quantity_kg", "concealment"):
        assert (world.truth[name].notna() == world.truth["is_contraband"]).all()


def test_all_units_receive_cargo(world: World) -> None:
    shares = world.truth["unit"].value_counts(normalize=True)
    assert set(shares.index) == set(UNITS)
    assert shares.min() > 0.07


@pytest.mark.parametrize(
    "spec",
    [WorldSpec(days=3, containers_per_day=20, live_days=0), WorldSpec(days=20, containers_per_day=1, live_days=1)],
)
def test_tiny_worlds_can_be_made(spec: WorldSpec) -> None:
    assert len(make_world(spec).truth)


def test_another_seed_gives_another_world(tiny: World) -> None:
    other = make_world(dataclasses.replace(tiny.spec, seed=tiny.spec.seed + 1))
    assert not set(other.truth["container_number"]) >= set(tiny.truth["container_number"])
    assert other.traders["name"].isin(tiny.traders["name"]).mean() < 0.5
