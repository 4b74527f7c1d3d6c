"""Settings, read once at the entry point, frozen and handed down."""

import os
import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Self
from urllib.parse import quote

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from riskscore.errors import SettingsError
from riskscore.logs import Form

PREFIX = "RISKSCORE_"
DASK = re.compile(r"local:[1-9]\d{0,2}|(tcp|tls)://[^\s/]+:\d{1,5}")


class Settings(BaseModel):
    """Where things are and the few numbers an operator sets; every field can be given as RISKSCORE_<NAME>."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    home: Path = Path("var")
    """Folder of everything the pipeline writes."""
    project_dir: Path = Path(__file__).resolve().parent.parent
    """Folder that holds features/, models/ and data_contracts/."""
    database_url: str = ""
    """SQLAlchemy address; empty means SQLite in `home`."""
    database_password_file: Path | None = None
    """File that holds the password for that address and nothing else; read again for every new connection."""
    lake: str = ""
    """Folder of the Delta tables, or their address in an object store, s3://BUCKET/PATH; empty: lake/ in `home`."""
    lake_secrets: Path | None = None
    """File of lines NAME=value that give access to the object store; without it the environment does."""
    cutoff_hour: int = Field(default=6, ge=0, le=23)
    """Hour (UTC) of the day's cut-off: a score of that day knows what had arrived by then."""
    today: date | None = None
    """The day to act on; default: the real one; set for an invented world."""
    jobs: int = Field(default=2, ge=1)
    """How many processes take in a catch-up of many deliveries, each of about a gigabyte; how many threads compute."""
    dask: str = ""
    """Dask cluster that computes: tcp://HOST:PORT, tls://HOST:PORT, or local:N for N processes made on this machine."""
    dask_ca_file: Path | None = None
    """Who signs the certificates of a tls:// cluster (PEM)."""
    dask_cert_file: Path | None = None
    """Our certificate for a tls:// cluster (PEM)."""
    dask_key_file: Path | None = None
    """The private key of that certificate (PEM)."""
    log: Form = ""
    """`json` or `text`: lines of what steps do, on standard error; empty: none."""
    settle_seconds: float = Field(default=0, ge=0, le=600)
    """A file in the drop folder that changed this recently is looked at again after so long before it is taken."""
    drop_mark: str = Field(default="", pattern=r"^[\w.-]*$")
    """File that must lie in the drop folder: where it is not there, the folder is not mounted."""
    reserve_mb: int = Field(default=64, ge=0)
    """Megabytes that stay free on home's disk: nothing is landed into the last of it."""
    alert_webhook_file: Path | None = None
    """File that holds the address (https://, secret) alerts are posted to."""
    alert_command: str = ""
    """Command that gets each alert as JSON on its standard input."""
    web_address: str = ""
    """Address at which browsers reach the desk, such as https://desk.example; with https, cookies are sent so only."""
    oidc_issuer: str = ""
    """OpenID provider that may log officers in, by its issuer address; empty: local accounts alone."""
    oidc_client_id: str = ""
    """What the provider calls the desk."""
    oidc_client_secret_file: Path | None = None
    """File with the secret that the provider gave the desk; without one the desk is a public client."""
    oidc_name: str = "OpenID"
    """What the login page calls the provider."""
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

    @field_validator("dask")
    @classmethod
    def _is_an_address(cls, dask: str) -> str:
        if dask and not DASK.fullmatch(dask):
            raise ValueError("wants tcp://HOST:PORT, tls://HOST:PORT or local:N")
        return dask

    def cutoff(self, day: date) -> datetime:
        """Return the instant (UTC) up to which a score of `day` knows the world."""
        return datetime.combine(day, time(self.cutoff_hour), UTC)

    def business_day(self, instant: datetime) -> date:
        """Return the first day whose cut-off is not before `instant`."""
        return (instant.astimezone(UTC) - timedelta(hours=self.cutoff_hour) + timedelta(days=1, microseconds=-1)).date()

    @property
    def dask_certificates(self) -> tuple[str, ...]:
        """The three files of a tls:// cluster, none for any other; raises SettingsError where one is not there."""
        if not self.dask.startswith("tls://"):
            return ()
        files = {name: getattr(self, name) for name in ("dask_ca_file", "dask_cert_file", "dask_key_file")}
        for name, path in files.items():
            if path is None or not path.is_file():
                raise SettingsError(
                    f"{PREFIX}{name.upper()}: {self.dask} wants a PEM file there (found {str(path or '')!r}). "
                    "Correct it in the environment."
                )
        return tuple(map(str, files.values()))

    @property
    def drop(self) -> Path:
        """Folder where senders' files arrive: drop/<YYYY-MM-DD>/<feed>/<file>."""
        return self.home / "drop"

    @property
    def photographs(self) -> Path:
        """Folder of the photographs of examinations, by their hash; nothing can make them again."""
        return self.home / "photographs"

    @property
    def is_invented(self) -> bool:
        """Whether the drop folder holds an invented world, so that every list must say so."""
        return (self.drop / "WORLD.txt").exists()

    @property
    def lake_address(self) -> str:
        """Folder of the Delta tables, or their address in an object store."""
        return self.lake or str(self.home / "lake")

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
    def metrics(self) -> Path:
        """Folder of metrics for Prometheus, and of how each step last ended."""
        return self.home / "metrics"

    @property
    def keys(self) -> Path:
        """Folder of signing keys; never in the repository or an image."""
        return self.home / "keys"

    @property
    def database(self) -> str:
        """SQLAlchemy address of the database; it names the file of the password, never the password in it."""
        address = self.database_url or f"sqlite:///{self.home / 'riskscore.db'}"
        if self.database_password_file is None:
            return address
        return f"{address}{'&' if '?' in address else '?'}password_file={quote(str(self.database_password_file))}"
