"""Findings: what every check found, as pages to read."""

from pathlib import Path

from riskscore.contracts.docs import publish_data_docs, publish_pages
from riskscore.settings import Settings


def publish_findings(settings: Settings, *, data_docs: bool = False) -> Path:
    """Render what checks found and return the first page: our own, which load nothing, or Great Expectations' site."""
    return publish_data_docs(settings.findings) if data_docs else publish_pages(settings.findings)
