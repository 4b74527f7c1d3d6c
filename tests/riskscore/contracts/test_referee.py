"""The referee: metrics measured in one pass give the answers of Great Expectations' own execution, evidence and all."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pandas as pd
import pytest

from riskscore.contracts import Contract, check_deliveries
from riskscore.contracts.library import library
from riskscore.contracts.referee import NUMBER, Verdict, judge, judge_plainly

Rows = Callable[..., pd.DataFrame]

HOSTILE = [
    *(
        "",
        " ",
        "\u00a0",
        "\u200b",
        "\ufeff",
        "NLRTM\n",
        "\nNLRTM",
        "NLRTM ",
        "nlrtm",
        "NLRTMX",
        "XNLRTM",
        "\u202eNLRTM",
    ),
    *(
        "?",
        "0",
        "-0",
        "1e999",
        "NaN",
        "nan",
        "inf",
        "None",
        "null",
        "12,5",
        "1,000",
        "\uff11\uff12",
        "=1+1",
        "\x00",
        "1.0",
    ),
]
FRAMES = {
    "numbers": pd.Series([1.0, np.nan, np.inf, -np.inf, 0.0, 3.0]),
    "whole numbers": pd.Series([1, None, 3, 0, 2**40, -1], dtype="Int64"),
    "texts": pd.Series(["a", None, "", "b", "a", " "], dtype="str"),
    "categories": pd.Categorical(["a", None, "b", "a", None, "a"]),
    "objects": pd.Series(["a", None, 3, 1.5, float("nan"), pd.NA], dtype="object"),
    "nothing but missing": pd.Series([None] * 6, dtype="str"),
    "truth": pd.Series([True, False, True, True, False, False]),
}


def same(fast: Verdict, plain: Verdict) -> None:
    assert [rows.tolist() for rows in fast.broken] == [rows.tolist() for rows in plain.broken]
    assert fast.evidence == plain.evidence


@pytest.fixture
def judged_twice(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Judge everything both ways, and compare; the names of what was judged."""
    names = []

    def both(name: str, frame: pd.DataFrame, expectations: Sequence[Any]) -> Verdict:
        names.append(name)
        verdict = judge(name, frame, expectations)
        same(verdict, judge_plainly(name, frame, expectations))
        return verdict

    for user in ("suite", "deliveries"):
        monkeypatch.setattr(f"riskscore.contracts.{user}.judge", both)
    return names


def test_hostile_rows_are_judged_as_by_the_library_alone(
    parcels: Contract, good_rows: Rows, judged_twice: list[str]
) -> None:
    columns = list(parcels.column_names)
    rows = good_rows(len(columns) * len(HOSTILE)).astype("object")
    for number, (column, value) in enumerate((column, value) for column in columns for value in HOSTILE):
        rows.loc[number, column] = value
    result = check_deliveries(parcels, {"hostile": rows, "good": good_rows(3), "empty": good_rows(0)})
    assert len(result.findings) > len(columns)
    assert judged_twice == ["parcels_rows", "parcels_deliveries"]


@pytest.mark.parametrize("content", [*FRAMES.values(), pd.Series([], dtype="str")], ids=[*FRAMES, "no rows"])
def test_any_column_is_judged_as_by_the_library_alone(content: Any) -> None:
    gxe, frame = library().expectations, pd.DataFrame({"column": content})
    asked = [
        (gxe.ExpectColumnValuesToBeNull, {}),
        (gxe.ExpectColumnValuesToNotBeNull, {}),
        (gxe.ExpectColumnValuesToBeInSet, {"value_set": ["a", "", 3]}),
    ]
    if pd.api.types.is_numeric_dtype(frame["column"]):
        limits = (
            {"min_value": 0, "max_value": 2},
            {"min_value": 1},
            {"max_value": 1.5},
            {"min_value": 1, "strict_min": True},
        )
        asked += [(gxe.ExpectColumnValuesToBeBetween, limit) for limit in limits]
    suite = [kind(column="column", meta={NUMBER: number}, **with_) for number, (kind, with_) in enumerate(asked)]
    same(judge("any", frame, suite), judge_plainly("any", frame, suite))


def test_what_is_not_measured_here_goes_through_the_library(monkeypatch: pytest.MonkeyPatch) -> None:
    """An argument that changes what an expectation means is never ignored."""
    gxe, sent = library().expectations, list[str]()

    def noted(_name: str, _frame: pd.DataFrame, expectations: Sequence[Any]) -> list[Any]:
        sent.extend(one.expectation_type for one in expectations)
        return []

    monkeypatch.setattr("riskscore.contracts.referee.executed", noted)
    suite = [
        gxe.ExpectColumnValuesToBeBetween(column="here", min_value=1, strict_min=True, meta={NUMBER: 0}),
        gxe.ExpectColumnValuesToBeInSet(column="here", value_set=[1], mostly=0.5, meta={NUMBER: 1}),
        gxe.ExpectColumnValueLengthsToEqual(column="here", value=2, meta={NUMBER: 2}),
    ]
    assert judge("sent", pd.DataFrame({"here": [1]}), suite).broken == []
    assert sent == [one.expectation_type for one in suite]
