"""Checks: hostile values, every rule against a row-by-row answer, whole deliveries, and every row accounted for."""

import math
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from riskscore.contracts import CheckResult, Contract, Limits, check, check_deliveries
from riskscore.errors import ReconciliationError

Rows = Callable[..., pd.DataFrame]

BLANKS = [
    *(
        "",
        " ",
        "   ",
        "\t",
        "\n",
        "\r\n",
        "\x00",
        "\x0b",
        "\x85",
        "\u00a0",
        "\u2003",
        "\u3000",
        "\u200b",
        "\u200c\u200d",
    ),
    *(
        "\ufeff",
        "\u00ad",
        "\u2060",
        "\u3164",
        "\u2800",
        "\u180e",
        "\u202e",
        "\u115f",
        "\u034f",
        "\ufe0f",
        " \u200b\u00a0\n",
    ),
]
NULLS = [None, math.nan, pd.NA, pd.NaT, float("nan"), np.nan, Decimal("NaN")]


def found(result: CheckResult) -> set[tuple[int, str, str]]:
    """Row, rule and columns of every finding."""
    return set(zip(result.findings["row"], result.findings["rule"], result.findings["column"], strict=True))


def check_one(contract: Contract, rows: pd.DataFrame) -> CheckResult:
    """Check rows as one delivery that may have any share of bad rows."""
    limits = Limits(min_rows=0)
    return check(replace(contract, limits=limits), rows, deliveries=pd.Series("d1", index=rows.index, dtype="str"))


def test_rows_that_keep_the_contract_are_accepted_and_typed(parcels: Contract, good_rows: Rows) -> None:
    result = check_one(parcels, good_rows(3, via=["", "NLRTM", "BEANR DEHAM"], stamp=["", "7", ""]))
    assert result.findings.empty
    assert result.accepted.dtypes.astype(str).to_dict() == {
        **dict.fromkeys(["parcel_id", "holder", "port", "via", "terms"], "str"),
        "line": "int64",
        "weight_kg": "float64",
        "is_empty": "bool",
        "packed_on": "object",
        "sent_at": "datetime64[us, UTC]",
        "seen_at": "datetime64[us, UTC]",
        "stamp": "Int64",
    }
    assert result.accepted["packed_on"].tolist() == [date(2026, 1, 1)] * 3
    assert result.accepted["via"].isna().tolist() == [True, False, False]
    assert result.accepted["stamp"].fillna(-1).tolist() == [-1, 7, -1]
    assert result.tally.loc["d1"].to_dict() == {"received": 3, "accepted": 3, "quarantined": 0, "refused": 0}


@pytest.mark.parametrize("dtype", ["str", "object"])
def test_a_mandatory_field_catches_everything_that_is_nothing(parcels: Contract, good_rows: Rows, dtype: str) -> None:
    hostile = [*BLANKS, *NULLS] if dtype == "object" else [*BLANKS, None, math.nan]
    required = [column for column in parcels.required if column not in parcels.key]
    rows = good_rows(len(hostile) * len(required)).astype(dtype)
    expected = set()
    for number, (column, value) in enumerate((column, value) for column in required for value in hostile):
        rows.loc[number, column] = value
        expected.add((number, "required", column))
    result = check_one(parcels, rows)
    assert {one for one in found(result) if one[1] != "prepaid_bears_stamp"} == expected
    assert result.accepted.empty


@pytest.mark.parametrize(
    "word", ["NaN", "nan", "null", "NULL", "None", "N/A", "#N/A", "<NA>", "NaT", "inf", "-Infinity", " NaN\u200b"]
)
def test_a_word_for_nothing_is_nothing_in_a_text(parcels: Contract, good_rows: Rows, word: str) -> None:
    result = check_one(parcels, good_rows(2, holder=[word, f"{word}ia Ltd".strip()], via=[word, ""]))
    assert (0, "required", "holder") in found(result)
    assert not [one for one in found(result) if "via" in one[2]]


