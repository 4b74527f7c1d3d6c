"""Give every split of a trained model a way for missing values.

Where training saw no missing value of a feature, LightGBM reads a missing one as 0 when it scores, which
would be a silent imputation. Such splits are rewritten to send it where most training rows went, which is
also what scikit-learn's histogram trees do.
"""

import re

CATEGORICAL = 0b0001
MISSING_KIND = 0b1100
READ_AS_ZERO = 0b0000
SENT_BY_DEFAULT = 0b1000
LEFT_BY_DEFAULT = 0b0010


def send_missing_with_most_rows(model_text: str) -> str:
    """Return LightGBM's model text with every numerical split routing NaN; rows without NaN score as before."""
    header, *trees = re.split(r"(?m)^(?=Tree=\d+$)", model_text)
    routed = [_route(tree) for tree in trees]
    sizes = [int(size) for size in re.findall(r"\d+", _line(header, "tree_sizes"))]
    grown = [size + len(new) - len(old) for size, new, old in zip(sizes, routed, trees, strict=True)]
    return _with_line(header, "tree_sizes", grown) + "".join(routed)


def _route(tree: str) -> str:
    kinds = _integers(tree, "decision_type")
    leaves, inner = _integers(tree, "leaf_count"), _integers(tree, "internal_count")

    def rows_below(child: int) -> int:
        return inner[child] if child >= 0 else leaves[~child]

    children = zip(kinds, _integers(tree, "left_child"), _integers(tree, "right_child"), strict=True)
    routed = [_routed(kind, left=rows_below(left), right=rows_below(right)) for kind, left, right in children]
    return _with_line(tree, "decision_type", routed)


def _routed(kind: int, *, left: int, right: int) -> int:
    if kind & CATEGORICAL or kind & MISSING_KIND != READ_AS_ZERO:
        return kind
    return SENT_BY_DEFAULT | (LEFT_BY_DEFAULT if left >= right else 0)


def _integers(tree: str, name: str) -> list[int]:
    return [int(number) for number in _line(tree, name).split()]


def _line(block: str, name: str) -> str:
    found = re.search(rf"(?m)^{name}=(.*)$", block)
    return found.group(1) if found else ""


def _with_line(block: str, name: str, numbers: list[int]) -> str:
    return re.sub(rf"(?m)^{name}=.*$", f"{name}={' '.join(map(str, numbers))}", block, count=1)
