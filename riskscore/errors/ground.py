"""Errors of what everything stands on: settings, disk, folders, database, clock, cluster, reference data."""

from collections.abc import Iterable

from riskscore.errors.told import RiskscoreError, listed


class SettingsError(RiskscoreError):
    """A setting is missing or makes no sense."""


class MonitorPolicyError(SettingsError):
    """What was decided about watching cannot be followed."""

    def __init__(self, *, file: str, problems: Iterable[str]) -> None:
        super().__init__(
            f"Monitor policy {file}: {'; '.join(problems)}. Correct it; its comments say what a key means."
        )


class KeepingPolicyError(SettingsError):
    """What was decided about keeping cannot be followed."""

    def __init__(self, *, file: str, problems: Iterable[str]) -> None:
        super().__init__(f"Keeping policy {file}: {'; '.join(problems)}. Correct it; nothing was removed under it.")


class SurroundingsError(RiskscoreError):
    """What the pipeline stands on fails; nothing is half written, the same again completes it."""

    def __init__(self, *, where: str, what: str, then: str) -> None:
        super().__init__(f"{where}: {what}. {then} Nothing is lost: run the same again then.")


class DiskFullError(SurroundingsError):
    """No room is left to write to."""


class PlaceLostError(SurroundingsError):
    """A folder vanished, or cannot be read or written any more."""


class DatabaseLostError(SurroundingsError):
    """The database is held by others, or cannot be used."""


class DatabaseUnavailableError(SurroundingsError):
    """The database does not answer, or breaks off; its own words are not repeated, they may quote rows."""

    def __init__(self, *, problem: str, remedy: str) -> None:
        super().__init__(where="The database", what=problem, then=remedy)


class ClockError(SurroundingsError):
    """The clock says a day that was over long ago."""


class UnhealthyError(RiskscoreError):
    """Something does not stand as it must."""

    def __init__(self, *, checks: Iterable[str]) -> None:
        super().__init__(f"Not as it must be: {listed(checks)}. The table says what was seen and what to do next.")


class CrewError(RiskscoreError):
    """A cluster cannot be reached, or cannot go on."""

    def __init__(self, address: str, why: str, then: str) -> None:
        super().__init__(f"Dask cluster {address}: {why}. {then}")


class ReferenceDataError(RiskscoreError):
    """Reference data is missing, or nobody ships the list asked for."""
