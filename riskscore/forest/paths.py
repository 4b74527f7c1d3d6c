"""The way to every leaf, told by features: what TreeSHAP needs to know of a forest, worked out once."""

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from riskscore.errors import ModelError
from riskscore.forest import kernel
from riskscore.forest.trees import Floats, Forest, Int64s, Nodes

LONGEST_TABLE = 8
"""Features of a path whose pushes are looked up, at most: 256 sets of them; those of a longer one are worked out."""
MOST_FEATURES = 62
"""Of a path: sets of them are kept in the bits of one number."""


class Paths(NamedTuple):
    """The leaves of all trees. Leaf i's path takes the steps steps_at[i]:steps_at[i + 1] and meets some features."""

    decisions: Int64s
    """Every node that decides."""
    leaves: Int64s
    """Every leaf's node."""
    steps_at: Int64s
    step_node: Int64s
    step_is_left: npt.NDArray[np.bool_]
    step_feature: Int64s
    """Which of its path's features a step asks for."""
    features_at: Int64s
    feature: Int64s
    """By place among the features that the forest asks for."""
    zeros: Floats
    """The share of the training rows, of those that came to the feature's steps, that went on."""
    tables_at: Int64s
    """Where a path's table starts, shape (sets of features, features); -1 where it has none."""
    tables: Floats
    bias: float
    """The mean log-odds of the training rows."""


class Path(NamedTuple):
    """The way to one leaf."""

    leaf: int
    steps: tuple[tuple[int, bool], ...]
    """The nodes by the way, and whether it goes on to the left."""


@lru_cache(maxsize=8)
def paths_of(forest: Forest) -> Paths:
    """Return the paths of a forest, worked out once a process; raise ModelError where one meets too many features."""
    nodes = forest.nodes
    found = [path for root in forest.roots[:-1].tolist() for path in _below(nodes, root)]
    met = [_met(nodes, path) for path in found]
    tables = [_table(zeros, float(nodes.value[path.leaf])) for zeros, path in zip(met, found, strict=True)]
    leaves, steps = np.array([path.leaf for path in found], np.int64), [step for path in found for step in path.steps]
    step_feature = [
        list(zeros).index(int(nodes.feature[node]))
        for zeros, path in zip(met, found, strict=True)
        for node, _ in path.steps
    ]
    return Paths(
        decisions=np.setdiff1d(np.arange(len(nodes.value)), leaves),
        leaves=leaves,
        steps_at=_starts([len(path.steps) for path in found]),
        step_node=np.array([node for node, _ in steps], np.int64),
        step_is_left=np.array([is_left for _, is_left in steps], np.bool_),
        step_feature=np.array(step_feature, np.int64),
        features_at=_starts([len(zeros) for zeros in met]),
        feature=np.array([feature for zeros in met for feature in zeros], np.int64),
        zeros=np.array([zero for zeros in met for zero in zeros.values()], np.float64),
        tables_at=np.where([table.size > 0 for table in tables], _starts([table.size for table in tables])[:-1], -1),
        tables=np.concatenate([table.ravel() for table in tables]),
        bias=sum(nodes.value[path.leaf] * _share_of_rows(nodes, path) for path in found),
    )


def _below(nodes: Nodes, root: int) -> Iterator[Path]:
    """Yield the paths from a root to its leaves."""
    begun = [Path(root, ())]
    while begun:
        at, steps = begun.pop()
        after = nodes.after[at].tolist()
        if after == [at, at]:
            yield Path(at, steps)
        else:
            begun.extend(Path(after[is_left], (*steps, (at, bool(is_left)))) for is_left in (0, 1))


def _met(nodes: Nodes, path: Path) -> dict[int, float]:
    """Return the features a path meets, in order, with the share of the training rows that go on at its steps."""
    zeros: dict[int, float] = {}
    for (node, _), after in zip(path.steps, _reached(path), strict=True):
        feature = int(nodes.feature[node])
        zeros[feature] = zeros.get(feature, 1.0) * float(nodes.rows[after] / nodes.rows[node])
    if len(zeros) > MOST_FEATURES:
        raise ModelError(
            f"A path of the model meets {len(zeros)} features, more than {MOST_FEATURES}. Train it with fewer leaves."
        )
    return zeros


def _reached(path: Path) -> list[int]:
    """Return the node that each step leads to."""
    return [*(node for node, _ in path.steps[1:]), path.leaf][: len(path.steps)]


def _share_of_rows(nodes: Nodes, path: Path) -> float:
    root = path.steps[0][0] if path.steps else path.leaf
    return float(nodes.rows[path.leaf] / nodes.rows[root])


def _table(zeros: Mapping[int, float], value: float) -> Floats:
    """Return what each feature of a path pushes, for every set of them; empty where the path is too long for that."""
    sets = 2 ** len(zeros) if len(zeros) <= LONGEST_TABLE else 0
    table = np.empty((sets, len(zeros)))
    kernel.fill_table(np.array(list(zeros.values()), np.float64), value, table)
    return table


def _starts(sizes: Sequence[int]) -> Int64s:
    """Return where each of some pieces starts, one after the other, and where the last ends."""
    return np.concatenate([[0], np.cumsum(sizes, dtype=np.int64)])
