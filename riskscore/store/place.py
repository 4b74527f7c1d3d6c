"""Where the lake lies, a folder or an address in an object store: its tables' addresses, its files, its refusals."""

import os
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import pyarrow.fs as pafs
from deltalake.exceptions import CommitFailedError, DeltaError

from riskscore.errors import LakeAccessError, SettingsError

ACCESS = (
    "AWS_ACCESS_KEY_ID",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN",
    "AWS_REGION",
    "AWS_DEFAULT_REGION",
    "AWS_ENDPOINT_URL",
    "AWS_ALLOW_HTTP",
    "AWS_VIRTUAL_HOSTED_STYLE_REQUEST",
)
"""What the environment or the secrets file may say of an object store."""
PATIENCE = ("MAX_RETRIES", "RETRY_TIMEOUT", "CONNECT_TIMEOUT", "TIMEOUT")
"""What only the secrets file may say: how often and how long (`30s`) to try."""

ADDRESS = re.compile(r"s3a?://[a-z0-9][a-z0-9.-]*(/[\w=+-][\w.=+-]*)*/?")
ENDPOINT = re.compile(r"https?://[\w.-]+(:\d+)?/?")
SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+:")

REFUSALS = (
    (
        "NoSuchBucket",
        "there is no such bucket",
        "Make it, or correct RISKSCORE_LAKE.",
    ),
    (
        r"169\.254\.",  # where a machine in a cloud asks for its own
        "no credentials were found",
        "Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or name a file of them in RISKSCORE_LAKE_SECRETS.",
    ),
    (
        r"\b40[13] |ACCESS_DENIED|lacked the necessary privileges",
        "access is denied",
        "Check the credentials, and that they may list, read and write there.",
    ),
    (
        "scheme is not allowed",
        "its endpoint is http, which anyone on the way can read",
        "Use https, or set AWS_ALLOW_HTTP=true on a network of your own.",
    ),
    (
        "configured region",
        "it lies in another region",
        "Correct AWS_REGION.",
    ),
    (
        "conditional put",
        "it is set not to write on a condition, so that two writers could lose each other's work",
        "Unset AWS_CONDITIONAL_PUT.",
    ),
    (
        r"Failed to parse config",
        "one of its settings makes no sense",
        "Correct the AWS_ variables, or the file RISKSCORE_LAKE_SECRETS names.",
    ),
    (
        r"sending request|NETWORK_CONNECTION|[Tt]imed? ?out|\b50\d ",
        "it does not answer",
        "Check that it runs, and AWS_ENDPOINT_URL.",
    ),
    (
        "not found|does not exist|NO_SUCH_KEY",
        "a file of it is gone",
        "Check that nothing else cleans up there.",
    ),
)
"""What an object store's words mean (a pattern), and what to do; the first that fits is told."""


@dataclass(frozen=True)
class Place:
    """A folder, or an address in an object store whose access is read anew each time, and kept nowhere."""

    address: str
    secrets: Path | None = None
    """A file of lines NAME=value; what it says counts before the environment."""

    def __post_init__(self) -> None:
        if SCHEME.match(self.address) and not ADDRESS.fullmatch(self.address):
            raise SettingsError(
                "RISKSCORE_LAKE is neither a folder nor an address like s3://bucket/path (not shown: it may hold a "
                "password). Credentials and endpoint go into AWS_ variables, or the file RISKSCORE_LAKE_SECRETS names."
            )

    @property
    def is_folder(self) -> bool:
        """Tell whether the lake lies on a disk of this machine."""
        return not SCHEME.match(self.address)

    def table(self, name: str) -> str:
        """Return the address of a table."""
        return str(Path(self.address).absolute() / name) if self.is_folder else f"{self.address.rstrip('/')}/{name}"

    def options(self) -> dict[str, str]:
        """Return what gives access: nothing to a folder; raise SettingsError where it cannot be right."""
        if self.is_folder:
            return {}
        given = {name: value for name in ACCESS if (value := os.environ.get(name))}
        options = given | (_listed(self.secrets) if self.secrets else {})
        if not ENDPOINT.fullmatch(options.get("AWS_ENDPOINT_URL", "https://amazon")):
            raise SettingsError(
                "AWS_ENDPOINT_URL is no address of a server. Write it like https://s3.example.org:9000."
            )
        return {name if name in ACCESS else name.lower(): value for name, value in options.items()}

    def files(self, table: str) -> pafs.FileSystem:
        """Return the files of a table, their paths beginning there."""
        if self.is_folder:
            return pafs.SubTreeFileSystem(self.table(table), pafs.LocalFileSystem())
        _, _, below = self.table(table).partition("://")
        return pafs.SubTreeFileSystem(below, _s3(tuple(self.options().items())))

    @contextmanager
    def reached(self) -> Iterator[None]:
        """Tell what an object store refuses as a LakeAccessError; a lost race, and all that a folder does, pass."""
        try:
            yield
        except CommitFailedError:
            raise
        except (OSError, DeltaError) as error:
            if self.is_folder or getattr(error, "filename", None):  # what lies beside the lake lies on a disk
                raise
            raise self._refusal(error) from None

    def _refusal(self, error: Exception) -> LakeAccessError:
        told, endpoint = str(error), self.options().get("AWS_ENDPOINT_URL")
        where = f"{self.address} (at {endpoint})" if endpoint else self.address
        for pattern, problem, remedy in REFUSALS:
            if re.search(pattern, told):
                return LakeAccessError(address=where, problem=problem, remedy=remedy)
        kind = f"it failed in a way we do not know ({type(error).__name__})"
        return LakeAccessError(address=where, problem=kind, remedy="Look into the object store's own log.")


def _listed(file: Path) -> dict[str, str]:
    """Read a file of lines NAME=value; raise SettingsError, quoting no value."""
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(
            f"RISKSCORE_LAKE_SECRETS: {file} cannot be read ({type(error).__name__}). Correct the path, or its rights."
        ) from None
    found = dict[str, str]()
    for number, line in enumerate(lines, start=1):
        name, equals, value = (part.strip() for part in line.partition("="))
        if not name or name.startswith("#"):
            continue
        if name not in (*ACCESS, *PATIENCE) or not (equals and value):
            raise SettingsError(
                f"RISKSCORE_LAKE_SECRETS: line {number} of {file} is not NAME=value with a name among "
                f"{', '.join((*ACCESS, *PATIENCE))}. Correct it."
            )
        found[name] = value
    return found


@lru_cache(maxsize=4)
def _s3(access: tuple[tuple[str, str], ...]) -> pafs.S3FileSystem:
    """Return the files of every bucket that this access opens; made once, as connections are kept open."""
    options: Mapping[str, str] = dict(access)
    retries = int(options.get("max_retries", "10"))
    return pafs.S3FileSystem(
        access_key=options.get("AWS_ACCESS_KEY_ID"),
        secret_key=options.get("AWS_SECRET_ACCESS_KEY"),
        session_token=options.get("AWS_SESSION_TOKEN"),
        region=options.get("AWS_REGION") or options.get("AWS_DEFAULT_REGION"),
        endpoint_override=options.get("AWS_ENDPOINT_URL"),
        force_virtual_addressing=options.get("AWS_VIRTUAL_HOSTED_STYLE_REQUEST", "").lower() == "true",
        retry_strategy=pafs.AwsStandardS3RetryStrategy(max_attempts=retries + 1),
    )
