import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest

from riskscore.errors import ModelError
from riskscore.learning.evaluate import auc
from riskscore.learning.intervals import binomial_interval, bootstrap_interval, mean_and_sd


@given(trials=st.integers(1, 500), data=st.data(), confidence=st.sampled_from([0.8, 0.95, 0.99]))
def test_the_binomial_interval_is_scipys(trials: int, data: st.DataObject, confidence: float) -> None:
    hits = data.draw(st.integers(0, trials))
    oracle = binomtest(hits, trials).proportion_ci(confidence, method="wilson")
    assert binomial_interval(hits, trials, confidence) == pytest.approx((oracle.low, oracle.high), abs=1e-9)


def test_nothing_tried_says_nothing() -> None:
    assert binomial_interval(0, 0) == (0.0, 1.0)


def mean(labels: np.ndarray, _: np.ndarray) -> float:
    return float(labels.mean())


def test_the_bootstrap_spreads_like_the_textbook() -> None:
    labels = np.arange(400) % 4 == 0
    low, high = bootstrap_interval(mean, labels, labels, seed=1, rounds=2000)
    half = 1.96 * np.sqrt(0.25 * 0.75 / 400)
    assert (low, high) == pytest.approx((0.25 - half, 0.25 + half), abs=0.006)


def test_rows_that_come_together_are_drawn_together() -> None:
    labels = np.repeat(np.arange(40) % 2, 10)
    days = np.repeat(np.arange(40), 10)
    alone = bootstrap_interval(mean, labels, labels, seed=1)
    together = bootstrap_interval(mean, labels, labels, seed=1, groups=days)
    assert together[1] - together[0] > 2 * (alone[1] - alone[0])


def test_the_bootstrap_is_seeded() -> None:
    random = np.random.default_rng(0)
    labels, scores = random.integers(0, 2, 60), random.random(60)
    first = bootstrap_interval(auc, labels, scores, seed=5, rounds=50)
    assert first == bootstrap_interval(auc, labels, scores, seed=5, rounds=50)
    assert first != bootstrap_interval(auc, labels, scores, seed=6, rounds=50)


def test_one_class_cannot_be_resampled() -> None:
    with pytest.raises(ModelError, match="both outcomes"):
        bootstrap_interval(auc, [1, 1], [0.1, 0.2], seed=1)


def test_mean_and_spread() -> None:
    assert mean_and_sd([1.0, 2.0, 3.0]) == (2.0, 1.0)
    assert mean_and_sd([0.4]) == (0.4, 0.0)
