"""Estimates: Wilson against SciPy, no bias over many days whose truth is known, and the comparison with chance."""

from collections.abc import Callable
from datetime import date, timedelta
from math import isnan

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest

from riskscore.errors import QueueError
from riskscore.queues import (
    RANDOM,
    SCORE,
    UnitPolicy,
    base_rate,
    fill_queue,
    hit_rates,
    precision_against_random,
)
from riskscore.queues.estimate import wilson

KEY = ["voyage_id", "container_number"]


@given(trials=st.integers(1, 2000), share=st.floats(0, 1))
def test_wilson_is_that_of_scipy(trials: int, share: float) -> None:
    hits = round(trials * share)
    ours, theirs = wilson(hits, trials), binomtest(hits, trials).proportion_ci(method="wilson")
    assert ours == pytest.approx((hits / trials, theirs.low, theirs.high), abs=1e-9)
    assert 0 <= ours.low <= ours.rate <= ours.high <= 1


def test_without_trials_anything_is_possible() -> None:
    nothing = wilson(0, 0)
    assert isnan(nothing.rate)
    assert (nothing.low, nothing.high) == (0.0, 1.0)


def rows(*given: tuple[str, float, bool | None]) -> pd.DataFrame:
    return pd.DataFrame(given, columns=["why", "selection_probability", "is_hit"])


def test_a_random_row_counts_as_often_as_the_containers_it_stands_for() -> None:
    found = hit_rates(rows((RANDOM, 0.5, True), (RANDOM, 0.1, False), (RANDOM, 0.1, False), (RANDOM, 0.25, None)))
    drawn = found.loc[RANDOM]
    assert drawn["hit_rate"] == pytest.approx(2 / (2 + 10 + 10))
    assert drawn["stands_for"] == pytest.approx(2 + 10 + 10 + 4)
    assert (drawn["listed"], drawn["examined"], drawn["hits"]) == (4, 3, 1)


def test_equal_weights_give_plain_wilson() -> None:
    found = hit_rates(rows(*[(RANDOM, 0.01, number < 3) for number in range(40)])).loc[RANDOM]
    assert (found["hit_rate"], found["low"], found["high"]) == pytest.approx(wilson(3, 40))


def test_a_reason_without_outcomes_has_no_rate_but_bounds() -> None:
    found = hit_rates(rows((SCORE, 1.0, None)))
    assert found["hit_rate"].isna().all()
    assert (found["low"].tolist(), found["high"].tolist()) == ([0.0] * 3, [1.0] * 3)


@pytest.mark.parametrize(
    ("row", "why"),
    [
        (("whim", 1.0, True), "unknown reason to choose: whim"),
        ((RANDOM, 0.0, True), r"outside \(0, 1\]: 0.0"),
        ((RANDOM, 1.5, True), r"outside \(0, 1\]: 1.5"),
        ((RANDOM, float("nan"), True), r"outside \(0, 1\]: nan"),
    ],
)
def test_rows_that_cannot_be_weighed_are_refused(row: tuple[str, float, bool], why: str) -> None:
    with pytest.raises(QueueError, match=why):
        hit_rates(rows(row))


def test_what_was_chosen_for_certain_and_examined_is_exact() -> None:
    certain = base_rate(rows((SCORE, 1.0, True), (SCORE, 1.0, False), ("mandatory", 1.0, False), (SCORE, 1.0, False)))
    assert certain == (0.25, 0.25, 0.25)


def test_a_day_of_nothing_known_has_no_rate_but_bounds() -> None:
    unknown = base_rate(rows((SCORE, 1.0, True), (RANDOM, 1 / 3, None)))
    assert isnan(unknown.rate)
    assert (unknown.low, unknown.high) == pytest.approx((0.25, 1.0))
    assert isnan(base_rate(rows()).rate)


