from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from riskscore.errors import ModelMismatchError, RiskscoreError, TrainingDataError
from riskscore.learning import TrainingSet
from riskscore.learning.training_set import as_days, relative_weights

DAY = date(2026, 1, 5)


def small() -> TrainingSet:
    return TrainingSet(
        features=pd.DataFrame({"b": [1.0, np.nan, 3.0], "a": [0.5, 0.25, 0.0]}, index=["z", "y", "x"]),
        labels=pd.Series([1, 0, 1], index=["z", "y", "x"]),
        days=pd.Series([date(2026, 1, 6), DAY, DAY], index=["z", "y", "x"]),
        known_until=date(2026, 1, 9),
    )


WRONG: list[tuple[Callable[[TrainingSet], TrainingSet], str]] = [
    (lambda rows: replace(rows, labels=rows.labels.iloc[::-1]), "labels"),
    (lambda rows: replace(rows, labels=rows.labels * 2), "neither 0 nor 1"),
    (lambda rows: replace(rows, labels=rows.labels.where(rows.labels > 0)), "neither 0 nor 1"),
    (lambda rows: replace(rows, known_until=DAY), "not known yet"),
    (lambda rows: replace(rows, days=rows.days.mask(rows.labels > 0)), "missing values"),
    (lambda rows: replace(rows, weights=rows.labels.astype(float)), "above 0"),
    (lambda rows: replace(rows, weights=pd.Series([1, np.inf, 1], rows.labels.index)), "above 0"),
    (
        lambda rows: TrainingSet(
            *(frame.set_axis(["x", "x", "y"]) for frame in (rows.features, rows.labels, rows.days)), rows.known_until
        ),
        "there twice",
    ),
]


@pytest.mark.parametrize(("spoil", "why"), WRONG)
def test_rows_that_cannot_teach_honestly_are_refused(spoil: Callable[[TrainingSet], TrainingSet], why: str) -> None:
    with pytest.raises(TrainingDataError, match=why):
        spoil(small())


FEATURES_WRONG: list[tuple[pd.Series, str]] = [
    (pd.Series([1, 2, 3]), "not float64"),
    (pd.Series([True, False, True]), "not float64"),
    (pd.Series(["1", "2", "3"]), "not float64"),
    (pd.Series([1.0, np.inf, 2.0]), "infinite"),
]


@pytest.mark.parametrize(("column", "why"), FEATURES_WRONG)
def test_features_that_are_no_plain_numbers_are_refused(make_spec, column: pd.Series, why: str) -> None:
    from riskscore.learning.training_set import finite_floats

    with pytest.raises(TrainingDataError, match=why):
        finite_floats(pd.DataFrame({"odd": column}))


def test_a_feature_given_twice_is_refused() -> None:
    from riskscore.learning.training_set import finite_floats

    with pytest.raises(TrainingDataError, match="twice: a"):
        finite_floats(pd.DataFrame([[1.0, 2.0]], columns=["a", "a"]))


def test_rows_come_by_day_then_label_and_columns_as_the_spec_lists_them(make_spec) -> None:
    ordered = small().for_spec(make_spec(features=("a", "b")))
    assert list(ordered.features.index) == ["x", "y", "z"]
    assert list(ordered.features.columns) == ["a", "b"]
    assert list(ordered.labels) == [1, 0, 1]
    assert list(small().for_spec(make_spec()).features.columns) == ["b", "a"]


@pytest.mark.parametrize("changed", [{"features": ("a", "gone")}, {"monotone": {"gone": 1}}])
def test_a_feature_that_is_not_there_is_named(make_spec, changed: dict[str, object]) -> None:
    with pytest.raises(ModelMismatchError, match="missing feature\\(s\\) gone"):
        small().for_spec(make_spec(**changed))


def test_a_feature_name_that_lightgbm_would_bend_is_refused(make_spec) -> None:
    odd = replace(small(), features=small().features.rename(columns={"a": "a b"}))
    with pytest.raises(TrainingDataError, match="a b"):
        odd.for_spec(make_spec())


@pytest.mark.parametrize(
    "days",
    [
        pd.Series([DAY, date(2026, 1, 6)]),
        pd.Series([DAY, date(2026, 1, 6)], dtype=pd.ArrowDtype(pa.date32())),
        pd.to_datetime(pd.Series([DAY, date(2026, 1, 6)])),
    ],
)
def test_dates_are_read_in_any_dress(days: pd.Series) -> None:
    assert list(as_days(days).tolist()) == [DAY, date(2026, 1, 6)]


@pytest.mark.parametrize(
    "days",
    [
        pd.Series([1, 2]),
        pd.Series(["yesterday"]),
        pd.Series([DAY, None]),
        pd.Series([datetime(2026, 1, 5, 3, tzinfo=UTC)]),
    ],
)
def test_anything_but_dates_is_refused(days: pd.Series) -> None:
    with pytest.raises(RiskscoreError, match="Days"):
        as_days(days)


def test_the_digest_sees_every_number(make_rows) -> None:
    rows = make_rows(rows=20)
    other = rows.features.copy()
    other.iloc[3, 1] = 0.5
    digests = {
        rows.digest(),
        replace(rows, features=other).digest(),
        replace(rows, labels=1 - rows.labels).digest(),
        replace(rows, days=rows.days.shift(1, fill_value=DAY)).digest(),
        replace(rows, weights=rows.labels + 1).digest(),
    }
    assert len(digests) == 5
    assert make_rows(rows=20).digest() in digests


def test_weights_have_a_mean_of_one(make_rows) -> None:
    weights = relative_weights(make_rows(rows=50, weighted=True))
    assert weights.mean() == pytest.approx(1)
    assert weights.std() > 0
    assert set(relative_weights(make_rows(rows=50))) == {1.0}
