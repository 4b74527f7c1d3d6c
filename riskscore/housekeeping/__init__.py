"""What may go, and what must: retention, small files, old versions, left-overs."""

from riskscore.housekeeping.places import half_written, older_than, remove, size_of
from riskscore.housekeeping.policy import KeepingPolicy, load_keeping_policy

__all__ = ["KeepingPolicy", "half_written", "load_keeping_policy", "older_than", "remove", "size_of"]
