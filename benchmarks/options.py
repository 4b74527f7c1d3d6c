"""What the options of benchmarks mean: argparse says in a sentence which of them is wrong, and leaves with 2."""

import argparse
import math
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

Number = TypeVar("Number", int, float)


def number(kind: Callable[[str], Number], is_fit: Callable[[Number], bool], wanted: str) -> Callable[[str], Number]:
    """Return a type of numbers, which refuses what does not fit and says what is wanted instead."""

    def read(text: str) -> Number:
        try:
            found = kind(text)
        except ValueError:
            found = None
        if found is None or not is_fit(found):
            raise argparse.ArgumentTypeError(f"{text!r} will not do; give {wanted}.")
        return found

    return read


def whole_from(least: int) -> Callable[[str], int]:
    """Return a type of whole numbers that are not smaller."""
    return number(int, lambda found: found >= least, f"a whole number, {least:,} or more")


positive, seed = whole_from(1), whole_from(0)
amount = number(float, lambda found: 0 < found < math.inf, "a number above 0")
amount_or_none = number(float, lambda found: 0 <= found < math.inf, "a number, 0 or more")
share = number(float, lambda found: 0 < found <= 1, "a share above 0 and up to 1, such as 0.02")


def folder(text: str) -> Path:
    """Return a folder that files can be written into, or that can be made."""
    place = Path(text)
    try:
        there = next(one for one in (place, *place.absolute().parents) if one.exists())
        with tempfile.TemporaryFile(dir=there):
            return place
    except OSError as error:
        wanted = "name a folder that can be written into, or made"
        raise argparse.ArgumentTypeError(f"{text!r} will not do ({error.strerror}); {wanted}.") from None


@contextmanager
def folder_or_temporary(given: Path | None, *, keep: bool = False) -> Iterator[Path]:
    """Yield the folder given, made if need be; else a temporary one, removed at the end or, with `keep`, named."""
    if given is not None:
        given.mkdir(parents=True, exist_ok=True)
        yield given
        return
    made = Path(tempfile.mkdtemp(prefix="riskscore-benchmark-"))
    try:
        yield made
    finally:
        if keep:
            print(f"{made} is kept. Remove it when nothing is to be measured in it any more.", file=sys.stderr)
        else:
            shutil.rmtree(made)
