"""Commands for the exchange with partner agencies."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated

import typer

from riskscore import steps
from riskscore.cli.run import DAY
from riskscore.settings import Settings

app = typer.Typer(no_args_is_help=True)


@app.command("create")
def create(
    partner: Annotated[str, typer.Option(help="Partner code of an agreement, such as ES.")],
    day: Annotated[datetime, typer.Option(formats=[DAY], help="Day of the scores.")],
    today: Annotated[
        datetime | None, typer.Option(formats=[DAY], help="Day of the export; default: the setting's, or today.")
    ] = None,
) -> None:
    """Make the signed bundle of one day for one partner."""
    settings = Settings.load()
    made = steps.export_day(settings, partner, day.date(), today=_day_of(today, settings))
    typer.echo(f"{'made' if made.is_new else 'unchanged'}: {made.folder} (sequence {made.edition.sequence})")
    typer.echo(f"public key: {steps.signing_keys(settings).public_path}")


@app.command("verify")
def verify(
    folder: Annotated[Path, typer.Argument(help="The bundle.")],
    key: Annotated[Path, typer.Option(help="The sender's public key (PEM).")],
    recipient: Annotated[str, typer.Option(help="Who we are: the bundle must be for us.")],
    state: Annotated[Path | None, typer.Option(help="File that remembers the last sequence accepted.")] = None,
    now: Annotated[
        datetime | None, typer.Option(formats=[DAY], help="Judge expiry on this day; default: the setting's, or today.")
    ] = None,
) -> None:
    """Accept a bundle, or say what is wrong with it and leave with 3."""
    manifest = steps.verify(folder, key, recipient=recipient, state=state, today=_day_of(now, Settings.load()))
    typer.echo(
        f"accepted: sequence {manifest.sequence} for {manifest.recipient}, scores of {manifest.created_for}, "
        f"{sum(entry.rows for entry in manifest.files)} rows in {len(manifest.files)} files, "
        f"to be used until {manifest.expires_on}"
    )


def _day_of(given: datetime | None, settings: Settings) -> date:
    """Return the day to act on: the one given, else the setting's, else the real one."""
    return given.date() if given else settings.today or datetime.now(UTC).date()
