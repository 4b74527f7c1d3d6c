import json
import pickle
import traceback
from datetime import date

import pandas as pd
import pyarrow as pa
import pytest
from deltalake import DeltaTable

from riskscore.errors import SchemaMismatchError, StoreError, UnknownTableError
from riskscore.store import Lake, TableSchema
from riskscore.store.table import MEASURED
from tests.conftest import fact

THING = TableSchema("thing", {"thing_id": pa.string(), "weight_kg": pa.float64()}, ("thing_id",))
SCORE = TableSchema("score", {"score_day": pa.date32(), "value": pa.float64()}, ("score_day",), "score_day")
FIRST, SECOND = date(2026, 1, 1), date(2026, 1, 2)


@pytest.fixture
def lake(place, tmp_path):
    return Lake(place, [THING, SCORE], located_in=tmp_path / "located")


def content(frame):
    return frame.sort_values(list(frame.columns[:2])).reset_index(drop=True)


def test_an_empty_table_reads_as_declared(lake):
    empty = lake.read("thing")
    assert len(empty) == 0
    assert empty["weight_kg"].dtype == "float64"


def test_publishing_a_delivery_twice_changes_nothing(lake):
    rows = pd.DataFrame([fact(FIRST, thing_id="a", weight_kg=1.0)])
    lake.replace_deliveries("thing", rows, list(rows["delivery_id"]))
    once = lake.read("thing")
    lake.replace_deliveries("thing", rows, list(rows["delivery_id"]))
    pd.testing.assert_frame_equal(lake.read("thing"), once)


def test_publishing_one_delivery_leaves_the_others(lake):
    first, second = fact(FIRST, 1, thing_id="a", weight_kg=1.0), fact(FIRST, 2, thing_id="b", weight_kg=2.0)
    for row in (first, second, first):
        lake.replace_deliveries("thing", pd.DataFrame([row]), [row["delivery_id"]])
    assert sorted(lake.read("thing")["thing_id"]) == ["a", "b"]


def test_what_was_known_before_a_delivery_can_have_been_is_left_alone(lake):
    early, late = (fact(day, 1, thing_id="a", weight_kg=1.0) for day in (FIRST, SECOND))
    for row in (early, {**late, "delivery_id": early["delivery_id"]}):
        lake.replace_deliveries("thing", pd.DataFrame([row]), [row["delivery_id"]], since=row["known_day"])
    assert lake.row_counts("thing") == {FIRST: 1, SECOND: 1}


def test_rows_older_than_what_they_replace_are_refused_and_not_quoted(lake):
    row = fact(FIRST, 1, thing_id="Zwaluwstaart Bananenhandel", weight_kg=1.0)
    with pytest.raises(StoreError, match="Table thing: rows that are none of those") as refused:
        lake.replace_deliveries("thing", pd.DataFrame([row]), [row["delivery_id"]], since=SECOND)
    assert "Zwaluwstaart" not in "".join(traceback.format_exception(refused.value))
    assert lake.read("thing").empty


def test_the_log_holds_no_value_but_those_it_is_asked_for(lake, place):
    row = fact(FIRST, 1, thing_id="Zwaluwstaart Bananenhandel", weight_kg=1.0)
    lake.replace_deliveries("thing", pd.DataFrame([row]), [row["delivery_id"]])
    lake.replace_days("score", pd.DataFrame({"score_day": [FIRST], "value": [123456.5]}), [FIRST])
    for table, told in (("thing", set(MEASURED)), ("score", set())):
        log = place.files(table)
        commits = [log.open_input_stream(f"_delta_log/{number:020}.json").read().decode() for number in (0, 1)]
        assert "Zwaluwstaart" not in "".join(commits)
        assert "123456.5" not in "".join(commits)
        added = [json.loads(line)["add"] for line in commits[1].splitlines() if "add" in json.loads(line)]
        assert {name for one in added for name in json.loads(one["stats"]).get("minValues", {})} == told
    assert lake.row_counts("score") == {FIRST: 1}


def test_replacing_days_replaces_only_those(lake):
    both = pd.DataFrame({"score_day": [FIRST, SECOND], "value": [1.0, 2.0]})
    lake.replace_days("score", both, [FIRST, SECOND])
    lake.replace_days("score", pd.DataFrame({"score_day": [SECOND], "value": [3.0]}), [SECOND])
    assert content(lake.read("score"))["value"].tolist() == [1.0, 3.0]


def test_reading_until_a_day_sees_nothing_after_it(lake):
    lake.replace_days("score", pd.DataFrame({"score_day": [FIRST, SECOND], "value": [1.0, 2.0]}), [FIRST, SECOND])
    assert lake.read("score", until=FIRST)["value"].tolist() == [1.0]
    assert lake.read("score", since=SECOND, columns=["value"])["value"].tolist() == [2.0]


