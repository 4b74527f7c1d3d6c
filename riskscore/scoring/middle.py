"""The median of a day's values, compiled: those that share its leading bits are picked out, and only they sorted."""

from typing import Any

import numpy as np
import numpy.typing as npt

from riskscore.compiling import compiled, within

LEADING = 14
"""Bits that numbers are counted by: sign, exponent and the first two of the fraction. The counts stay in a cache."""
REST = np.uint64(64 - LEADING)
SIGN = np.uint64(1 << 63)


def median(values: npt.NDArray[np.float64]) -> float:
    """Return the median of what is known, of an even number the mean of the middle two; NaN where nothing is."""
    alike = np.ascontiguousarray(values, dtype=np.float64).view()
    alike.flags.writeable = False  # one kind of array, compiled once
    return float(_middle(alike))


@within
def _leading(bits: Any) -> Any:
    """Return the leading bits of a number such that they ascend as numbers do."""
    return np.int64((~bits if bits & SIGN else bits | SIGN) >> REST)


@compiled
def _middle(values: Any) -> Any:
    """Return the median: count by leading bits, find the counts that the middle two lie in, sort what is there."""
    bits, counts = values.view(np.uint64), np.zeros(1 << LEADING, np.int64)
    for row in range(values.size):
        if not np.isnan(values[row]):
            counts[_leading(bits[row])] += 1
    known = counts.sum()
    if known == 0:
        return np.nan
    lower, upper = (known - 1) // 2, known // 2
    first, before = _count_with(counts, lower)
    last, short = _count_with(counts, upper)
    near, found, least, most = np.empty(short + counts[last] - before), 0, np.inf, -np.inf
    for row in range(values.size):
        if not np.isnan(values[row]) and first <= _leading(bits[row]) <= last:
            near[found] = values[row]
            least, most, found = min(least, values[row]), max(most, values[row]), found + 1
    if least < most:
        near.sort()
    return (near[lower - before] + near[upper - before]) / 2


@within
def _count_with(counts: Any, place: Any) -> Any:
    """Return which count the number at this place falls into, and how many numbers come before that."""
    count, before = 0, 0
    while before + counts[count] <= place:
        before += counts[count]
        count += 1
    return count, before
