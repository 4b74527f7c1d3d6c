"""Row conditions and originators' marks decide which rows leave."""

from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from riskscore.errors import ExportRefusedError
from riskscore.exchange.rows import column, keep, marks, rows_passing
from riskscore.exchange.terms import Feed

PORTS = ["ESALG", "ESVLC", "BRSSZ", "NLRTM", "NOOSL"]


def feed(*rows: dict[str, Any], **more: Any) -> Feed:
    return Feed.model_validate(
        {"table": "container_score", "formats": ["csv"], "rows": rows, "fields": {"unit": "as_is"}, **more}
    )


def numbers(condition: dict[str, Any], **columns: Any) -> list[int]:
    kept = keep(feed(condition), pd.DataFrame(columns), may_carry=[])
    return kept.numbers


@pytest.mark.parametrize(
    ("condition", "values", "expected"),
    [
        ({"equals": "ES"}, ["ES", "es", "ES ", None, np.nan], [1]),
        ({"in": ["ES", "BR"]}, ["BR", "US", "ES", pd.NA], [1, 3]),
        ({"at_least": 0.5}, [0.5, 0.49, 1.0, np.nan, None], [1, 3]),
        ({"any_in": ["ESALG"]}, ["PAMIT ESALG", "ESALG", "ESALGX", "", None], [1, 2]),
        ({"country_in": ["ES"]}, ["PAMIT ESALG", "ESVLC", "BRSES", "", None], [1, 2]),
    ],
)
def test_a_condition_and_a_missing_value_never_passes(
    condition: dict[str, Any], values: list[Any], expected: list[int]
) -> None:
    assert numbers({"column": "asked", **condition}, asked=values) == expected


def test_a_missing_value_of_any_storage_never_passes() -> None:
    assert numbers({"column": "asked", "at_least": 0.5}, asked=pd.array([0.7, None], dtype="Float64")) == [1]
    kept = pd.Series(["ES", pd.NA, None], dtype=object)
    assert numbers({"column": "asked", "in": ["ES"]}, asked=kept) == [1]


def test_every_term_must_pass_and_one_of_any_of() -> None:
    terms = feed(
        {"column": "probability", "at_least": 0.5},
        {"any_of": [{"column": "unit", "country_in": ["ES"]}, {"column": "load", "country_in": ["ES"]}]},
    )
    table = pd.DataFrame(
        {
            "probability": [0.9, 0.9, 0.9, 0.1],
            "unit": ["ESVLC", "NLRTM", "NLRTM", "ESVLC"],
            "load": ["BRSSZ", "ESALG", "BRSSZ", "ESALG"],
        }
    )
    kept = keep(terms, table, may_carry=[])
    assert (kept.numbers, kept.withheld_by_condition, kept.withheld_by_originator) == ([1, 2], 2, 0)


@given(
    rows=st.lists(st.tuples(st.floats(0, 1), st.sampled_from(PORTS), st.lists(st.sampled_from(PORTS))), max_size=20),
    floor=st.floats(0, 1),
)
def test_the_filter_answers_like_a_plain_loop(rows: list[tuple[float, str, list[str]]], floor: float) -> None:
    table = pd.DataFrame(
        {
            "probability": [row[0] for row in rows],
            "unit": [row[1] for row in rows],
            "via": [" ".join(row[2]) for row in rows],
        }
    )
    terms = feed(
        {"column": "probability", "at_least": floor},
        {"any_of": [{"column": "unit", "in": ["NLRTM"]}, {"column": "via", "country_in": ["ES", "NO"]}]},
    )
    expected = [
        probability >= floor and (unit == "NLRTM" or any(port.startswith(("ES", "NO")) for port in via))
        for probability, unit, via in rows
    ]
    assert rows_passing(terms, table).tolist() == expected


def test_an_index_with_repeats_does_not_confuse_rows() -> None:
    table = pd.DataFrame({"asked": ["ES", "BR", "ES"]}, index=[7, 7, 7])
    kept = keep(feed({"column": "asked", "equals": "BR"}), table, may_carry=[])
    assert kept.rows["asked"].tolist() == ["BR"]
    assert kept.numbers == [2]


@pytest.mark.parametrize(
    ("columns", "said"),
    [
        ({"other": ["ES"]}, "0 columns of that name"),
        ({"asked": ["much"]}, "at_least of the agreement cannot be asked"),
    ],
)
def test_a_condition_that_cannot_be_asked_stops_the_export(columns: dict[str, list[Any]], said: str) -> None:
    with pytest.raises(ExportRefusedError, match=said):
        numbers({"column": "asked", "at_least": 0.5}, **columns)


def test_two_columns_of_one_name_are_refused() -> None:
    table = pd.DataFrame([["a", "b"]], columns=["unit", "unit"])
    with pytest.raises(ExportRefusedError, match="2 columns of that name"):
        column(table, "unit", of="container_score")


@pytest.mark.parametrize(
    ("written", "codes"),
    [
        ("ES BR", {"ES", "BR"}),
        ("ES,BR", {"ES", "BR"}),
        (["ES"], {"ES"}),
        (np.array(["US", "ES"]), {"US", "ES"}),
        ("", set()),
        (None, set()),
        (np.nan, set()),
        (pd.NA, set()),
    ],
)
def test_marks_are_read_however_they_are_written(written: object, codes: set[str]) -> None:
    assert marks(written) == codes


@pytest.mark.parametrize(
    ("may_carry", "expected"), [([], [1]), (["ES"], [1, 2]), (["ES", "BR"], [1, 2, 3]), (["BR"], [1])]
)
def test_rows_of_other_originators_stay_behind(may_carry: list[str], expected: list[int]) -> None:
    table = pd.DataFrame({"unit": ["A", "A", "A", "A"], "originators": [None, "ES", "ES BR", ["US"]]})
    kept = keep(feed({"column": "unit", "equals": "A"}), table, may_carry=may_carry)
    assert kept.numbers == expected
    assert kept.withheld_by_originator == 4 - len(expected)


def test_an_agreement_may_keep_the_row_and_withhold_its_reasons() -> None:
    table = pd.DataFrame({"unit": ["A"], "originators": ["US"]})
    kept = keep(feed({"column": "unit", "equals": "A"}, third_party="withhold_reasons"), table, may_carry=[])
    assert kept.numbers == [1]
    assert kept.originators == [frozenset({"US"})]
