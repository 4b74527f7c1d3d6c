"""Where a command computes: on this machine, or on a Dask cluster."""

from typing import Annotated

import typer

from riskscore import steps
from riskscore.settings import DASK, Settings


def address_of(text: str) -> str:
    """Read an address; raise BadParameter, which the command line shows beside the option, where it is none."""
    if text and not DASK.fullmatch(text):
        raise typer.BadParameter(f"{text!r} is no cluster; write tcp://HOST:PORT, tls://HOST:PORT or local:N")
    return text


Dask = Annotated[
    str | None,
    typer.Option(
        "--dask",
        parser=address_of,
        metavar="ADDRESS",
        help="Compute on a Dask cluster: tcp://HOST:PORT, tls://HOST:PORT, or local:N for N processes made here; "
        "default: the setting's, or this machine; empty: this machine.",
    ),
]


def settings_for(dask: str | None) -> Settings:
    """Return the settings, with the cluster of --dask where it is given: an empty one means none for this command.

    Raises CrewError, before anything is done, where they name a cluster that does not answer.
    """
    settings = Settings.load() if dask is None else Settings.load(dask=dask)
    if settings.dask:
        steps.require_crew(settings)
    return settings
