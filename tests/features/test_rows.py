"""What holds for the row features of every family: each has cases, and a missing input stays missing."""

import numpy as np
import pandas as pd
import pytest

from features import FEATURE_SETS
from riskscore.featureset import as_float
from tests.features.facts import CASES, row_cases, usual_row

FAMILIES = sorted(path.stem for path in CASES.glob("*.yaml") if path.stem not in {"usual_rows", "due_days"})
ALL = [(grain, one.name) for grain, declared in FEATURE_SETS.items() for one in declared.row_features]
NONE_IS_KNOWN = {
    ("transhipment_count", "transhipment_ports"),
    ("detour_ratio", "transhipment_ports"),
    ("seal_count", "seal_numbers"),
    ("is_value_undeclared", "value_usd"),
}
"""Where a missing value says something by contract: no transhipment, no seal, no value declared."""


def feature(grain, name):
    return next(one for one in FEATURE_SETS[grain].row_features if one.name == name)


def inputs_of(one, row):
    """Return the columns that a row feature reads."""
    used = set()

    class Watched(pd.DataFrame):
        def __getitem__(self, name):
            used.add(name)
            return super().__getitem__(name)

    one.function(Watched(row))
    return used


def test_every_row_feature_has_a_case_and_no_case_is_left_over():
    assert sorted(name for _, name in ALL) == sorted({name for family in FAMILIES for name, _, _ in row_cases(family)})


@pytest.mark.parametrize(("grain", "name"), ALL)
def test_a_missing_input_stays_missing(grain, name):
    one, row = feature(grain, name), usual_row(grain)
    assert np.isfinite(as_float(one.function(row), name)).all()
    inputs = inputs_of(one, row)
    assert inputs
    for column in inputs:
        gap = pd.Series([None], dtype=row[column].dtype if row[column].dtype.kind in "MO" else None)
        gap = gap.astype("str") if pd.api.types.is_string_dtype(row[column].dtype) else gap
        value = as_float(one.function(row.assign(**{column: gap})), name)
        assert value.isna().all() == ((name, column) not in NONE_IS_KNOWN), column


@pytest.mark.parametrize(("grain", "name"), ALL)
def test_a_feature_keeps_the_index_of_its_rows(grain, name):
    three = pd.concat([usual_row(grain)] * 3).set_axis([7, 3, 5])
    assert list(feature(grain, name).function(three).index) == [7, 3, 5]


@pytest.mark.parametrize(("grain", "name"), ALL)
def test_a_feature_takes_no_rows(grain, name):
    assert as_float(feature(grain, name).function(usual_row(grain).iloc[:0]), name).empty
