from datetime import date

import pandas as pd
import pyarrow as pa
import pytest

from riskscore.errors import SchemaMismatchError, UnknownTableError
from riskscore.store import Lake, TableSchema
from tests.conftest import fact

THING = TableSchema("thing", {"thing_id": pa.string(), "weight_kg": pa.float64()}, ("thing_id",))
SCORE = TableSchema("score", {"score_day": pa.date32(), "value": pa.float64()}, ("score_day",), "score_day")
FIRST, SECOND = date(2026, 1, 1), date(2026, 1, 2)


@pytest.fixture
def lake(tmp_path):
    return Lake(tmp_path, [THING, SCORE])


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


def test_a_table_that_is_cut_off_mid_write_shows_the_state_before(lake, tmp_path):
    lake.replace_days("score", pd.DataFrame({"score_day": [FIRST], "value": [1.0]}), [FIRST])
    (tmp_path / "score" / "score_day=2026-01-01" / "part-half-written.parquet").write_bytes(b"PAR1 and no more")
    assert lake.read("score")["value"].tolist() == [1.0]