def test_namibia_is_a_country(parcels: Contract, good_rows: Rows) -> None:
    assert check_one(parcels, good_rows(1, holder=["NA"])).findings.empty


def test_a_missing_optional_field_becomes_the_null_of_its_type(parcels: Contract, good_rows: Rows) -> None:
    rows = good_rows(len(BLANKS), **dict.fromkeys(["via", "packed_on", "seen_at", "stamp"], BLANKS))
    result = check_one(parcels, rows)
    assert result.findings.empty
    assert result.accepted[["via", "packed_on", "seen_at", "stamp"]].isna().all(axis=None)
    assert result.accepted["packed_on"].tolist() == [None] * len(BLANKS)


ALIENS = [
    *(5, 5.0, math.inf, -math.inf, True, b"NLRTM", Decimal(3), date(2026, 1, 1), pd.Timestamp("2026-01-01"), ["NLRTM"]),
    "INVENTED \ud800",
]


def test_what_is_not_text_is_never_taken_for_text(parcels: Contract, good_rows: Rows) -> None:
    rows = good_rows(len(ALIENS)).astype(object)
    for number, alien in enumerate(ALIENS):
        for column in rows:
            rows.at[number, column] = alien
    kinds = {(number, column.kind, column.name) for number in range(len(ALIENS)) for column in parcels.columns}
    assert found(check_one(parcels, rows)) == kinds


def test_nothing_may_cling_to_a_value(parcels: Contract, good_rows: Rows) -> None:
    clinging = ["\n", "\r", " ", "\u00a0", "\u200b", "\ufeff", "\x00", "\u2028", "\ufffd", "x"]
    good = good_rows(1, via="NLRTM", stamp="7", seen_at="2026-01-03T00:00:00Z")
    after = pd.concat([good.apply(lambda column: column + mark) for mark in clinging])  # noqa: B023 - used at once
    before = pd.concat([good.apply(lambda column: mark + column) for mark in clinging])  # noqa: B023 - used at once
    result = check_one(parcels, pd.concat([after, before], ignore_index=True))
    everywhere = {(number, column) for number in range(2 * len(clinging)) for column in parcels.column_names}
    still_a_name = {(number, "holder") for number in (len(clinging) - 1, 2 * len(clinging) - 1)}
    assert {(row, columns) for row, _, columns in found(result)} == everywhere - still_a_name


def test_infinities_and_other_numbers_that_are_none(few: Contract, few_rows: Rows) -> None:
    written = ["inf", "-inf", "Infinity", "NaN", "nan", "1e999", "1,5", "1.", ".5", "٣", "-0", "0x1F", "1_0"]
    result = check_one(few, few_rows(len(written), weight_kg=written))
    assert found(result) == {(row, "number", "weight_kg") for row in range(len(written))}


BAD = {
    "parcel_id": ["P0", "P1", "P12345", "xP1", "P1x", "LOOSE", "LOOSEx", "p1", ""],
    "line": ["1", "0", "-1", "999", "1000", "1.0", "007", ""],
    "holder": ["INVENTED CO", "X", "TOO LONG A NAME", "ÅÄÖ", ""],
    "port": ["NLRTM", "BEANR", "nlrtm", "XXXXX", "NLRT", ""],
    "via": ["", "NLRTM", "NLRTM BEANR", "NLRTM  BEANR", "NLRTM,BEANR", "NLRTM XXXXX", "NLRTM BEANR DEHAM"],
    "terms": ["prepaid", "collect", "Prepaid", "free", ""],
    "weight_kg": ["0", "500", "500.1", "-1", "12.5", "1e2", "heavy", ""],
    "is_empty": ["true", "false", "yes", ""],
    "packed_on": ["", "2026-01-01", "1999-12-31", "2000-01-01", "2026-02-30"],
    "sent_at": ["2026-01-02T10:00:00Z", "2026-01-02T10:00:00+05:00", "2026-01-02", ""],
    "seen_at": ["", "2026-01-02T09:00:00Z", "2026-01-02T11:00:00+01:00", "2026-01-03T00:00:00Z", "later"],
    "stamp": ["", "1", "2", "3", "x"],
}


