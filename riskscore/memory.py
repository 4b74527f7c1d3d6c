"""What the system is asked about memory: small pages, and files brought there before they are looked at."""

import ctypes
import os
import sys
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from pathlib import Path

DISABLE_HUGE_PAGES = 41
"""PR_SET_THP_DISABLE of Linux (its manual, prctl)."""
ASKED_AT_ONCE = 128 * 2**10
"""Bytes that are asked for in one call: of more, Linux brings no more than a disk reads ahead, this much at least."""
READ_AT_ONCE = 2**20
"""Bytes that are read in one call, where nobody waits for them yet: whoever waits for others gets its turn between."""


@cache
def in_small_pages() -> None:
    """Have memory handed out in small pages from now on, to this process and those it starts.

    NumPy and Arrow ask for huge ones, 2 MiB each, which the system clears before it hands them out. A step makes and
    forgets its arrays, so that clearing is what it feels (decision 0033). Elsewhere than on Linux nothing is done.
    """
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(DISABLE_HUGE_PAGES, 1, 0, 0, 0)


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
