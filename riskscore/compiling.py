"""Compile loops over single numbers: to machine code on first use, kept beside their source."""

from typing import Any

import numba
from llvmlite import ir
from numba.core import cgutils, types
from numba.extending import intrinsic


def compiled(function: Any) -> Any:
    """Compile `function` on first use; keep what was compiled beside the source where that may be written."""
    try:
        return numba.njit(cache=True, nogil=True)(function)
    except RuntimeError:  # no folder to keep it in, as in a read-only image
        return numba.njit(nogil=True)(function)


within = numba.njit(inline="always")
"""Compile a loop's body into whoever calls it: handing over arrays costs more than what it does with them."""

FOR_WRITING, NEAREST, DATA = 1, 3, 1
"""What a processor is told when memory is asked for ahead (LLVM language reference, `llvm.prefetch`)."""


def _asking(_: Any, rows: Any, row: Any) -> Any:
    """Return how a call of `ask_for` is typed, and what writes its code."""

    def generate(context: Any, builder: Any, signature: Any, given: Any) -> Any:
        array = context.make_array(signature.args[0])(context, builder, given[0])
        start = context.get_constant(types.intp, 0)
        places = [given[1], *[start] * (signature.args[0].ndim - 1)]
        place = cgutils.get_item_pointer(context, builder, signature.args[0], array, places, wraparound=False)
        byte, flag = ir.PointerType(ir.IntType(8)), ir.IntType(32)
        told = ir.FunctionType(ir.VoidType(), [byte, flag, flag, flag])
        prefetch = cgutils.get_or_insert_function(builder.module, told, "llvm.prefetch.p0")
        builder.call(prefetch, [builder.bitcast(place, byte), *(flag(one) for one in (FOR_WRITING, NEAREST, DATA))])
        return context.get_dummy_value()

    return types.void(rows, row), generate


ask_for: Any = intrinsic(_asking)
"""In compiled loops, with an array and a row of it: ask for the memory of a row that is to be written soon.

A row past the end does no harm. The processor foresees by itself where a few rows in turn go on, not thousands."""
