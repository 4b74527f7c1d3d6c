"""Pages of results: printed, and kept where asked to, with the command and the machine they were measured by."""

import argparse
import os
import platform
import shlex
import sys
from collections.abc import Sequence
from pathlib import Path

RESULTS = Path(__file__).parent / "results"
GIB = 2**30


def offer_write(parser: argparse.ArgumentParser, page: str) -> None:
    """Let a benchmark keep its page."""
    parser.add_argument("--write", action="store_true", help=f"write results/{page} too")


def show(text: str, page: str, *, called: str, keep: bool) -> None:
    """Print a page of results, the command below its title, and, where `keep`, write it below `results`."""
    title, _, rest = text.partition("\n")
    whole = f"{title}\n\nMeasured by `{called}`.\n{rest}".rstrip()
    print(whole)
    if keep:
        RESULTS.mkdir(exist_ok=True)
        (RESULTS / page).write_text(f"{whole}\n", encoding="utf-8")


def command(parser: argparse.ArgumentParser, arguments: Sequence[str] | None = None) -> str:
    """Return the command line as it was given, by default this process's own; of a path only its last part."""
    given = sys.argv[1:] if arguments is None else arguments
    return shlex.join([*parser.prog.split(), *map(_without_place, given)])


def machine() -> str:
    """Return where this runs and how busy it is: processors, memory, load of the last minute."""
    total = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    load = f"load {os.getloadavg()[0]:.1f} at the end"
    return f"{os.cpu_count()} cores ({_processor()}), {total / GIB:.0f} GiB, Python {platform.python_version()}, {load}"


def _without_place(argument: str) -> str:
    option, is_one, value = argument.rpartition("=")
    return f"{option}{is_one}{Path(value).name}" if "/" in value else argument


def _processor() -> str:
    """Return the processor's name, as Linux tells it."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.machine()
    return next((line.partition(": ")[2] for line in lines if line.startswith("model name")), platform.machine())
