"""Feeds: which there are, told without reading any contract, so that a scheduler may ask."""

from riskscore.settings import Settings

CONTRACT = ".odcs.yaml"


def feeds(settings: Settings) -> list[str]:
    """Return the names of the feeds that have a contract."""
    folder = settings.project_dir / "data_contracts" / "inbound"
    return sorted(path.name.removesuffix(CONTRACT) for path in folder.glob(f"*{CONTRACT}"))
