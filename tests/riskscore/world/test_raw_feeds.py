import pandas as pd
import pytest

from riskscore.world import World
from riskscore.world.raw_feeds import INSPECTIONS, MANIFEST, PORT_CALLS, inspections, iso_texts, manifest, port_calls


def test_instants_are_written_in_utc_to_the_second() -> None:
    instants = pd.Series(pd.to_datetime(["2026-01-05T14:03:00Z", None]))
    assert iso_texts(instants) == ["2026-01-05T14:03:00Z", ""]


def test_manifest_values_are_texts_in_the_single_windows_words(world: World) -> None:
    feed = manifest(world.consignments.iloc[:3000])
    assert list(feed.columns) == list(MANIFEST)
    assert all(isinstance(value, str) for column in feed.columns.values() for value in column)
    assert set(feed.columns["FREIGHT_TERMS"]) == {"PREPAID", "COLLECT"}
    assert set(feed.columns["EMPTY"]) == {"Y", "N"}
    assert feed.columns["GROSS_WEIGHT_KG"] == [str(kg) for kg in world.consignments["gross_weight_kg"].iloc[:3000]]
    assert "" in feed.columns["VALUE_USD"]
    assert "nan" not in feed.columns["VALUE_USD"]


def test_port_calls_leave_unknown_times_empty(world: World) -> None:
    feed = port_calls(world.port_calls)
    assert list(feed.columns) == list(PORT_CALLS)
    unknown = world.port_calls["actual_arrival_at"].isna().to_list()
    assert [text == "" for text in feed.columns["ACTUAL_ARRIVAL"]] == unknown


def test_inspections_keep_numbers_and_nulls(world: World) -> None:
    feed = inspections(world.inspections, group="x")
    assert list(feed.columns) == list(INSPECTIONS)
    assert {type(value) for value in feed.columns["selection_probability"]} == {float, type(None)}
    assert {type(value) for value in feed.columns["finding.quantity_kg"]} == {float, type(None)}
    assert set(feed.group) == {"x"}


@pytest.mark.parametrize("names", [MANIFEST, PORT_CALLS, INSPECTIONS])
def test_no_two_raw_columns_mean_the_same(names: dict[str, str]) -> None:
    assert len(set(names.values())) == len(names)
