"""Pages of results: printed, and kept where asked to, with the machine they were measured on."""

import argparse
import os
import platform
from pathlib import Path

RESULTS = Path(__file__).parent / "results"
GIB = 2**30


def offer_write(parser: argparse.ArgumentParser, page: str) -> None:
    """Let a benchmark keep its page."""
    parser.add_argument("--write", action="store_true", help=f"write results/{page} too")


def show(text: str, page: str, *, keep: bool) -> None:
    """Print a page of results and, where `keep`, write it below `results`."""
    print(text)
    if keep:
        RESULTS.mkdir(exist_ok=True)
        (RESULTS / page).write_text(f"{text.rstrip()}\n", encoding="utf-8")


def machine() -> str:
    """Return where this runs and how busy it is: processors, memory, load of the last minute."""
    total = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    load = f"load {os.getloadavg()[0]:.1f} at the end"
    return f"{os.cpu_count()} cores ({_processor()}), {total / GIB:.0f} GiB, Python {platform.python_version()}, {load}"


def _processor() -> str:
    """Return the processor's name, as Linux tells it."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.machine()
    return next((line.partition(": ")[2] for line in lines if line.startswith("model name")), platform.machine())
