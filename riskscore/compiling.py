"""Compile loops over single numbers: to machine code on first use, kept beside their source."""

from typing import Any

import numba


def compiled(function: Any) -> Any:
    """Compile `function` on first use; keep what was compiled beside the source where that may be written."""
    try:
        return numba.njit(cache=True, nogil=True)(function)
    except RuntimeError:  # no folder to keep it in, as in a read-only image
        return numba.njit(nogil=True)(function)


within = numba.njit(inline="always")
"""Compile a loop's body into whoever calls it: handing over arrays costs more than what it does with them."""
