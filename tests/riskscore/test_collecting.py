"""Nothing is kept for good but what an import makes."""

import gc
import weakref

from riskscore import steps
from riskscore.collecting import without_collecting


class Ring:
    """Garbage that only a collector finds."""

    def __init__(self) -> None:
        self.itself = self


def test_what_is_there_after_an_import_is_not_looked_through_again():
    before = gc.get_freeze_count()
    with without_collecting():
        assert not gc.isenabled()
    assert gc.isenabled()
    assert gc.get_freeze_count() > before


def test_asking_for_a_step_again_keeps_no_garbage():
    assert callable(steps.alert)
    rings = []
    for _ in range(10):
        rings.append(weakref.ref(Ring()))
        assert callable(steps.alert)
    gc.collect()
    assert [ring for ring in rings if ring() is not None] == []
