"""What units decided about their queues, read once a process: the file is part of the release."""

from functools import cache

from riskscore.queues import Policy, UnitPolicy, load_policy


@cache
def policies() -> Policy:
    """Return the policies of all units."""
    return load_policy()


def policy_of(unit: str) -> UnitPolicy:
    """Return the policy of `unit`; raise QueueError for a unit that keeps no queue."""
    return policies().unit(unit)