@pytest.fixture(scope="module")
def many_days(
    make_candidates: Callable[..., pd.DataFrame], make_policy: Callable[..., UnitPolicy]
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return 40 days of candidates whose truth is known (it goes with the score, loosely) and their queues."""
    chance, policy = np.random.default_rng(11), make_policy(capacity=24, random_share=0.5)
    queues, expected = [], []
    for number in range(40):
        day = date(2026, 1, 1) + timedelta(days=number)
        size = int(chance.integers(60, 140))
        today = make_candidates(size, seed=number, container_type="22G1")
        today = today.assign(unit="NLRTM", day=day, is_hit=chance.random(size) < 0.05 + 2 * today["probability"])
        filled = fill_queue(today, policy, seed=5, unit="NLRTM", day=day).assign(unit="NLRTM", day=day)
        queues.append(filled.merge(today[[*KEY, "is_hit"]], on=KEY))
        expected.append(today)
    return pd.concat(queues, ignore_index=True), pd.concat(expected, ignore_index=True)


def test_the_random_share_knows_the_rate_of_what_nobody_chose(many_days: tuple[pd.DataFrame, pd.DataFrame]) -> None:
    queue, candidates = many_days
    chosen = queue.loc[queue["why"] == SCORE, ["day", *KEY]].assign(is_chosen=True)
    rest = candidates.merge(chosen, on=["day", *KEY], how="left")
    truth = rest.loc[rest["is_chosen"].isna(), "is_hit"].mean()
    drawn = hit_rates(queue).loc[RANDOM]
    assert drawn["stands_for"] == pytest.approx(rest["is_chosen"].isna().sum())
    assert drawn["low"] < truth < drawn["high"]
    assert drawn["hit_rate"] == pytest.approx(truth, abs=0.03)  # 480 draws of about 0.13: one sd is 0.015


def test_the_base_rate_is_found_from_the_queue_alone(many_days: tuple[pd.DataFrame, pd.DataFrame]) -> None:
    queue, candidates = many_days
    truth, estimate = candidates["is_hit"].mean(), base_rate(queue)
    naive = queue["is_hit"].mean()
    assert estimate.low < truth < estimate.high
    assert abs(estimate.rate - truth) < 0.03
    assert naive - truth > 0.05  # what selective labels alone would say


def test_precision_is_set_against_random_choice_of_the_same_places(
    many_days: tuple[pd.DataFrame, pd.DataFrame],
) -> None:
    queue, candidates = many_days
    found = precision_against_random(queue, candidates)
    by_score = queue[queue["why"] == SCORE]
    assert (found.chosen, found.hits) == (len(by_score), by_score["is_hit"].sum())
    chance = np.random.default_rng(2)
    trials = [
        np.mean([day["is_hit"].to_numpy()[chance.choice(len(day), 12, replace=False)].mean() for day in days])
        for days in [[day for _, day in candidates.groupby("day")]] * 50
    ]
    assert found.random_precision == pytest.approx(np.mean(trials), abs=4 * np.std(trials) / np.sqrt(50))
    assert found.ratio.low > 1.5
    assert found.ratio.rate == pytest.approx(found.precision.rate / found.random_precision)


def test_random_choice_is_weighed_by_the_places_of_each_day() -> None:
    candidates = pd.DataFrame({"unit": "NLRTM", "day": [1, 1, 2, 2], "is_hit": [True, True, True, False]})
    queue = pd.DataFrame(
        {"unit": "NLRTM", "day": [1, 1, 2], "why": [SCORE, SCORE, SCORE], "is_hit": [True, True, False]}
    )
    found = precision_against_random(queue, candidates)
    assert found.random_precision == pytest.approx((1 + 1 + 0.5) / 3)
    assert found.ratio.rate == pytest.approx((2 / 3) / (2.5 / 3))
    only_random = precision_against_random(queue, candidates, why=[RANDOM])
    assert (only_random.chosen, isnan(only_random.precision.rate)) == (0, True)


def test_without_any_hit_there_is_no_ratio() -> None:
    nothing = pd.DataFrame({"unit": ["NLRTM"], "day": [1], "why": [SCORE], "is_hit": [False]})
    assert all(map(isnan, precision_against_random(nothing, nothing).ratio))


def test_a_comparison_without_the_truth_is_refused() -> None:
    queue = pd.DataFrame({"unit": ["NLRTM"], "day": [1], "why": [SCORE], "is_hit": [True]})
    unknown = queue.assign(is_hit=pd.array([None], dtype="boolean"))
    with pytest.raises(QueueError, match=r"missing in candidate\(s\) at: NLRTM/1"):
        precision_against_random(queue, unknown)
    with pytest.raises(QueueError, match=r"missing in queue row\(s\) at: NLRTM/1"):
        precision_against_random(unknown, queue)
    with pytest.raises(QueueError, match="without candidates at: NLRTM/2"):
        precision_against_random(queue.assign(day=2), queue)
