"""The kinds of arrays a world is made of."""

from typing import Any

import numpy as np
import numpy.typing as npt

Index = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Texts = npt.NDArray[np.object_]
Columns = dict[str, npt.NDArray[Any]]
"""Columns of equal length by name."""


def positions_by(values: npt.NDArray[Any]) -> dict[Any, Index]:
    """Return the positions at which each value stands, in order; values and positions ascend."""
    order = np.argsort(values, kind="stable")
    distinct, first = np.unique(values[order], return_index=True)
    return dict(zip(distinct.tolist(), np.split(order, first)[1:], strict=True))
