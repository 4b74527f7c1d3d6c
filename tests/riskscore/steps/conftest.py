"""The small world that the tests of this room live a day of."""

from tests.riskscore.steps.small_world import small_world

__all__ = ["small_world"]
