"""No garbage is looked for where next to none is made: while modules are imported."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def without_collecting() -> Iterator[None]:
    """Look for no garbage meanwhile, nor later among what is there then: many objects, of which an import keeps all.

    They stay as long as the process; looking through them again and again took a sixth of a step's imports, and a third
    of judging a small delivery.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        if was_enabled:
            gc.enable()
