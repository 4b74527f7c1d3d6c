"""The small world, on whose homes the commands of pages are run."""

from tests.riskscore.steps.small_world import small_world

__all__ = ["small_world"]
