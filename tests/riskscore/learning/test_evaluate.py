from itertools import permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import average_precision_score, brier_score_loss, roc_auc_score

from riskscore.errors import ModelError
from riskscore.learning import evaluate

Labelled = tuple[list[int], list[float]]
few_scores = st.integers(0, 4).map(lambda number: number / 4)


def labelled(most: int) -> st.SearchStrategy[Labelled]:
    """Rows of both kinds, with many ties."""
    rows = st.lists(st.tuples(st.integers(0, 1), few_scores), min_size=2, max_size=most)
    both = rows.filter(lambda drawn: len({label for label, _ in drawn}) == 2)
    return both.map(lambda drawn: ([label for label, _ in drawn], [score for _, score in drawn]))


@settings(deadline=None, max_examples=50)
@given(rows=labelled(60), seed=st.integers(0, 99))
def test_ranking_figures_are_scikit_learns(rows: Labelled, seed: int) -> None:
    labels, scores = rows
    weights = np.random.default_rng(seed).uniform(0.1, 5, len(labels))
    assert evaluate.auc(labels, scores, weights) == pytest.approx(roc_auc_score(labels, scores, sample_weight=weights))
    expected = average_precision_score(labels, scores, sample_weight=weights)
    assert evaluate.average_precision(labels, scores, weights) == pytest.approx(expected)
    assert evaluate.brier(labels, scores) == pytest.approx(brier_score_loss(labels, scores))


@settings(deadline=None, max_examples=40)
@given(rows=labelled(6), count=st.integers(1, 7))
def test_hits_are_the_mean_over_all_orders_of_ties(rows: Labelled, count: int) -> None:
    labels, scores = np.array(rows[0]), np.array(rows[1])
    orders = [np.array(order) for order in permutations(range(len(labels)))]
    sorted_ones = [order for order in orders if (np.diff(scores[order]) <= 0).all()]
    expected = np.mean([labels[order[:count]].sum() for order in sorted_ones])
    cut = evaluate.at_count(labels, scores, count)
    assert cut.hits == pytest.approx(expected)
    assert cut.precision == pytest.approx(expected / min(count, len(labels)))
    assert cut.recall == pytest.approx(expected / labels.sum())
    assert cut.lift == pytest.approx(cut.precision / labels.mean())
    assert 0 <= cut.low <= cut.precision + 1e-12
    assert cut.precision <= cut.high + 1e-12


@settings(deadline=None, max_examples=50)
@given(rows=labelled(40), seed=st.integers(0, 99))
def test_the_order_of_rows_never_matters(rows: Labelled, seed: int) -> None:
    labels, scores = np.array(rows[0]), np.array(rows[1])
    groups = np.arange(len(labels)) % 3
    order = np.random.default_rng(seed).permutation(len(labels))
    assert evaluate.summary(labels, scores) == pytest.approx(evaluate.summary(labels[order], scores[order]))
    first = evaluate.at_capacity(labels, scores, groups=groups, capacity=2)
    second = evaluate.at_capacity(labels[order], scores[order], groups=groups[order], capacity=2)
    assert first.hits == pytest.approx(second.hits)


def test_a_share_is_whole_rows_and_never_none() -> None:
    labels, scores = np.arange(100) % 2, np.arange(100.0)
    assert evaluate.at_share(labels, scores, 0.29).rows == 29
    assert evaluate.at_share(labels, scores, 0.001).rows == 1
    assert evaluate.at_share(labels[:30], scores[:30], 0.05).rows == 1


def test_capacity_stops_in_each_group_by_itself() -> None:
    labels = [1, 0, 0, 1, 1, 1]
    scores = [0.9, 0.8, 0.1, 0.2, 0.3, 0.1]
    cut = evaluate.at_capacity(labels, scores, groups=["a", "a", "a", "b", "b", "c"], capacity=2)
    assert (cut.rows, cut.hits) == (5, 4.0)
    assert evaluate.at_count(labels, scores, 5).hits == pytest.approx(3.5)


def test_the_calibration_table_counts_what_happened() -> None:
    said = np.repeat([0.1, 0.3, 0.8], [50, 30, 20])
    happened = np.concatenate([np.arange(50) < 4, np.arange(30) < 10, np.arange(20) < 15]).astype(float)
    table = evaluate.calibration_table(happened, said, bins=10)
    assert [(one.rows, one.said, one.happened) for one in table] == [
        (50, pytest.approx(0.1), 0.08),
        (30, pytest.approx(0.3), pytest.approx(1 / 3)),
        (20, pytest.approx(0.8), 0.75),
    ]
    assert all(one.low < one.happened < one.high for one in table)


@given(probabilities=st.lists(st.floats(0, 1), min_size=1, max_size=50), bins=st.integers(1, 12))
def test_every_row_is_in_one_bin_and_bins_rise(probabilities: list[float], bins: int) -> None:
    table = evaluate.calibration_table([0] * len(probabilities), probabilities, bins=bins)
    assert sum(one.rows for one in table) == len(probabilities)
    assert len(table) <= bins
    assert [one.said for one in table] == sorted(one.said for one in table)


def test_weights_count_in_the_calibration_table() -> None:
    (weighted,) = evaluate.calibration_table([1, 0], [0.5, 0.5], weights=[3, 1])
    (repeated,) = evaluate.calibration_table([1, 1, 1, 0], [0.5] * 4)
    assert weighted.happened == repeated.happened == 0.75
    assert weighted.high - weighted.low > repeated.high - repeated.low


def test_the_summary_names_each_share() -> None:
    names = evaluate.summary([0, 1], [0.1, 0.2], shares=(0.005, 0.05)).keys()
    assert {"auc", "average_precision", "precision_at_0.5_percent", "recall_at_5_percent"} < set(names)


@pytest.mark.parametrize(
    ("labels", "scores"),
    [([0, 1], [0.5]), ([0, 2], [0.5, 0.5]), ([0, 1], [0.5, float("nan")]), ([], []), ([[0]], [[1]])],
)
def test_what_cannot_be_judged_is_refused(labels: list[int], scores: list[float]) -> None:
    with pytest.raises(ModelError):
        evaluate.at_share(labels, scores, 0.5)


def test_one_class_has_no_ranking() -> None:
    with pytest.raises(ModelError, match="alike"):
        evaluate.auc([1, 1], [0.2, 0.3])
