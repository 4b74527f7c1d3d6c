"""Upkeep of the lake: what must go is gone from rows, versions and files; what must stay can be read as it was."""

import os
import time
from datetime import date, timedelta
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pytest
from deltalake import DeltaTable, write_deltalake

from riskscore.store import Lake, Place, TableSchema
from riskscore.store.upkeep import Upkeep
from tests.conftest import MakeLake, fact

SCHEMA = TableSchema("parcel", {"parcel_id": pa.string(), "shipper_name": pa.string()}, ("parcel_id",))
TODAY = date(2026, 5, 4)
NAME = "Zwaluwstaart Bananenhandel"
OLD_SECONDS = 40 * 86_400


def lake_of(make_lake: MakeLake, rows: int = 6) -> Lake:
    """Return a lake of parcels; one of them may be kept until yesterday only, and names its shipper."""
    parcels = [
        {**fact(TODAY - timedelta(days=2), number, parcel_id=f"p{number}", shipper_name="-")} for number in range(rows)
    ]
    parcels[1] |= {"shipper_name": NAME, "retain_until": TODAY - timedelta(days=1)}
    return make_lake(SCHEMA, parcels)


@pytest.fixture
def in_a_folder(tmp_path: Path) -> MakeLake:
    """Return what makes a lake whose files can be looked into."""

    def made(schema: TableSchema, rows: list[dict[str, object]]) -> Lake:
        lake = Lake(tmp_path / "in_a_folder", [schema])
        for row in rows:
            lake.replace_deliveries(schema.name, pd.DataFrame([row]), [str(row["delivery_id"])])
        return lake

    return made


def files_with(lake: Lake, name: str) -> list[Path]:
    """Return the files below the lake that hold a name: as text, or in any of their columns."""
    paths = [path for path in Path(lake.place.address).rglob("*") if path.is_file()]
    return [path for path in paths if name.encode() in path.read_bytes() or _holds(path, name)]


def _holds(path: Path, name: str) -> bool:
    return (
        path.suffix == ".parquet"
        and "_delta_log" not in path.parts
        and name in set(pd.read_parquet(path).get("shipper_name", pd.Series(dtype=str)))
    )


def test_a_table_of_an_older_release_is_kept_like_a_new_one(place: Place) -> None:
    write_deltalake(
        place.table("parcel"), SCHEMA.arrow().empty_table(), partition_by=["known_day"], storage_options=place.options()
    )
    lake = Lake(place, [SCHEMA])
    Upkeep(lake).forget("parcel", 30)
    properties = DeltaTable(place.table("parcel"), storage_options=place.options()).metadata().configuration
    assert SCHEMA.properties.items() <= properties.items()
    before = lake.version("parcel")
    Upkeep(lake).forget("parcel", 30)
    assert lake.version("parcel") == before


def aged(lake: Lake) -> None:
    """Make every file as old as one of many days ago."""
    then = time.time() - OLD_SECONDS
    for path in Path(lake.place.address).rglob("*"):
        os.utime(path, (then, then))


def test_a_row_that_must_not_be_kept_goes_from_the_table_and_then_from_every_file(in_a_folder: MakeLake) -> None:
    lake = lake_of(in_a_folder)
    upkeep = Upkeep(lake)
    assert upkeep.expired_facts("parcel", TODAY) == (1, TODAY - timedelta(days=1))
    upkeep.remove_expired_facts("parcel", TODAY)
    assert upkeep.expired_facts("parcel", TODAY) == (0, None)
    assert sorted(lake.read("parcel")["parcel_id"]) == ["p0", "p2", "p3", "p4", "p5"]
    assert files_with(lake, NAME)
    upkeep.forget("parcel", 0)
    assert not [path for path in files_with(lake, NAME) if path.suffix == ".parquet"]
    assert len(lake.read("parcel")) == 5


def test_nothing_expired_reads_no_rows(make_lake: MakeLake, monkeypatch: pytest.MonkeyPatch) -> None:
    lake = lake_of(make_lake)
    upkeep = Upkeep(lake)
    upkeep.remove_expired_facts("parcel", TODAY)
    monkeypatch.setattr(lake, "read", None)
    assert upkeep.expired_facts("parcel", TODAY) == (0, None)


def test_small_files_become_one_with_the_same_rows_and_the_second_time_finds_none(make_lake: MakeLake) -> None:
    lake = lake_of(make_lake)
    upkeep = Upkeep(lake)
    before, day = lake.read("parcel"), TODAY - timedelta(days=2)
    assert upkeep.crowded_days("parcel", TODAY, 4) == {day: 6}
    assert upkeep.crowded_days("parcel", day, 4) == {}
    assert upkeep.compact("parcel", [day])
    assert upkeep.crowded_days("parcel", TODAY, 2) == {}
    by = "parcel_id"
    pd.testing.assert_frame_equal(
        lake.read("parcel").sort_values(by, ignore_index=True), before.sort_values(by, ignore_index=True)
    )


def test_versions_young_enough_can_still_be_read_as_they_were(in_a_folder: MakeLake) -> None:
    lake = lake_of(in_a_folder)
    versions = {number: DeltaTable(lake.place.table("parcel"), version=number) for number in range(7)}
    rows = {number: table.to_pyarrow_table().num_rows for number, table in versions.items()}
    upkeep = Upkeep(lake)
    upkeep.compact("parcel", [TODAY - timedelta(days=2)])
    upkeep.forget("parcel", 30)
    for number, count in rows.items():
        assert DeltaTable(lake.place.table("parcel"), version=number).to_pyarrow_table().num_rows == count


def test_the_log_is_trimmed_and_the_table_opens_all_the_same(in_a_folder: MakeLake) -> None:
    lake = lake_of(in_a_folder)
    aged(lake)
    upkeep = Upkeep(lake)
    upkeep.trim_log("parcel", 30)
    names = sorted(path.name for path in Path(lake.place.table("parcel"), "_delta_log").glob("*.json"))
    assert "00000000000000000000.json" not in names
    assert len(Lake(lake.place, [SCHEMA]).read("parcel")) == 6
    lake.replace_deliveries("parcel", pd.DataFrame([fact(TODAY, 9, parcel_id="p9", shipper_name="-")]), ["d202605049"])
    assert len(lake.read("parcel")) == 7


def test_whole_days_go_by_partition(make_lake: MakeLake) -> None:
    lake = lake_of(make_lake)
    upkeep = Upkeep(lake)
    assert upkeep.days_before("parcel", TODAY) == {TODAY - timedelta(days=2): 6}
    upkeep.remove_days_before("parcel", TODAY)
    assert lake.read("parcel").empty
