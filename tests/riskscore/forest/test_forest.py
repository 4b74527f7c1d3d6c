"""Trees walked here say what LightGBM says of them, and push as the definition has it."""

import re
from itertools import permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lightgbm import Booster, Dataset, train

from riskscore.errors import ModelError
from riskscore.forest import Forest, forest_of, log_odds, pushes

COLUMNS = 5


def drawn(seed: int, rows: int = 400) -> np.ndarray:
    """Values on a coarse grid, so that many equal a threshold; every sixth is missing."""
    random = np.random.default_rng(seed)
    values = np.round(random.normal(size=(rows, COLUMNS)), 1)
    values[random.random(values.shape) < 1 / 6] = np.nan
    return values


def grown(seed: int, *, rounds: int = 20, leaves: int = 15, **given: object) -> Booster:
    values = drawn(seed)
    odds = np.nansum(values[:, :2], axis=1) + np.isnan(values[:, 2]) - np.where(np.nan_to_num(values[:, 3]) > 0, 1, 0)
    labels = np.random.default_rng(seed + 1).random(len(values)) < 1 / (1 + np.exp(-odds))
    parameters = {"objective": "binary", "num_leaves": leaves, "min_data_in_leaf": 3, "seed": seed, "verbose": -1}
    return train({**parameters, "num_threads": 1, **given}, Dataset(values, labels.astype(float)), rounds)


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("given", [{}, {"use_missing": False}, {"boost_from_average": False}, {"max_depth": 2}])
def test_log_odds_have_the_bits_of_lightgbm(seed: int, given: dict[str, object]) -> None:
    booster, values = grown(seed, **given), drawn(seed + 100, rows=1000)
    said = log_odds(forest_of(booster.model_to_string()), values)
    np.testing.assert_array_equal(said, booster.predict(values, raw_score=True))


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("given", [{}, {"use_missing": False}, {"max_depth": 2}])
def test_pushes_are_those_of_lightgbm(seed: int, given: dict[str, object]) -> None:
    booster, values = grown(seed, **given), drawn(seed + 100, rows=300)
    said = pushes(forest_of(booster.model_to_string()), values)
    np.testing.assert_allclose(said, booster.predict(values, pred_contrib=True), atol=1e-12)


def test_long_paths_push_as_short_ones_do(monkeypatch: pytest.MonkeyPatch) -> None:
    booster, values = grown(3), drawn(103, rows=100)
    looked_up = pushes(forest_of(booster.model_to_string()), values)
    monkeypatch.setattr("riskscore.forest.paths.LONGEST_TABLE", 1)
    forest_of.cache_clear()
    worked_out = pushes(forest_of(booster.model_to_string()), values)
    np.testing.assert_allclose(worked_out, looked_up, atol=1e-12)


def expected(forest: Forest, node: int, row: np.ndarray, known: frozenset[int]) -> float:
    """What the trees below a node say of a row of which only some features are known."""
    nodes = forest.nodes
    right, left = nodes.after[node]
    if left == right == node:
        return float(nodes.value[node])
    feature = int(forest.asked[nodes.feature[node]])
    if feature in known:
        value = row[feature]
        is_left = nodes.is_left_unknown[node] if np.isnan(value) else value <= nodes.threshold[node]
        return expected(forest, left if is_left else right, row, known)
    below = [expected(forest, side, row, known) for side in (left, right)]
    return float(np.average(below, weights=[nodes.rows[side] for side in (left, right)]))


@settings(max_examples=10, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_pushes_are_shapley_values_by_definition(seed: int) -> None:
    forest, row = forest_of(grown(seed, rounds=3).model_to_string()), drawn(seed + 100, rows=1)
    said = pushes(forest, row)[0]
    orders = list(permutations(range(COLUMNS)))
    for feature in range(COLUMNS):
        before = [frozenset(order[: order.index(feature)]) for order in orders]
        added = [
            expected(forest, root, row[0], some | {feature}) - expected(forest, root, row[0], some)
            for some in before
            for root in forest.roots[:-1]
        ]
        assert said[feature] == pytest.approx(sum(added) / len(orders), abs=1e-9)
    assert said.sum() == pytest.approx(log_odds(forest, row)[0])


def test_a_row_is_looked_at_alone() -> None:
    forest, values = forest_of(grown(1).model_to_string()), drawn(7, rows=130)
    for layout in (np.asfortranarray(values), np.ascontiguousarray(values)):
        alone = [(log_odds(forest, layout[at : at + 1]), pushes(forest, layout[at : at + 1])) for at in range(130)]
        np.testing.assert_array_equal(np.concatenate([one for one, _ in alone]), log_odds(forest, layout))
        np.testing.assert_array_equal(np.concatenate([one for _, one in alone]), pushes(forest, layout))


def test_no_rows_have_no_scores() -> None:
    forest = forest_of(grown(1).model_to_string())
    assert log_odds(forest, np.empty((0, COLUMNS))).shape == (0,)
    assert pushes(forest, np.empty((0, COLUMNS))).shape == (0, COLUMNS + 1)


def test_a_tree_without_a_decision_pushes_nothing() -> None:
    text = grown(1, rounds=3, min_data_in_leaf=10_000).model_to_string()
    forest, values = forest_of(text), drawn(7, rows=3)
    np.testing.assert_array_equal(log_odds(forest, values), Booster(model_str=text).predict(values, raw_score=True))
    assert not pushes(forest, values)[:, :-1].any()


@pytest.mark.parametrize(
    ("written", "instead"),
    [
        ("version=v4", "version=v3"),
        ("num_tree_per_iteration=1", "num_tree_per_iteration=3"),
        ("is_linear=0", "is_linear=1"),
        ("left_child=", "left_child=9 "),
        ("leaf_value=", "was_leaf_value="),
        ("num_leaves=", "num_leaves=1"),
        ("threshold=", "threshold=x "),
        ("split_feature=", "split_feature=99 "),
        ("decision_type=", "decision_type=1 "),
    ],
)
def test_a_text_that_makes_no_trees_is_refused(written: str, instead: str) -> None:
    text = grown(1, rounds=2).model_to_string()
    with pytest.raises(ModelError, match="cannot be walked"):
        forest_of(text.replace(written, instead))


def test_decisions_in_a_circle_are_refused() -> None:
    text = grown(1, rounds=1).model_to_string()
    (children,) = [line for line in text.splitlines() if line.startswith("left_child=")]
    circle = "left_child=" + " ".join("0" for _ in children.split("=")[1].split())
    with pytest.raises(ModelError, match="make no tree"):
        forest_of(text.replace(children, circle))


def test_categories_and_zeros_that_are_missing_are_refused() -> None:
    for text in (
        grown(1, zero_as_missing=True).model_to_string(),
        re.sub(r"decision_type=\d+", "decision_type=1", grown(1).model_to_string()),
    ):
        with pytest.raises(ModelError, match="categories, or zeros"):
            forest_of(text)
