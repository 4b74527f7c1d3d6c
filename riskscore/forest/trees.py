"""The trees of a model: LightGBM's own text read into flat arrays, for loops to walk."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from riskscore.errors import ModelError

Bools = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]
Int64s = npt.NDArray[np.int64]

FORMAT = "v4"
DEFAULT_LEFT = 2
NO_VALUE_IS_MISSING, NAN_IS_MISSING = 0, 8
"""Bits of a node's decision type; any other bit is of a kind of decision that nothing here is trained with."""


class Nodes(NamedTuple):
    """Nodes of all trees, each tree's decisions before its leaves. A leaf leads to itself, whatever the value."""

    feature: Int64s
    """Place among the features that are asked for."""
    threshold: Floats
    is_left_unknown: Bools
    """Whether a row without the value goes left."""
    after: Int64s
    """Shape (nodes, 2): the nodes on the right, for values above the threshold, and on the left."""
    value: Floats
    """Of a leaf, in log-odds; 0 elsewhere."""
    rows: Floats
    """How many rows came by in training."""


@dataclass(frozen=True, eq=False)
class Forest:
    """A model's trees. The values of the leaves that a row comes to add up, tree by tree, to its log-odds."""

    features: tuple[str, ...]
    asked: Int64s
    """The features that any node asks for, by their place in `features`, rising."""
    nodes: Nodes
    roots: Int64s
    """The first node of each tree; at the end how many nodes there are."""
    depths: Int64s
    """How many decisions lead to the deepest leaf of each tree."""


@lru_cache(maxsize=8)
def forest_of(model_text: str) -> Forest:
    """Read the trees in LightGBM's text, once a process.

    Raises ModelError for another format, several classes, averaged trees, categories, linear leaves, zeros that count
    as missing, and nodes that make no tree.
    """
    head, *parts = re.split(r"(?m)^Tree=\d+$", model_text.partition("\nend of trees")[0])
    said = _fields(head)
    if said.get("version") != FORMAT or said.get("num_tree_per_iteration") != "1" or "average_output" in head:
        raise _refused(f"they are not trees of one class in LightGBM's format {FORMAT} whose values add up")
    features = tuple(said["feature_names"].split())
    trees = [_tree(_fields(part), len(features)) for part in parts]
    sizes = [len(tree.value) for tree in trees]
    roots = np.concatenate([[0], np.cumsum(sizes, dtype=np.int64)])
    moved = [tree._replace(after=tree.after + root) for tree, root in zip(trees, roots, strict=False)]
    whole = Nodes(*(np.concatenate(columns) for columns in zip(*moved, strict=True)))
    asked, place = np.unique(whole.feature, return_inverse=True)
    depths = np.array([_depth(tree.after) for tree in trees], dtype=np.int64)
    return Forest(features, asked, whole._replace(feature=place.astype(np.int64)), roots, depths)


def _tree(said: Mapping[str, str], features: int) -> Nodes:
    """Read one tree; its decisions come first, then its leaves, which the text counts from -1 downwards."""
    try:
        return _nodes(said, features)
    except (KeyError, ValueError, IndexError):
        raise _refused("a tree lacks a part, or its nodes make no tree") from None


def _nodes(said: Mapping[str, str], features: int) -> Nodes:
    leaves = int(said["num_leaves"])
    split, kind = _whole(said["split_feature"]), _whole(said["decision_type"])
    if said["is_linear"] != "0" or not np.isin(kind & ~DEFAULT_LEFT, (NO_VALUE_IS_MISSING, NAN_IS_MISSING)).all():
        raise _refused("a tree has linear leaves, categories, or zeros that count as missing")
    threshold = _floats(said["threshold"])
    children = np.stack([_whole(said[f"{side}_child"]) for side in ("right", "left")], axis=1)
    after = np.where(children < 0, leaves - 2 - children, children)
    if not (len(split) == len(threshold) == leaves - 1 and (split < features).all() and _is_tree(after, leaves)):
        raise ValueError
    goes_left = np.where(kind & NAN_IS_MISSING, (kind & DEFAULT_LEFT) > 0, threshold >= 0)  # else it counts as 0
    themselves = np.arange(leaves - 1, 2 * leaves - 1)
    counts = (said["internal_count"], said["leaf_count"]) if leaves > 1 else ("", "1")
    return Nodes(
        feature=np.concatenate([split, np.zeros(leaves, np.int64)]),
        threshold=np.concatenate([threshold, np.full(leaves, np.inf)]),
        is_left_unknown=np.concatenate([goes_left, np.ones(leaves, np.bool_)]),
        after=np.concatenate([after, np.stack([themselves, themselves], axis=1)]),
        value=np.concatenate([np.zeros(leaves - 1), _floats(said["leaf_value"])]),
        rows=np.concatenate([_floats(count) for count in counts]),
    )


def _is_tree(after: Int64s, leaves: int) -> bool:
    """Tell whether every node but the first comes after exactly one other, which stands before it if it decides."""
    decides = after < leaves - 1
    return sorted(after.ravel().tolist()) == list(range(1, 2 * leaves - 1)) and bool(
        (after > np.arange(leaves - 1)[:, None])[decides].all()
    )


def _depth(after: Int64s) -> int:
    """Return how many decisions lead to the deepest leaf of a tree; a node's come after it."""
    depth = np.zeros(len(after), dtype=np.int64)
    for node in range(len(after) // 2):
        depth[after[node]] = depth[node] + 1
    return int(depth.max())


def _fields(text: str) -> dict[str, str]:
    return dict(line.split("=", 1) for line in text.splitlines() if "=" in line)


def _whole(text: str) -> Int64s:
    return np.array(text.split(), dtype=np.int64)


def _floats(text: str) -> Floats:
    return np.array(text.split(), dtype=np.float64)


def _refused(why: str) -> ModelError:
    return ModelError(f"The model's trees cannot be walked: {why}. Train it again with this version.")


__all__ = ["Forest", "Nodes", "forest_of"]
