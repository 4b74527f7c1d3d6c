"""The median of a day's values, compiled: those that share its leading bits are picked out, and only they sorted."""

from typing import Any

import numpy as np
import numpy.typing as npt

from riskscore.compiling import compiled, within

LEADING = 16
"""Bits that numbers are counted by: sign, exponent and the first four of the fraction. The counts stay in a cache."""
NOT_NUMBERS = (1 << (LEADING - 12)) - 1
"""So many counts at either end are of what is no number: every exponent bit set, and some of the fraction."""
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
    return np.int64((bits ^ (np.uint64(np.int64(bits) >> np.int64(63)) | SIGN)) >> REST)


@compiled
def _middle(values: Any) -> Any:
    """Return the median: count by leading bits, find the counts that the middle two lie in, sort what is there.

    No row is asked whether it is a number: a processor cannot foresee what is missing.
    """
    bits, counts = values.view(np.uint64), np.zeros(1 << LEADING, np.int64)
    for row in range(values.size):
        counts[_leading(bits[row])] += 1
    counts[:NOT_NUMBERS] = 0
    counts[-NOT_NUMBERS:] = 0
    known = counts.sum()
    if known == 0:
        return np.nan
    lower, upper = (known - 1) // 2, known // 2
    first, before = _count_with(counts, lower)
    last, short = _count_with(counts, upper)
    near = np.empty(short + counts[last] - before + 1)
    found: Any = 0
    for row in range(values.size):
        near[found] = values[row]  # what is not near is written over
        place = _leading(bits[row])
        found += np.int64(first <= place) & np.int64(place <= last)
    some = near[:found]
    if some.min() < some.max():
        some.sort()
    return (some[lower - before] + some[upper - before]) / 2


@within
def _count_with(counts: Any, place: Any) -> Any:
    """Return which count the number at this place falls into, and how many numbers come before that."""
    count, before = 0, 0
    while before + counts[count] <= place:
        before += counts[count]
        count += 1
    return count, before
