import pandas as pd
import pytest

from riskscore.reference import code_list
from riskscore.world import World
from riskscore.world.clock import to_date

KEY = ["voyage_id", "container_number", "bill_of_lading", "line_number"]


@pytest.fixture(scope="module")
def first(world: World) -> pd.DataFrame:
    return world.consignments[world.consignments["version"] == 1]


def test_a_manifest_tells_of_what_has_been_loaded(world: World) -> None:
    told = pd.to_datetime([to_date(day) for day in world.consignments["delivered_on"]]) + pd.Timedelta(hours=6)
    assert (world.consignments["loaded_at"] <= told.tz_localize("UTC")).all()
    assert (world.consignments["booked_at"] < world.consignments["loaded_at"]).all()


def test_codes_are_on_their_lists(first: pd.DataFrame) -> None:
    assert set(first["hs6"]) <= code_list("hs6")
    assert set(first["port_of_loading"]) | set(first["port_of_discharge"]) <= code_list("seaport")
    assert set(first["final_destination"]) - {""} <= code_list("locode")
    assert set(first["shipper_country"]) | set(first["consignee_country"]) <= code_list("country")


def test_keys_are_unique_and_amendments_repeat_one(world: World, first: pd.DataFrame) -> None:
    assert not first.duplicated(KEY).any()
    second = world.consignments[world.consignments["version"] == 2]
    assert len(second) > 500
    both = second.merge(first, on=KEY, suffixes=("", "_before"), validate="one_to_one")
    assert len(both) == len(second)
    assert (both["delivered_on"] > both["delivered_on_before"]).all()


def test_an_amendment_changes_something(world: World, first: pd.DataFrame) -> None:
    both = world.consignments[world.consignments["version"] == 2].merge(first, on=KEY, suffixes=("", "_before"))
    fields = ["gross_weight_kg", "value_usd", "goods_description", "seal_numbers"]
    changed = [both[name].ne(both[f"{name}_before"]) & both[name].notna() for name in fields]
    assert pd.concat(changed, axis=1).any(axis=1).mean() > 0.95


def test_weights_and_values_are_in_range(first: pd.DataFrame) -> None:
    assert first["gross_weight_kg"].between(1, 30_480).all()
    assert (first["value_usd"].dropna() > 0).all()
    assert first["value_usd"].isna().mean() == pytest.approx(0.13, abs=0.03)
    assert (first["package_count"] >= 1).all()


def test_some_containers_are_empty_and_some_carry_two_consignments(first: pd.DataFrame) -> None:
    boxes = first.groupby(["voyage_id", "container_number"])
    assert first["is_empty"].mean() == pytest.approx(0.05, abs=0.01)
    assert (boxes.size() == 2).mean() == pytest.approx(0.05, abs=0.01)
    assert boxes.size().max() == 2
