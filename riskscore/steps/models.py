"""What models look at."""

from riskscore.errors import SettingsError
from riskscore.settings import Settings
from riskscore.steps.workspace import open_workspace


def feature_catalogue(settings: Settings, grain: str) -> dict[str, str]:
    """Return every feature of a grain with its sentence; raise SettingsError for a grain nobody declared."""
    declared = open_workspace(settings).project.feature_sets
    if grain not in declared:
        raise SettingsError(f"No grain {grain!r}; there are {', '.join(declared)}.")
    return declared[grain].sentences
