import re
from typing import Any

import lightgbm
import numpy as np
import pytest

from riskscore.learning.missing import send_missing_with_most_rows

FEATURES = 3


@pytest.fixture(scope="module")
def text() -> str:
    """Trees on features that are never missing, but for the last."""
    random = np.random.default_rng(1)
    values = random.normal(size=(600, FEATURES))
    labels = (values[:, 0] + values[:, 1] * values[:, 2] + random.normal(size=600) > 1).astype(float)
    values[:200, 2] = np.nan
    told = {"objective": "binary", "num_leaves": 6, "verbosity": -1, "num_threads": 1, "min_data_in_leaf": 10}
    return lightgbm.train(told, lightgbm.Dataset(values, labels), 12).model_to_string()


@pytest.fixture(scope="module")
def rows() -> np.ndarray:
    random = np.random.default_rng(2)
    values = random.normal(size=(400, FEATURES))
    values[random.random(values.shape) < 0.4] = np.nan
    return values


def count(node: dict[str, Any]) -> int:
    return int(node.get("internal_count", node.get("leaf_count", 0)))


def walked(node: dict[str, Any], row: np.ndarray) -> float:
    """One tree's value by the rule in words: trained routes stay, others send a missing value with most rows."""
    if "leaf_value" in node:
        return float(node["leaf_value"])
    value, left, right = row[node["split_feature"]], node["left_child"], node["right_child"]
    if not np.isnan(value):
        return walked(left if value <= node["threshold"] else right, row)
    if node["missing_type"] == "NaN":
        return walked(left if node["default_left"] else right, row)
    return walked(left if count(left) >= count(right) else right, row)


def test_a_missing_value_goes_with_most_rows_as_a_plain_walk_does(text: str, rows: np.ndarray) -> None:
    trees = lightgbm.Booster(model_str=text).dump_model()["tree_info"]
    expected = [sum(walked(tree["tree_structure"], row) for tree in trees) for row in rows]
    routed = lightgbm.Booster(model_str=send_missing_with_most_rows(text))
    np.testing.assert_allclose(routed.predict(rows, raw_score=True), expected, atol=1e-12)


def test_lightgbm_alone_would_read_a_missing_value_as_zero(text: str, rows: np.ndarray) -> None:
    plain = lightgbm.Booster(model_str=text)
    zeroed = np.column_stack([np.nan_to_num(rows[:, :2]), rows[:, 2]])
    np.testing.assert_array_equal(plain.predict(rows), plain.predict(zeroed))
    routed = lightgbm.Booster(model_str=send_missing_with_most_rows(text))
    assert np.abs(routed.predict(rows) - routed.predict(zeroed)).max() > 0.01


def test_complete_rows_score_as_before(text: str, rows: np.ndarray) -> None:
    complete = np.nan_to_num(rows, nan=0.3)
    before, after = (lightgbm.Booster(model_str=one) for one in (text, send_missing_with_most_rows(text)))
    np.testing.assert_array_equal(before.predict(complete), after.predict(complete))


def test_the_sizes_that_lightgbm_jumps_by_are_kept_right(text: str) -> None:
    routed = send_missing_with_most_rows(text)
    sizes = [int(size) for size in re.search(r"(?m)^tree_sizes=(.*)$", routed).group(1).split()]
    starts = [found.start() for found in re.finditer(r"(?m)^Tree=\d+$", routed)] + [routed.index("end of trees")]
    assert sizes == np.diff(starts).tolist()
    assert routed != text
    assert send_missing_with_most_rows(routed) == routed


def test_a_model_without_splits_passes_through() -> None:
    told = {"objective": "binary", "min_data_in_leaf": 500, "verbosity": -1}
    data = lightgbm.Dataset(np.zeros((20, 2)) + np.arange(20)[:, None], np.arange(20) % 2)
    text = lightgbm.train(told, data, 3).model_to_string()
    assert send_missing_with_most_rows(text) == text
