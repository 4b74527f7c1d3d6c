"""What DAGs hand to each other, one partition a day (YYYY-MM-DD)."""

from airflow.sdk import Asset


def _asset(name: str) -> Asset:
    """Return an asset with an address of the one kind that OpenLineage needs nothing more to understand."""
    return Asset(name, uri=f"file://riskscore/{name}")


ARRIVALS = _asset("arrivals")
"""Something for the day lies in the drop folder; whoever puts it there may say so too."""
FACTS = _asset("facts")
"""The day's deliveries, taken in and reconciled."""
QUEUES = _asset("queues")
"""The day's scores and queues."""
BUNDLES = _asset("bundles")
"""The day's signed bundles for partners."""
MODELS = _asset("models")
"""Trained models, and which of them score."""
REPORTS = _asset("reports")
"""What was seen of the day's health."""
