"""What is asked of memory: small pages, freed ones kept, and files brought there before they are looked at."""

import ctypes
import os
import sys
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from pathlib import Path

import pyarrow as pa

DISABLE_HUGE_PAGES = 41
"""PR_SET_THP_DISABLE of Linux (its manual, prctl)."""
TRIM_THRESHOLD, TOP_PAD, MMAP_THRESHOLD, ARENA_MAX = -1, -2, -3, -8
"""What glibc's malloc is told by (its manual, mallopt)."""
KEPT_AT_MOST = 2**31 - 1
"""Bytes of freed memory at the end of the heap that are not given back: as many as mallopt can be told."""
FROM_THE_HEAP = 32 * 2**20
"""Bytes of the largest array that lies in the heap; glibc takes no larger number."""
GROWN_BY = 64 * 2**20
"""Bytes by which the heap grows at least."""
ASKED_AT_ONCE = 128 * 2**10
"""Bytes that are asked for in one call: of more, Linux brings no more than a disk reads ahead, this much at least."""
READ_AT_ONCE = 2**20
"""Bytes that are read in one call, where nobody waits for them yet: whoever waits for others gets its turn between."""


@cache
def suit_steps() -> None:
    """Have memory handed out from now on as steps use it, which make arrays and forget them soon.

    In small pages: NumPy and Arrow ask for huge ones, 2 MiB each, which the system clears before it hands them out
    (decision 0033). And from what was freed before: each page that is given back has to be cleared anew when it is
    asked for again (decision 0036). Who cannot be told so is left as it is.
    """
    if sys.platform == "linux":
        system = ctypes.CDLL(None)
        system.prctl(DISABLE_HUGE_PAGES, 1, 0, 0, 0)
        if hasattr(system, "mallopt"):
            _keep_freed(system)


def _keep_freed(system: ctypes.CDLL) -> None:
    """Let this process's NumPy, Arrow and Delta Lake share heaps that do not shrink, no more of them than processors.

    Arrow's memory is the system's from then on, whatever ARROW_DEFAULT_MEMORY_POOL says.
    """
    heaps = os.cpu_count() or 1
    told = {MMAP_THRESHOLD: FROM_THE_HEAP, TRIM_THRESHOLD: KEPT_AT_MOST, TOP_PAD: GROWN_BY, ARENA_MAX: heaps}
    for what, number in told.items():
        system.mallopt(what, number)
    pa.set_memory_pool(pa.system_memory_pool())  # Arrow's own gives pages back that it needs again


def ask_for_file(path: Path) -> None:
    """Have the system bring a file into memory while other things are done.

    Of a file that is mapped and looked at everywhere: page by page, each as it is wanted, a cold disk takes far longer.
    """
    if hasattr(os, "posix_fadvise"):
        with suppress(OSError), path.open("rb") as file:  # a wish, no more
            for start in range(0, path.stat().st_size, ASKED_AT_ONCE):
                os.posix_fadvise(file.fileno(), start, ASKED_AT_ONCE, os.POSIX_FADV_WILLNEED)


def bring_file(path: Path, *, is_wanted: Callable[[], bool]) -> None:
    """Read a file into the system's memory, a piece after the other, for as long as it is wanted.

    Wishes for whole files wait on the disk before whatever is read next; this never has more than one piece there.
    """
    piece = bytearray(READ_AT_ONCE)
    with suppress(OSError), path.open("rb", buffering=0) as file:  # whoever looks at it says more
        if hasattr(os, "posix_fadvise"):
            os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_RANDOM)  # no more than that piece
        while is_wanted() and file.readinto(piece):
            pass