def plainly(rows: list[Mapping[str, str]]) -> set[tuple[int, str, str]]:
    """Every finding, worked out row by row in plain Python."""
    expected: set[tuple[int, str, str]] = set()
    keys: set[tuple[Any, ...]] = set()
    stamps: set[int] = set()
    for number, row in enumerate(rows):
        expected |= {(number, rule, columns) for rule, columns in plain_row(row)}
        key, stamp = (row["parcel_id"], row["line"]), row["stamp"]
        if row["parcel_id"] and row["line"].lstrip("-").isdigit() and row["line"] != "007":
            if key in keys:
                expected.add((number, "unique_key", "parcel_id, line"))
            keys.add(key)
        if stamp.isdigit():
            if int(stamp) in stamps:
                expected.add((number, "stamp_once", "stamp"))
            stamps.add(int(stamp))
    return expected


def plain_row(row: Mapping[str, str]) -> list[tuple[str, str]]:
    """What one row breaks by itself; only values of BAD are known to it."""
    optional, ports = {"via", "packed_on", "seen_at", "stamp"}, {"NLRTM", "BEANR", "DEHAM", ""}
    weighed, seen, sent = row["weight_kg"] in {"0", "-1"}, instant(row["seen_at"]), instant(row["sent_at"])
    return [
        *(("required", name) for name in set(BAD) - optional if not row[name]),
        *((kind, name) for name, (kind, texts) in UNREAD.items() if row[name] in texts),
        *([("pattern", "parcel_id")] if row["parcel_id"] not in {"P0", "P1", "LOOSE", ""} else []),
        *([("range", "line")] if row["line"] in {"-1", "1000"} else []),
        *([("length", "holder")] if row["holder"] and not 2 <= len(row["holder"]) <= 12 else []),
        *([("code_list", "port")] if row["port"] not in ports else []),
        *([("code_list", "via")] if row["via"] and not set(row["via"].split(" ")) <= ports - {""} else []),
        *([("no_detour", "via")] if len(row["via"]) > 11 else []),
        *([("values", "terms")] if row["terms"] not in {"prepaid", "collect", ""} else []),
        *([("range", "weight_kg")] if row["weight_kg"] in {"500.1", "-1"} else []),
        *([("range", "packed_on")] if row["packed_on"] == "1999-12-31" else []),
        *([("seen_after_sent", "seen_at, sent_at")] if seen and sent and seen < sent else []),
        *([("full_weighs_something", "weight_kg")] if weighed and row["is_empty"] != "true" else []),
        *([("prepaid_bears_stamp", "stamp")] if not row["stamp"] and is_prepaid_and_full(row) else []),
    ]


def is_prepaid_and_full(row: Mapping[str, str]) -> bool:
    return row["terms"] == "prepaid" and row["is_empty"] == "false"


UNREAD = {
    "line": ("integer", {"1.0", "007"}),
    "weight_kg": ("number", {"heavy"}),
    "is_empty": ("boolean", {"yes"}),
    "packed_on": ("date", {"2026-02-30"}),
    "sent_at": ("timestamp", {"2026-01-02"}),
    "seen_at": ("timestamp", {"later"}),
    "stamp": ("integer", {"x"}),
}


def instant(text: str) -> Any:
    return datetime.fromisoformat(text) if len(text) > 10 else None


