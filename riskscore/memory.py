"""What the system is asked about memory: small pages, and files brought there before they are looked at."""

import ctypes
import os
import sys
from contextlib import suppress
from functools import cache
from pathlib import Path

DISABLE_HUGE_PAGES = 41
"""PR_SET_THP_DISABLE of Linux (its manual, prctl)."""
ASKED_AT_ONCE = 128 * 2**10
"""Bytes that are asked for in one call: of more, Linux brings no more than a disk reads ahead, this much at least."""


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
