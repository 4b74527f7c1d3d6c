"""Arrays that lie in files: mapped into memory, and what the system is told of how they will be looked at."""

import mmap
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from riskscore.memory import ASKED_AT_ONCE


def mapped(path: Path) -> npt.NDArray[Any]:
    """Map a file; what is written to the array stays in memory, and compiled loops take it like any other."""
    found: npt.NDArray[Any] = np.load(path, mmap_mode="c", allow_pickle=False)
    return found


def mapped_here_and_there(path: Path) -> npt.NDArray[Any]:
    """Map a file of which few rows are looked at: the system reads those, and not megabytes around each of them."""
    found = mapped(path)
    _tell(found, "MADV_RANDOM", 0, len(found))
    return found


def ask_for_rows(array: npt.NDArray[Any], first: int, last: int) -> None:
    """Have the system read the rows [first, last) of a mapped array at once: one by one would take far longer."""
    _tell(array, "MADV_WILLNEED", first, last, at_once=ASKED_AT_ONCE)


def _tell(array: npt.NDArray[Any], what: str, first: int, last: int, *, at_once: int = sys.maxsize) -> None:
    """Tell the system, of so many bytes a call; an array that is not mapped, or who does not listen, is left."""
    held: Any = array.base
    if not isinstance(held, mmap.mmap) or not hasattr(mmap, what) or first >= last:
        return
    header: int = getattr(array, "offset", 0) % mmap.ALLOCATIONGRANULARITY  # a mapping begins where a page does
    start, end = (header + row * array.strides[0] for row in (first, last))
    with suppress(OSError):  # a wish, no more
        for place in range(start - start % mmap.PAGESIZE, end, at_once):
            held.madvise(getattr(mmap, what), place, min(at_once, end - place))
