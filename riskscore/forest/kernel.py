"""The loops over rows and nodes, compiled: which leaves a row comes to, and what each of its values pushes."""

import numpy as np

from riskscore.compiling import compiled, within

BLOCK = 64
"""Rows that go down a tree together: the processor works on one while it waits for another's values."""


@within
def goes_left(nodes, node, value):
    """Tell whether a row with this value goes left."""
    return (value <= nodes.threshold[node]) | (np.isnan(value) & nodes.is_left_unknown[node])


@compiled
def walk(columns, asked, nodes, roots, depths, totals):
    """Add up, for every row, the values of the leaves it comes to, in the order of the trees.

    `columns` holds the values by feature, shape (features, rows).
    """
    cells, at = np.empty((asked.size, BLOCK)), np.empty(BLOCK, np.int64)
    for first in range(0, totals.size, BLOCK):
        count = min(BLOCK, totals.size - first)
        for place in range(asked.size):
            cells[place, :count] = columns[asked[place], first : first + count]
        for tree in range(depths.size):
            at[:] = roots[tree]
            for _ in range(depths[tree]):
                for row in range(count):
                    node = at[row]
                    is_left = goes_left(nodes, node, cells[nodes.feature[node], row])
                    at[row] = nodes.after[node, np.int64(is_left)]
            for row in range(count):
                totals[first + row] += nodes.value[at[row]]


@compiled
def share(zeros, ones, pushes):
    """Write what each feature of a path pushes, for a leaf of value 1 (Lundberg et al. 2020, algorithm 2).

    A feature's push is its effect on reaching the leaf when it becomes known, averaged over all orders in which the
    path's features may become known. `zeros` is the share of the training rows that go on where the feature is not
    known, `ones` tells by bits whether the row's own value goes on.
    """
    size = zeros.size
    by_known = np.empty(size)
    for feature in range(size):
        by_known[:] = 0
        by_known[0], others = 1.0, 0
        for other in range(size):
            if other != feature:
                is_on = (ones >> other) & 1
                for known in range(others + 1, -1, -1):
                    before = by_known[known - 1] * is_on if known else 0.0
                    by_known[known] = by_known[known] * zeros[other] + before
                others += 1
        weight, pushed = 1.0 / size, 0.0  # of the orders, with `known` of the others before it
        for known in range(size):
            pushed += weight * by_known[known]
            weight = weight * (known + 1) / max(size - 1 - known, 1)
        pushes[feature] = (((ones >> feature) & 1) - zeros[feature]) * pushed


@compiled
def fill_table(zeros, value, table):
    """Write the pushes on a path to a leaf for every set of features that go on, by its bits: (sets, features)."""
    for ones in range(table.shape[0]):
        share(zeros, ones, table[ones])
        for feature in range(zeros.size):
            table[ones, feature] *= value


@compiled
def push(columns, asked, nodes, paths, pushes):
    """Add up what each asked feature pushes, shape (rows, asked), leaf by leaf."""
    is_left = np.empty(nodes.value.size, np.bool_)
    few = np.empty(64)
    for row in range(pushes.shape[0]):
        for node in paths.decisions:
            value = columns[asked[nodes.feature[node]], row]
            is_left[node] = goes_left(nodes, node, value)
        for leaf in range(paths.leaves.size):
            first, size = paths.features_at[leaf], paths.features_at[leaf + 1] - paths.features_at[leaf]
            ones = (np.int64(1) << size) - 1
            for step in range(paths.steps_at[leaf], paths.steps_at[leaf + 1]):
                off = np.int64(is_left[paths.step_node[step]] != paths.step_is_left[step])
                ones &= ~(off << paths.step_feature[step])
            if paths.tables_at[leaf] >= 0:
                start = paths.tables_at[leaf] + ones * size
                for place in range(size):
                    pushes[row, paths.feature[first + place]] += paths.tables[start + place]
            else:
                share(paths.zeros[first : first + size], ones, few[:size])
                for place in range(size):
                    pushes[row, paths.feature[first + place]] += few[place] * nodes.value[paths.leaves[leaf]]
