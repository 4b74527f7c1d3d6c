"""The small world, whose live day is worked out again."""

from tests.riskscore.steps.small_world import small_world

__all__ = ["small_world"]
