"""What the shelf gives is what the table's files give, whatever became of either; and it keeps no more than it must."""

import errno
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from threading import Thread

import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from riskscore.store import Lake, TableSchema
from riskscore.store.lake import DAYS_AT_HAND
from riskscore.store.shelf import Shelf
from riskscore.store.upkeep import Upkeep
from tests.conftest import fact

COLUMNS = {
    "box": pa.string(),
    "voyage": pa.string(),
    "seal": pa.string(),
    "weight_kg": pa.float64(),
    "pieces": pa.int64(),
    "is_empty": pa.bool_(),
    "loaded_at": pa.timestamp("us", tz="UTC"),
    "name": pa.string(),
}
LINEAGE_AT_HAND = ("known_day", "delivery_number", "row_number", "originator")
AT_HAND = (*(name for name in COLUMNS if name != "name"), *LINEAGE_AT_HAND)
CARGO = TableSchema("cargo", COLUMNS, ("voyage", "box"), located_by=("voyage",), at_hand=AT_HAND)
START = date(2026, 1, 1)
VOYAGES, BOXES = ["V1", "V2", "Vé", "", "V4"], [f"B{number}" for number in range(8)]

ROW = st.fixed_dictionaries(
    {
        "box": st.sampled_from(BOXES),
        "voyage": st.sampled_from(VOYAGES),
        "seal": st.none() | st.sampled_from(["same", "ключ"]),
        "weight_kg": st.none() | st.floats(allow_nan=False, width=32),
        "pieces": st.none() | st.integers(-(2**63), 2**63 - 1),
        "is_empty": st.none() | st.booleans(),
        "loaded_at": st.none() | st.integers(0, 2**42).map(lambda seconds: datetime.fromtimestamp(seconds / 1024, UTC)),
        "name": st.just("Zwaluwstaart Bananenhandel"),
    }
)
DAYS = st.lists(st.lists(ROW, max_size=12), min_size=1, max_size=5)
"""The rows of each day."""

MakeLake = Callable[..., Lake]


def facts(days: list[list[dict[str, object]]]) -> pd.DataFrame:
    """Return the rows of these days, a delivery each; a value is missing where it is None."""
    rows = [
        {**fact(START + timedelta(days=known), number), **row}
        for known, rows in enumerate(days)
        for number, row in enumerate(rows)
    ]
    typed = {"weight_kg": "Float64", "pieces": "Int64", "is_empty": "boolean", "loaded_at": "datetime64[us, UTC]"}
    return pd.DataFrame(rows, columns=[*COLUMNS, *fact(START)]).astype(typed)


def cargo(known: int, count: int = 3, voyage: str = "V1", **columns: object) -> pd.DataFrame:
    """Return so many rows of one day."""
    row = dict.fromkeys(COLUMNS) | {"voyage": voyage} | columns
    return facts([[]] * known + [[{**row, "box": box} for box in BOXES[:count]]])


@pytest.fixture(scope="module")
def shelves(tmp_path_factory: pytest.TempPathFactory) -> Callable[[], Path]:
    """Return what makes an empty folder."""
    return lambda: tmp_path_factory.mktemp("shelf")