def test_a_frame_that_does_not_fit_is_refused_and_nothing_is_written(lake):
    with pytest.raises(SchemaMismatchError, match=r"missing column.*value.*unknown column.*worth"):
        lake.replace_days("score", pd.DataFrame({"score_day": [FIRST], "worth": [1.0]}), [FIRST])
    assert lake.version("score") == -1


def test_an_undeclared_table_is_refused(lake):
    with pytest.raises(UnknownTableError, match="declared are score, thing"):
        lake.read("thought")


def test_a_table_that_is_cut_off_mid_write_shows_the_state_before(lake):
    lake.replace_days("score", pd.DataFrame({"score_day": [FIRST], "value": [1.0]}), [FIRST])
    with lake.place.files("score").open_output_stream("score_day=2026-01-01/part-half-written.parquet") as half:
        half.write(b"PAR1 and no more")
    assert lake.read("score")["value"].tolist() == [1.0]


def test_rows_are_found_by_the_first_key_column_wherever_they_lie(lake):
    rows = [fact(day, n, thing_id=f"{n}", weight_kg=float(n)) for n, day in enumerate([FIRST, SECOND, SECOND])]
    lake.replace_deliveries("thing", pd.DataFrame(rows), [row["delivery_id"] for row in rows])
    assert lake.read("thing", among={"thing_id": ["0", "2", "9"]})["weight_kg"].sort_values().tolist() == [0.0, 2.0]
    assert lake.read("thing", among={"thing_id": ["9"]}, columns=["weight_kg"]).empty
    assert lake.read("thing", among={"thing_id": ["0"]}, since=SECOND).empty
    assert lake.row_counts("thing") == {FIRST: 1, SECOND: 2}


def test_columns_that_came_later_are_missing_in_older_rows(lake, place):
    lake.replace_days("score", pd.DataFrame({"score_day": [FIRST], "value": [1.0]}), [FIRST])
    wider = Lake(place, [TableSchema("score", {**SCORE.columns, "reason": pa.string()}, SCORE.key, SCORE.partition)])
    wider.replace_days("score", pd.DataFrame({"score_day": [SECOND], "value": [2.0], "reason": ["r"]}), [SECOND])
    assert content(wider.read("score"))["reason"].fillna("none").tolist() == ["none", "r"]


def test_what_another_commits_is_seen_at_the_next_look(lake, place):
    other = Lake(place, [SCORE])
    for number, value in enumerate([1.0, 2.0, 3.0]):
        assert lake.version("score") == (number or -1)
        other.replace_days("score", pd.DataFrame({"score_day": [FIRST], "value": [value]}), [FIRST])
        assert lake.read("score")["value"].tolist() == [value]


def test_a_table_that_was_made_anew_is_not_taken_for_the_one_before(lake, place):
    for value in (1.0, 2.0):
        lake.replace_days("score", pd.DataFrame({"score_day": [FIRST], "value": [value]}), [FIRST])
    lake.place.files("score").delete_dir_contents("", missing_dir_ok=True, accept_root_dir=True)
    assert lake.version("score") == -1
    for value in (3.0, 4.0):
        Lake(place, [SCORE]).replace_days("score", pd.DataFrame({"score_day": [SECOND], "value": [value]}), [SECOND])
    assert lake.read("score")["value"].tolist() == [4.0]
    assert lake.row_counts("score") == {SECOND: 1}


def test_a_commit_removed_after_a_checkpoint_hides_no_later_one(lake, place):
    other = Lake(place, [SCORE])
    other.replace_days("score", pd.DataFrame({"score_day": [FIRST], "value": [1.0]}), [FIRST])
    seen = lake.version("score")
    for value in (2.0, 3.0, 4.0):
        other.replace_days("score", pd.DataFrame({"score_day": [FIRST], "value": [value]}), [FIRST])
    DeltaTable(other.place.table("score"), storage_options=other.place.options()).create_checkpoint()
    other.place.files("score").delete_file(f"_delta_log/{seen + 1:020}.json")
    assert lake.read("score")["value"].tolist() == [4.0]


def test_a_lake_travels_between_processes_without_what_it_has_open(lake):
    lake.replace_days("score", pd.DataFrame({"score_day": [FIRST], "value": [1.0]}), [FIRST])
    assert lake.row_counts("score") == {FIRST: 1}
    travelled = pickle.loads(pickle.dumps(lake))
    assert travelled.read("score")["value"].tolist() == [1.0]
