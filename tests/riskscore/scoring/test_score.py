import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from riskscore.errors import ModelError, ModelMismatchError
from riskscore.learning import Artefact
from riskscore.scoring import score
from riskscore.scoring.score import ranks


def test_scores_stand_beside_their_rows_whatever_the_order(artefact: Artefact, day: pd.DataFrame) -> None:
    scores = score(artefact, day)
    assert scores.index.equals(day.index)
    assert list(scores.columns) == ["raw", "probability", "rank", "coverage"]
    shuffled = day.sample(frac=1, random_state=3)
    pd.testing.assert_frame_equal(score(artefact, shuffled).loc[day.index], scores)


def test_a_row_alone_scores_as_among_others(artefact: Artefact, day: pd.DataFrame) -> None:
    together = score(artefact, day).drop(columns="rank")
    alone = score(artefact, day.iloc[[17]]).drop(columns="rank")
    pd.testing.assert_frame_equal(alone, together.iloc[[17]])


def test_ranks_follow_probability_then_raw_score(artefact: Artefact, day: pd.DataFrame) -> None:
    scores = score(artefact, day).sort_values("rank")
    assert scores["rank"].tolist() == list(range(1, len(day) + 1))
    assert scores["probability"].is_monotonic_decreasing
    assert scores["raw"].is_monotonic_decreasing
    assert scores["probability"].nunique() < scores["raw"].nunique()


@given(st.lists(st.tuples(st.integers(0, 2), st.integers(0, 3)), min_size=1, max_size=30))
def test_ranks_are_those_of_a_plain_sort(drawn: list[tuple[int, int]]) -> None:
    labels = [f"c{(7 * number) % len(drawn)}-{number}" for number in range(len(drawn))]
    plain = sorted(range(len(drawn)), key=lambda at: (-drawn[at][0], -drawn[at][1], labels[at]))
    probability, raw = (np.array(column, dtype=float) for column in zip(*drawn, strict=True))
    found = ranks(probability, raw, pd.Index(labels))
    assert [plain.index(at) + 1 for at in range(len(drawn))] == found.tolist()


def test_labels_of_several_parts_are_ranked_too(artefact: Artefact, day: pd.DataFrame) -> None:
    keyed = day.set_axis(pd.MultiIndex.from_arrays([["v1"] * len(day), day.index], names=["voyage_id", "container"]))
    assert score(artefact, keyed)["rank"].tolist() == score(artefact, day)["rank"].tolist()


def test_coverage_is_the_gain_of_what_is_known(artefact: Artefact, day: pd.DataFrame) -> None:
    gains = dict(zip(artefact.features, artefact.record.gains, strict=True))
    row = day.iloc[[0]].assign(
        gross_weight_per_package_kg=np.nan, shipper_seizures_30d=1.0, shipper_seizures_365d=np.nan, is_transhipped=0.0
    )
    expected = (gains["shipper_seizures_30d"] + gains["is_transhipped"]) / sum(gains.values())
    assert score(artefact, row)["coverage"].item() == pytest.approx(expected)
    assert score(artefact, day.iloc[[0]].fillna(1.0))["coverage"].item() == pytest.approx(1.0)
    assert score(artefact, row * np.nan)["coverage"].item() == 0.0


def test_a_missing_value_is_not_read_as_zero(artefact: Artefact) -> None:
    """Light packages are risky in the planted rows, so a weight of 0 is and a missing one is not."""
    known = pd.DataFrame([[20.0, 1.0, 3.0, 1.0]], columns=list(artefact.features))
    usual, missing, zero = (known.assign(gross_weight_per_package_kg=value) for value in (20.0, np.nan, 0.0))
    raw = [score(artefact, row)["raw"].item() for row in (usual, missing, zero)]
    assert raw[2] > raw[1] + 0.5
    assert raw[1] == pytest.approx(raw[0], abs=0.5)


def test_no_rows_give_no_scores(artefact: Artefact, day: pd.DataFrame) -> None:
    scores = score(artefact, day.head(0))
    assert scores.empty
    assert scores.dtypes.map(str).tolist() == ["float64", "float64", "int64", "float64"]


def test_columns_it_was_not_trained_on_are_refused(artefact: Artefact, day: pd.DataFrame) -> None:
    with pytest.raises(ModelMismatchError):
        score(artefact, day[day.columns[::-1]])


def test_rows_of_the_same_label_are_refused(artefact: Artefact, day: pd.DataFrame) -> None:
    with pytest.raises(ModelError, match="same label"):
        score(artefact, pd.concat([day, day.head(1)]))
