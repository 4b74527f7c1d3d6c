"""An object store that fails in the middle of a write: what was before is there, and after a second try what is new."""

from datetime import date

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from riskscore.errors import LakeAccessError
from riskscore.store import Lake, TableSchema

SCORE = TableSchema("score", {"score_day": pa.date32(), "value": pa.float64()}, ("score_day",), "score_day")
FIRST, SECOND = date(2026, 1, 1), date(2026, 1, 2)


def both_days(value):
    return pd.DataFrame({"score_day": [FIRST, SECOND], "value": [value, value + 1]})


@pytest.fixture
def lake(bucket_place):
    made = Lake(bucket_place, [SCORE])
    made.replace_days("score", both_days(1.0), [FIRST, SECOND])
    return made


@pytest.mark.parametrize("write", [1, 2, 3])
def test_a_store_that_stops_at_any_write_leaves_all_or_nothing(lake, s3, write):
    """One write for the rows of each day, and one that commits them."""
    s3.told(f"stop {write}")
    with pytest.raises(LakeAccessError, match="does not answer"):
        lake.replace_days("score", both_days(5.0), [FIRST, SECOND])
    with pytest.raises(LakeAccessError, match="does not answer"):
        lake.read("score")
    s3.told("start")
    assert sorted(lake.read("score")["value"]) == [1.0, 2.0]
    lake.replace_days("score", both_days(5.0), [FIRST, SECOND])
    assert sorted(lake.read("score")["value"]) == [5.0, 6.0]


@pytest.mark.parametrize("write", [1, 3])
def test_a_commit_whose_answer_is_lost_is_made_once(lake, s3, write):
    s3.told(f"lose {write}")
    lake.replace_days("score", both_days(5.0), [FIRST, SECOND])
    assert sorted(lake.read("score")["value"]) == [5.0, 6.0]


def test_rows_too_many_for_one_request_arrive_whole(lake):
    """Files from some ten megabytes on are sent in parts."""
    values = np.random.default_rng(5).random(2_000_000)
    lake.replace_days("score", pd.DataFrame({"score_day": FIRST, "value": values}), [FIRST])
    assert lake.read("score", until=FIRST)["value"].equals(pd.Series(values))
