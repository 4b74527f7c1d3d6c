"""What DAGs hand to each other, one partition a day (YYYY-MM-DD)."""

from airflow.sdk import Asset

FACTS = Asset("facts")
"""The day's deliveries, taken in and reconciled."""
QUEUES = Asset("queues")
"""The day's scores and queues."""
BUNDLES = Asset("bundles")
"""The day's signed bundles for partners."""
MODELS = Asset("models")
"""Trained models."""
