"""Compile the loops now, so that no first day waits for it: python -m riskscore.forest."""

import numpy as np

from riskscore.forest import forest_of, log_odds, pushes

ONE_LEAF = """tree
version=v4
num_tree_per_iteration=1
feature_names=a
Tree=0
num_leaves=1
split_feature=
decision_type=
threshold=
left_child=
right_child=
leaf_value=0
is_linear=0
end of trees"""


def main() -> None:
    """Walk a tree of one leaf, for a table's rows and for some of them."""
    forest, values = forest_of(ONE_LEAF), np.zeros((4, 1), order="F")
    for rows in (values, values[1:3]):
        log_odds(forest, rows)
        pushes(forest, rows)


if __name__ == "__main__":
    main()
