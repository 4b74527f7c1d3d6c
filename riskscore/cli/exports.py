"""Commands for the exchange with partner agencies."""

from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from riskscore import steps
from riskscore.cli.days import FORM, day_of, today_of
from riskscore.settings import Settings

app = typer.Typer(no_args_is_help=True)


@app.command("create")
def create(
    partner: Annotated[str, typer.Option(help="Partner code of an agreement, such as ES.")],
    day: Annotated[date, typer.Option(parser=day_of, metavar=FORM, help="Day of the scores.")],
    today: Annotated[
        date | None,
        typer.Option(parser=day_of, metavar=FORM, help="Day of the export; default: the setting's, or today."),
    ] = None,
) -> None:
    """Make the signed bundle of one day for one partner."""
    settings = Settings.load()
    made = steps.export_day(settings, partner, day, today=today or today_of(settings))
    typer.echo(f"{'made' if made.is_new else 'unchanged'}: {made.folder} (sequence {made.edition.sequence})")
    typer.echo(f"public key: {steps.signing_keys(settings).public_path}")


@app.command("verify")
def verify(
    folder: Annotated[Path, typer.Argument(help="The bundle.")],
    key: Annotated[Path, typer.Option(help="The sender's public key (PEM).")],
    recipient: Annotated[str, typer.Option(help="Who we are: the bundle must be for us.")],
    state: Annotated[Path | None, typer.Option(help="File that remembers the last sequence accepted.")] = None,
    now: Annotated[
        date | None,
        typer.Option(parser=day_of, metavar=FORM, help="Judge expiry on this day; default: the setting's, or today."),
    ] = None,
) -> None:
    """Accept a bundle, or say what is wrong with it and leave with 3."""
    today = now or today_of(Settings.load())
    manifest = steps.verify(folder, key, recipient=recipient, state=state, today=today)
    typer.echo(
        f"accepted: sequence {manifest.sequence} for {manifest.recipient}, scores of {manifest.created_for}, "
        f"{sum(entry.rows for entry in manifest.files)} rows in {len(manifest.files)} files, "
        f"to be used until {manifest.expires_on}"
    )
