"""Where tables go: as wide as the terminal, and wide enough to read where there is none."""

import sys

from rich.console import Console

WIDTH_WITHOUT_TERMINAL = 150


def console() -> Console:
    """Return a console on standard output."""
    return Console(width=None if sys.stdout.isatty() else WIDTH_WITHOUT_TERMINAL)
