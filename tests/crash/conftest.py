"""The small world whose day is killed."""

from tests.riskscore.steps.small_world import small_world

__all__ = ["small_world"]
