"""What a trained model says of a row, and which of its values push how much: LightGBM's trees, walked here."""

import numpy as np

from riskscore.forest import kernel
from riskscore.forest.paths import paths_of
from riskscore.forest.trees import Floats, Forest, forest_of


def log_odds(forest: Forest, values: Floats) -> Floats:
    """Return the log-odds of each row, shape (rows,), to the bit what LightGBM's predict says.

    `values` has shape (rows, features), NaN where missing. A row's have the same bits whatever rows are beside it.
    """
    totals = np.zeros(len(values))
    kernel.walk(_by_feature(values), forest.asked, forest.nodes, forest.roots, forest.depths, totals)
    return totals


def pushes(forest: Forest, values: Floats) -> Floats:
    """Return each feature's push on each row's log-odds (TreeSHAP) and the bias last, shape (rows, features + 1).

    A row's add up to its log-odds. What LightGBM answers with `pred_contrib`, but for rounding: Lundberg et al. 2020,
    From local explanations to global understanding with explainable AI for trees, where unknown values go both ways
    in the shares of the training rows.
    """
    of_asked = np.zeros((len(values), len(forest.asked)))
    paths = paths_of(forest)
    kernel.push(_by_feature(values), forest.asked, forest.nodes, paths, of_asked)
    pushed = np.zeros((len(values), len(forest.features) + 1))
    pushed[:, forest.asked], pushed[:, -1] = of_asked, paths.bias
    return pushed


def _by_feature(values: Floats) -> Floats:
    return np.asarray(values.T, dtype=np.float64)


__all__ = ["Forest", "forest_of", "log_odds", "pushes"]