@given(
    st.lists(
        st.fixed_dictionaries({name: st.sampled_from(texts) for name, texts in BAD.items()}), min_size=20, max_size=120
    )
)
@settings(max_examples=4, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_check_finds_what_a_row_by_row_check_finds(parcels: Contract, rows: list[Mapping[str, str]]) -> None:
    result = check_one(parcels, pd.DataFrame(rows, columns=list(BAD), dtype="str"))
    assert found(result) == plainly(rows)
    warned = {"full_weighs_something"}
    bad = {
        row for row, rule, columns in plainly(rows) if rule not in warned and (rule, columns) != ("code_list", "via")
    }
    assert set(result.accepted.index) == set(range(len(rows))) - bad


def test_a_warning_is_shown_and_the_row_passes(parcels: Contract, good_rows: Rows) -> None:
    result = check_one(parcels, good_rows(2, weight_kg=["0", "1"]))
    assert result.findings[["rule", "severity"]].to_numpy().tolist() == [["full_weighs_something", "warning"]]
    assert result.accepted["weight_kg"].tolist() == [0.0, 1.0]


def test_a_finding_says_what_where_which_value_and_what_next(few: Contract, few_rows: Rows) -> None:
    rows = few_rows(3, port=["NLRTM", "NLRT?", "NLRTM"])
    finding = check_one(few, rows).findings.iloc[0]
    assert finding.to_dict() == {
        "delivery_id": "d1",
        "row": 1,
        "row_number": 2,
        "column": "port",
        "rule": "code_list",
        "severity": "error",
        "value": "NLRT?",
        "message": "parcels, delivery d1, row 2, column port holds 'NLRT?': must be on code list port (code_list). The "
        "row is in quarantine: repair it (riskscore quarantine fix-and-replay) or have it sent again.",
    }


def test_no_name_of_a_party_is_told(parcels: Contract, good_rows: Rows) -> None:
    name = "GLOBEX INTERNATIONAL TRADING"
    rows = good_rows(len(BAD), holder=name)
    for number, column in enumerate(BAD):
        rows.loc[number, column] = name  # as if the columns had slipped
    result = check_one(parcels, rows)
    told = f"{result.findings.drop(columns='row').to_dict('list')} {result.evidence} {result.refused} {result!r}"
    assert "GLOBEX" not in told
    assert "TRADING" not in told
    assert result.rows["holder"].tolist() == [name] * len(BAD)


def test_the_first_row_of_a_key_has_it_even_if_it_is_bad(few: Contract, few_rows: Rows) -> None:
    rows = few_rows(4, parcel_id=["P1", "P1", "P2", "P1"], weight_kg=["heavy", "1", "1", "1"])
    result = check_one(few, rows)
    expected = {(0, "number", "weight_kg"), (1, "unique_key", "parcel_id, line"), (3, "unique_key", "parcel_id, line")}
    assert found(result) == expected
    assert result.accepted.index.tolist() == [2]


def test_a_row_the_parser_could_not_split_breaks_one_rule_only(few: Contract, few_rows: Rows) -> None:
    rows = pd.concat([few_rows(2), few_rows(1).map(lambda _: "")], ignore_index=True)
    result = check(
        few, rows, deliveries=pd.Series(["d1"] * 3, dtype="str"), faults={2: "5 fields where the header has 12"}
    )
    assert found(result) == {(2, "row_format", "")}
    assert "5 fields where the header has 12" in result.findings["message"].iloc[0]
    assert result.tally.loc["d1"].tolist() == [3, 2, 1, 0]


def test_many_deliveries_at_once_are_judged_as_each_alone(few: Contract, few_rows: Rows) -> None:
    frames = {
        "a": few_rows(30, port=["NLRTM"] * 29 + ["?"]),
        "b": few_rows(30, line=["1", "x"] * 15),
        "c": few_rows(2, weight_kg=["heavy", "heavy"]),
        "d": few_rows(0),
        "e": few_rows(4).drop(columns="via"),
        "f": few_rows(4).drop(columns="port"),
        "g": few_rows(4).assign(colour="red", smell="none"),
    }
    together = check_deliveries(few, frames)
    columns = ["delivery_id", "row_number", "rule", "column", "value", "message"]
    for delivery in ("b", "c", "e"):
        alone = check_deliveries(few, {delivery: frames[delivery]})
        of_it = together.findings[together.findings["delivery_id"] == delivery]
        pd.testing.assert_frame_equal(of_it[columns].reset_index(drop=True), alone.findings[columns])
        assert together.tally.loc[delivery].tolist() == alone.tally.loc[delivery].tolist()
        assert together.refused.get(delivery) == alone.refused.get(delivery)
        accepted = together.outcome.loc[together.accepted.index, "delivery_id"] == delivery
        pd.testing.assert_frame_equal(
            together.accepted[accepted].reset_index(drop=True), alone.accepted.reset_index(drop=True)
        )
    assert together.tally.to_numpy().tolist() == [
        [30, 29, 1, 0],
        [30, 15, 15, 0],
        [2, 0, 0, 2],
        [0, 0, 0, 0],
        [4, 4, 0, 0],
        [4, 0, 0, 4],
        [4, 0, 0, 4],
    ]
    assert dict(together.refused) == {
        "c": "quarantined_percent: 2 of 2 rows (100.0 %) break a rule, at most 50 % agreed",
        "d": "row_count: 0 row(s), at least 1 and at most 5000 agreed",
        "f": "missing_columns: required column(s) port not there",
        "g": "unknown_columns: column(s) colour, smell not in the contract",
    }


def test_the_row_count_has_two_ends(few: Contract, few_rows: Rows) -> None:
    narrow = replace(few, limits=Limits(min_rows=2, max_rows=3))
    result = check_deliveries(narrow, {str(count): few_rows(count) for count in range(5)})
    assert result.refused.keys() == {"0", "1", "4"}


def test_the_limit_of_bad_rows_is_still_agreed(few: Contract, few_rows: Rows) -> None:
    frames = {str(bad): few_rows(10, weight_kg=["heavy"] * bad + ["1"] * (10 - bad)) for bad in (5, 6)}
    result = check_deliveries(few, frames)
    assert result.refused.keys() == {"6"}
    assert result.tally["accepted"].to_dict() == {"5": 5, "6": 0}


def test_a_share_is_not_asked_of_a_delivery_too_small_for_one(few: Contract, few_rows: Rows) -> None:
    limits = Limits(max_quarantined_percent=50, judged_from_rows=3)
    frames = {str(rows): few_rows(rows, weight_kg=["heavy"] * rows) for rows in (1, 2, 3)}
    result = check_deliveries(replace(few, limits=limits), frames)
    assert result.refused.keys() == {"3"}
    assert result.tally["quarantined"].to_dict() == {"1": 1, "2": 2, "3": 0}


def test_no_delivery_at_all_is_no_error(few: Contract) -> None:
    result = check_deliveries(few, {})
    assert result.accepted.empty
    assert result.findings.empty
    assert list(result.accepted.columns) == list(few.column_names)


def test_an_empty_file_is_refused_only_if_the_contract_does_not_allow_it(few: Contract, few_rows: Rows) -> None:
    rows, none = few_rows(0), pd.Series([], dtype="str")
    assert check(few, rows, deliveries=none, received={"d1": 0}).refused.keys() == {"d1"}
    allowed = replace(few, limits=Limits(min_rows=0))
    assert check(allowed, rows, deliveries=none, received={"d1": 0}).tally.loc["d1"].tolist() == [0, 0, 0, 0]


@pytest.mark.parametrize("received", [{"d1": 3}, {"d1": 1}, {"d1": 2, "d2": 1}, {"d2": 2}])
def test_a_row_too_many_or_too_few_stops_everything(few: Contract, few_rows: Rows, received: dict[str, int]) -> None:
    with pytest.raises(ReconciliationError, match="report it"):
        check(few, few_rows(2), deliveries=pd.Series(["d1", "d1"], dtype="str"), received=received)


def test_of_a_refused_delivery_a_hundred_findings_a_rule_are_kept(few: Contract, few_rows: Rows) -> None:
    frames = {"bad": few_rows(300, weight_kg="heavy"), "half": few_rows(300, weight_kg=["heavy", "1"] * 150)}
    result = check_deliveries(few, frames)
    kept = result.findings[result.findings["rule"] == "number"].groupby("delivery_id").size()
    assert kept.to_dict() == {"bad": 100, "half": 150}
    assert result.tally["quarantined"].to_dict() == {"bad": 0, "half": 150}