@pytest.fixture(scope="module")
def lake_of(tmp_path_factory: pytest.TempPathFactory) -> MakeLake:
    """Return what makes a lake of some rows, at hand or not."""

    def made(rows: pd.DataFrame, schema: TableSchema = CARGO, *, at_hand: bool = True) -> Lake:
        home = tmp_path_factory.mktemp("lake")
        lake = Lake(home / "lake", [schema], located_in=home / "located" if at_hand else None)
        for day, of_day in rows.groupby("known_day"):  # in two files a day
            lake.replace_days("cargo", of_day[:0], [day])
            for half in filter(len, (of_day[: len(of_day) // 2], of_day[len(of_day) // 2 :])):
                lake.replace_deliveries("cargo", half, list(half["delivery_id"]))
        return lake

    return made


def shelf_of(lake: Lake) -> Path:
    return Path(str(lake.located_in)) / "cargo" / "at_hand"


def laid_down(lake: Lake) -> list[str]:
    """Return the days on the shelf."""
    return sorted(path.name[:8] for path in shelf_of(lake).glob("*.arrow"))


def look(lake: Lake, **among: list[str]) -> pd.DataFrame:
    found = lake.read("cargo", columns=AT_HAND, among=among or {"voyage": VOYAGES})
    return found.sort_values(list(LINEAGE_AT_HAND), ignore_index=True)


@settings(max_examples=80)
@given(
    days=DAYS,
    voyages=st.lists(st.sampled_from([*VOYAGES, "never"])),
    boxes=st.none() | st.sets(st.sampled_from(BOXES)),
    seals=st.none() | st.sets(st.sampled_from(["same", "other"])),
)
def test_rows_from_the_shelf_are_those_that_were_laid_there(shelves, days, voyages, boxes, seals):
    types = pa.schema(list(COLUMNS.items()))
    tables = [pa.Table.from_pylist(rows, types) for rows in days]
    files = {START + timedelta(days=number): f"{number}" for number in range(len(days))}
    asked = {"voyage": voyages, "box": boxes, "seal": seals}
    among = {name: values for name, values in asked.items() if values is not None}
    wanted = [row for rows in days for row in rows if all(row[name] in values for name, values in among.items())]
    shelf = Shelf(shelves(), types)
    for _ in range(2):  # laid down, then found
        pieces = shelf.pieces(files, lambda day: tables[(day - START).days], kept=files)
        found = pa.concat_tables([types.empty_table(), *shelf.rows(pieces, types.names, among)])
        assert found.to_pylist() == wanted


@pytest.mark.parametrize("among", [{"voyage": ["V1"]}, {"voyage": ["V1", "V2"], "box": BOXES[1:2]}, {"voyage": []}])
@pytest.mark.parametrize("until", [0, 1, 9])
def test_a_table_reads_the_same_with_and_without_a_shelf(lake_of, among, until):
    rows = pd.concat([cargo(0, 5), cargo(1, 4, voyage="V2", seal="s"), cargo(2, 3, weight_kg=1.5)])
    given = {"columns": AT_HAND, "among": among, "until": START + timedelta(days=until)}
    with_shelf, without = (
        lake_of(rows, at_hand=at_hand).read("cargo", **given).sort_values(list(LINEAGE_AT_HAND), ignore_index=True)
        for at_hand in (True, False)
    )
    pd.testing.assert_frame_equal(with_shelf, without)


@pytest.mark.parametrize("different", [1, 127, 128, 129, 40_000])
def test_texts_that_come_often_are_held_once_however_many_there_are(tmp_path, different):
    texts = [None, *(f"V{number}" for number in range(different))] * 3
    rows = pa.table({"voyage": texts, "row_number": range(len(texts))})
    shelf, files = Shelf(tmp_path, rows.schema), {START: "a"}
    for _ in range(2):
        pieces = shelf.pieces(files, lambda _: rows, kept=files)
        assert pa.types.is_dictionary(pieces[0].schema.field("voyage").type)
        (found,) = shelf.rows(pieces, ["row_number", "voyage"], {"voyage": ["V0", f"V{different - 1}", "none"]})
        wanted = [number for number, text in enumerate(texts) if text in {"V0", f"V{different - 1}"}]
        assert found["row_number"].to_pylist() == wanted
        assert found["voyage"].to_pylist() == [texts[number] for number in wanted]
        assert found.schema.field("voyage").type == pa.string()


def test_a_day_that_changed_is_laid_down_again_and_the_old_one_is_removed(lake_of):
    lake = lake_of(pd.concat([cargo(0), cargo(1)]))
    assert len(look(lake)) == 6
    before = {path.name for path in shelf_of(lake).iterdir()}
    lake.replace_days("cargo", cargo(1, 1, seal="new"), [START + timedelta(days=1)])
    assert look(lake)["seal"].tolist()[-1] == "new"
    assert len(look(lake)) == 4
    after = {path.name for path in shelf_of(lake).iterdir()}
    assert laid_down(lake) == ["20260101", "20260102"]
    assert len(before & after) == 1


def test_days_too_old_are_read_from_their_files_and_leave_the_shelf(lake_of):
    lake = lake_of(pd.concat([cargo(0), cargo(2)]))
    assert len(look(lake)) == 6
    later = DAYS_AT_HAND.days + 1
    lake.replace_days("cargo", cargo(later), [START + timedelta(days=later)])
    assert len(look(lake)) == 9
    assert laid_down(lake) == [f"{START + timedelta(days=days):%Y%m%d}" for days in (2, later)]


@pytest.mark.parametrize("asked", [{"columns": [*AT_HAND, "name"]}, {"columns": None}])
def test_what_is_not_at_hand_is_read_from_the_files(lake_of, asked):
    lake = lake_of(cargo(0, name="Zwaluwstaart"))
    found = lake.read("cargo", among={"voyage": ["V1"]}, **asked)
    assert found["name"].tolist() == ["Zwaluwstaart"] * 3
    assert not shelf_of(lake).exists()


def test_a_table_read_by_what_it_is_not_located_by_is_read_from_its_files(lake_of):
    lake = lake_of(cargo(0))
    assert len(lake.read("cargo", columns=AT_HAND, among={"box": BOXES[:2]})) == 2
    assert not shelf_of(lake).exists()


@pytest.mark.parametrize("damage", [b"", b"ARROW1\0\0", b"\xff" * 4096, None])
def test_a_file_that_cannot_be_read_is_made_again(lake_of, damage):
    lake = lake_of(cargo(0))
    expected = look(lake)
    (file,) = shelf_of(lake).iterdir()
    whole = file.read_bytes()
    beside = file.with_name("beside")
    beside.write_bytes(whole[: len(whole) // 2] if damage is None else damage)
    beside.replace(file)
    pd.testing.assert_frame_equal(look(lake), expected)
    assert file.read_bytes() == whole


def test_what_another_process_is_writing_is_left_to_it(lake_of):
    lake = lake_of(cargo(0))
    look(lake)
    unfinished = shelf_of(lake) / ".0123"
    unfinished.write_bytes(b"half")
    lake.clear_shelf("cargo")
    assert unfinished.exists()
    assert laid_down(lake) == ["20260101"]


def test_what_is_at_hand_lies_in_these_files(lake_of):
    lake = lake_of(pd.concat([cargo(0), cargo(1)]))
    assert lake.files_at_hand("cargo") == []
    look(lake)
    (shelf_of(lake) / ".0123").write_bytes(b"half")
    assert [file.name[:8] for file in lake.files_at_hand("cargo")] == laid_down(lake) == ["20260101", "20260102"]
    assert lake_of(cargo(0), at_hand=False).files_at_hand("cargo") == []


def test_what_is_forgotten_leaves_the_shelf_too(lake_of):
    gone = cargo(0, seal="SECRET-SEAL").assign(retain_until=START + timedelta(days=1))
    lake = lake_of(pd.concat([gone, cargo(1)]))
    look(lake)
    held = [path for path in shelf_of(lake).iterdir() if b"SECRET-SEAL" in path.read_bytes()]
    assert len(held) == 1
    upkeep = Upkeep(lake)
    upkeep.remove_expired_facts("cargo", START + timedelta(days=2))
    upkeep.forget("cargo", 0)
    assert not held[0].exists()
    assert len(look(lake)) == 3


def test_a_table_that_is_kept_nowhere_else_has_no_shelf_to_clear(lake_of):
    lake = lake_of(cargo(0), at_hand=False)
    lake.clear_shelf("cargo")
    Lake(lake.place, [CARGO], located_in=Path(lake.place.address).parent / "elsewhere").clear_shelf("cargo")
    assert len(look(lake)) == 3


def test_two_threads_that_look_at_once_find_the_same_and_lay_it_down_once(lake_of, monkeypatch):
    lake = lake_of(pd.concat([cargo(day) for day in range(6)]))
    written, lay_down = list[Path](), Shelf._lay_down

    def counted(shelf: Shelf, file: Path, rows: pa.Table) -> list[pa.RecordBatch]:
        written.append(file)
        return lay_down(shelf, file, rows)

    monkeypatch.setattr(Shelf, "_lay_down", counted)
    found = list[int]()
    threads = [Thread(target=lambda: found.append(len(look(lake)))) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [18, 18]
    assert len(written) == len(set(written)) == 6


def test_a_row_taken_from_the_shelf_is_looked_for_on_the_days_it_lies_on_and_no_others(lake_of):
    lake = lake_of(pd.concat([cargo(day, voyage=f"V{day}") for day in range(5)]))
    assert len(look(lake, voyage=["V3"])) == 3
    assert laid_down(lake) == ["20260104"]


def test_a_column_of_another_type_is_laid_down_again(lake_of):
    lake = lake_of(cargo(0, pieces=7))
    assert look(lake)["pieces"].tolist() == [7, 7, 7]
    wider = replace(CARGO, columns={**COLUMNS, "pieces": pa.float64()})
    changed = Lake(lake.place, [wider], located_in=lake.located_in)
    assert look(changed)["pieces"].tolist() == [7.0, 7.0, 7.0]
    assert look(changed)["pieces"].dtype == "float64"


def test_a_day_that_cannot_be_written_leaves_nothing_half_written(lake_of, monkeypatch):
    lake = lake_of(cargo(0))
    lake.read("cargo", among={"voyage": ["V1"]})  # where its rows lie is known

    def full(_descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("riskscore.store.shelf.os.fsync", full)
    with pytest.raises(OSError, match="No space"):
        look(lake)
    assert list(shelf_of(lake).iterdir()) == []
