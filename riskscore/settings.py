"""Settings, read once at the entry point, frozen and handed down."""

import os
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from riskscore.errors import SettingsError

PREFIX = "RISKSCORE_"


class Settings(BaseModel):
    """Where things are and the few numbers an operator sets; every field can be given as RISKSCORE_<NAME>."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    home: Path = Path("var")
    """Folder of everything the pipeline writes."""
    project_dir: Path = Path(__file__).resolve().parent.parent
    """Folder that holds features/, models/ and data_contracts/."""
    database_url: str = ""
    """SQLAlchemy address; empty means SQLite in `home`."""
    cutoff_hour: int = Field(default=6, ge=0, le=23)
    """Hour (UTC) of the day's cut-off: a score of that day knows what had arrived by then."""
    today: date | None = None
    """The day to act on; default: the real one; set for an invented world."""
    jobs: int = Field(default=2, ge=1)
    """How many processes take in a catch-up of many deliveries; each needs about a gigabyte."""
    seed: int = 20260105
    """Seed of everything random: the invented world, training, the queue's random share."""

    @classmethod
    def load(cls, environment: Mapping[str, str] | None = None, **given: object) -> Self:
        """Read RISKSCORE_* variables, let `given` override them; an empty one counts as not set.

        Raises SettingsError on a bad value, or a field given that there is none of.
        """
        found = os.environ if environment is None else environment
        values = {name: value for name in cls.model_fields if (value := found.get(PREFIX + name.upper()))}
        try:
            return cls.model_validate({**values, **given})
        except ValidationError as error:
            wrong = "; ".join(
                f"{PREFIX}{str(part['loc'][0]).upper()}: {part['msg']} (found {part['input']!r})"
                for part in error.errors()
            )
            raise SettingsError(f"{wrong}. Correct it in the environment.") from None

    def cutoff(self, day: date) -> datetime:
        """Return the instant (UTC) up to which a score of `day` knows the world."""
        return datetime.combine(day, time(self.cutoff_hour), UTC)

    def business_day(self, instant: datetime) -> date:
        """Return the first day whose cut-off is not before `instant`."""
        return (instant.astimezone(UTC) - timedelta(hours=self.cutoff_hour) + timedelta(days=1, microseconds=-1)).date()

    @property
    def drop(self) -> Path:
        """Folder where senders' files arrive: drop/<YYYY-MM-DD>/<feed>/<file>."""
        return self.home / "drop"

    @property
    def is_invented(self) -> bool:
        """Whether the drop folder holds an invented world, so that every list must say so."""
        return (self.drop / "WORLD.txt").exists()

    @property
    def lake(self) -> Path:
        """Folder of the Delta tables."""
        return self.home / "lake"

    @property
    def states(self) -> Path:
        """Folder of where every entity stood at the end of the last days; all of it can be computed again."""
        return self.home / "states"

    @property
    def artefacts(self) -> Path:
        """Folder of trained models."""
        return self.home / "models"

    @property
    def reports(self) -> Path:
        """Folder of findings pages and queue lists."""
        return self.home / "reports"

    @property
    def findings(self) -> Path:
        """Folder of what every check found, and of its pages."""
        return self.reports / "findings"

    @property
    def exports(self) -> Path:
        """Folder of signed bundles, one subfolder per partner."""
        return self.home / "exports"

    @property
    def keys(self) -> Path:
        """Folder of signing keys; never in the repository or an image."""
        return self.home / "keys"

    @property
    def database(self) -> str:
        """SQLAlchemy address of the database."""
        return self.database_url or f"sqlite:///{self.home / 'riskscore.db'}"
