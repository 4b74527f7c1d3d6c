"""Rows set aside are kept whole; a repaired one is judged as if it had been right from the start."""

from collections.abc import Callable

import pandas as pd
import pytest

from riskscore.contracts import Contract, Repair, check_deliveries, check_repaired, quarantined_rows
from riskscore.errors import UnknownFixError

Rows = Callable[..., pd.DataFrame]


def test_a_row_set_aside_keeps_all_it_broke_and_held(few: Contract, few_rows: Rows) -> None:
    frames = {
        "d1": few_rows(2),
        "d2": few_rows(4, holder=["INVENTED CO", "X", "INVENTED CO", "INVENTED CO"], port=["NLRTM", "?", "?", "BEANR"]),
        "d3": few_rows(2, port="?"),
    }
    raw_lines = [f"line {number}" for number in range(8)]
    first, second = quarantined_rows(check_deliveries(few, frames), raw_lines)
    assert (first.delivery_id, first.row_number, first.raw_line) == ("d2", 2, "line 3")
    assert [(one["rule"], one["column"], one["value"]) for one in first.breaches] == [
        ("length", "holder", "X"),
        ("code_list", "port", "?"),
    ]
    assert first.cells == {**frames["d2"].iloc[1].to_dict()}
    assert (second.row_number, [one["column"] for one in second.breaches]) == (3, ["port"])
    assert "holds '(personal)'" in first.breaches[0]["message"]
    assert "INVENTED" not in repr(first)


def test_values_that_were_null_are_kept_as_empty_text(few: Contract, few_rows: Rows) -> None:
    rows = few_rows(2, port=["NLRTM", None], via=[None, None])
    (row,) = quarantined_rows(check_deliveries(few, {"d": rows}), ["a", "b"])
    assert row.cells["port"] == ""
    assert row.cells["via"] == ""
    assert row.breaches[0]["value"] == ""


def test_a_repaired_row_is_what_a_right_one_would_have_been(few: Contract, few_rows: Rows) -> None:
    right = few_rows(4)
    wrong = right.assign(port=["NLRTM", "?", "NLRTM", "NLRTM"], line=["1", "1", "x", "1"])
    set_aside = quarantined_rows(check_deliveries(few, {"d": wrong}), list("abcd"))
    fixes = [{"port": "NLRTM"}, {"line": "1"}]
    repairs = [
        Repair(row.delivery_id, row.row_number, row.cells, fix) for row, fix in zip(set_aside, fixes, strict=True)
    ]
    repaired = check_repaired(few, repairs)
    assert repaired.findings.empty
    expected = check_deliveries(few, {"d": right}).accepted.iloc[[1, 2]].reset_index(drop=True)
    pd.testing.assert_frame_equal(repaired.accepted, expected)


def test_a_row_that_is_still_bad_says_so_with_its_number_in_the_file(few: Contract, few_rows: Rows) -> None:
    cells = few_rows(1).iloc[0].to_dict()
    result = check_repaired(few, [Repair("d", 41, cells, {"port": "??"}), Repair("d", 42, cells, {"line": "2"})])
    assert result.outcome["outcome"].tolist() == ["quarantined", "accepted"]
    assert "row 41, column port holds '??'" in result.findings["message"].iloc[0]
    assert result.refused == {}


def test_a_repaired_row_may_not_take_a_key_that_is_taken(few: Contract, few_rows: Rows) -> None:
    cells = few_rows(1).iloc[0].to_dict()
    taken = pd.DataFrame(
        {
            "delivery_id": ["d", "e", "d"],
            "row_number": [1, 2, 6],
            "parcel_id": ["P7", "P8", "P6"],  # the last one is row 6 itself, from a repair that was cut short
            "line": [1, 1, 1],
        }
    )
    repairs = [Repair("d", number, cells, {"parcel_id": f"P{number}"}) for number in (6, 7, 8)]
    result = check_repaired(few, repairs, taken_keys=taken)
    assert result.outcome["outcome"].tolist() == ["accepted", "quarantined", "accepted"]
    assert result.findings["rule"].tolist() == ["unique_key"]


def test_a_repair_of_a_column_nobody_has_is_refused(few: Contract, few_rows: Rows) -> None:
    cells = few_rows(1).iloc[0].to_dict()
    with pytest.raises(UnknownFixError, match="no column colour to repair"):
        check_repaired(few, [Repair("d", 1, cells, {"colour": "red"})])
