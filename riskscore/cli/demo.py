"""The demo command: an invented world from raw deliveries to ranked queues."""

from typing import Annotated

import typer

from riskscore import steps
from riskscore.cli.clusters import Dask, settings_for
from riskscore.cli.lists import print_queue, print_voyages
from riskscore.cli.progress import progress_bars
from riskscore.cli.tables import print_table
from riskscore.errors import SettingsError

DEMO_UNIT = "NLRTM"
LEAST_HISTORY = 85
"""Days before the live ones from which both models can learn: fewer leave a part of theirs without any finds."""


def demo(
    days: Annotated[int, typer.Option(min=LEAST_HISTORY + 1, help="Days of the world.")] = 120,
    scale: Annotated[
        float, typer.Option(min=0.1, help="1 is about 1,500 containers a day; in a small world little may be found.")
    ] = 1.0,
    live: Annotated[int, typer.Option(min=1, help="Last days, lived one by one.")] = 3,
    seed: Annotated[int | None, typer.Option(min=0, help="Seed of the world; default: the setting's.")] = None,
    dask: Dask = None,
) -> None:
    """Send an invented world through the whole pipeline and show what each user gets."""
    settings = settings_for(dask)
    if days - live < LEAST_HISTORY:
        raise SettingsError(
            f"{days} days, {live} of them live, leave {days - live} to learn from, {LEAST_HISTORY} are the least. "
            f"Give --days {live + LEAST_HISTORY} or more."
        )
    with progress_bars() as report:
        spec = steps.demo_world(settings.seed if seed is None else seed, days=days, live_days=live, scale=scale)
        result = steps.run_demo(settings, spec, report=report)
    print_queue(settings, DEMO_UNIT, result.last_day)
    print_voyages(settings, DEMO_UNIT, result.last_day)
    sums = steps.reconciled(settings)
    headings = [str(name).replace("_", " ") for name in sums.columns]
    print_table(headings, sums.itertuples(index=False), title="Deliveries, reconciled")
    chosen = result.precision
    typer.echo(
        f"Precision at capacity over {result.live_days} live days of this invented world: "
        f"{chosen.precision.rate:.1%} of {chosen.chosen} containers chosen by rule and score held contraband "
        f"({chosen.hits} finds), against {chosen.random_precision:.1%} by random choice: {chosen.ratio.rate:.1f} times "
        f"(95 % interval {chosen.ratio.low:.1f} to {chosen.ratio.high:.1f})."
    )
    for partner, (folder, manifest) in result.bundles.items():
        rows = sum(entry.rows for entry in manifest.files)
        typer.echo(f"Export for {partner} verified: sequence {manifest.sequence}, {rows} rows, {folder}")
    typer.echo(f"All figures are of an invented world. Everything lies in {settings.home}.")
