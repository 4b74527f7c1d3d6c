"""A file that lies on the disk and not in memory, and a look at how much of it is there."""

import ctypes
import mmap
import os
import time
from pathlib import Path

import pytest

LARGE = 24 * 2**20
"""More bytes than a disk reads ahead, as far as we know any."""


def share_in_memory(path: Path) -> float:
    """Return how much of a file the system has in memory, 0 to 1 (Linux' manual, mincore)."""
    pages = -(-path.stat().st_size // mmap.PAGESIZE)
    there = (ctypes.c_ubyte * pages)()
    with path.open("r+b") as file, mmap.mmap(file.fileno(), 0) as mapped:
        first = ctypes.c_char.from_buffer(mapped)
        address, size = ctypes.c_void_p(ctypes.addressof(first)), ctypes.c_size_t(len(mapped))
        failed = ctypes.CDLL(None).mincore(address, size, there)
        del first  # it holds the mapping
    assert not failed
    return sum(page & 1 for page in there) / pages


def leave_on_disk(path: Path) -> None:
    """Have the system forget a file; skip the test where it does not, or does not tell."""
    if not hasattr(os, "posix_fadvise") or not hasattr(ctypes.CDLL(None), "mincore"):
        pytest.skip("this system does not tell what it has in memory")
    with path.open("rb") as file:
        os.fsync(file.fileno())
        os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
    if share_in_memory(path):
        pytest.skip("these files are always in memory")


def comes_whole(path: Path) -> bool:
    """Wait until a file is in memory; false where it does not come."""
    until = time.monotonic() + 30
    while share_in_memory(path) < 1 and time.monotonic() < until:
        time.sleep(0.01)
    return share_in_memory(path) == 1
