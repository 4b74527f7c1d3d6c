"""The demo command: an invented world from raw deliveries to ranked queues."""

from typing import Annotated

import typer
from rich.table import Table

from riskscore import steps
from riskscore.cli.console import console
from riskscore.cli.lists import print_queue, print_voyages
from riskscore.cli.progress import progress_bars
from riskscore.settings import Settings

DEMO_UNIT = "NLRTM"


def demo(
    days: Annotated[int, typer.Option(min=60, help="Days of the world.")] = 120,
    scale: Annotated[float, typer.Option(min=0.1, help="1 is about 1,500 containers a day.")] = 1.0,
    live: Annotated[int, typer.Option(min=1, help="Last days, lived one by one.")] = 3,
    seed: Annotated[int | None, typer.Option(help="Seed of the world; default: the setting's.")] = None,
) -> None:
    """Send an invented world through the whole pipeline and show what each user gets."""
    settings = Settings.load()
    with progress_bars() as report:
        spec = steps.demo_world(settings.seed if seed is None else seed, days=days, live_days=live, scale=scale)
        result = steps.run_demo(settings, spec, report=report)
    screen = console()
    print_queue(settings, DEMO_UNIT, result.last_day)
    print_voyages(settings, DEMO_UNIT, result.last_day)
    screen.print(_reconciliation(settings))
    chosen = result.precision
    screen.print(
        f"Precision at capacity over {result.live_days} live days of this invented world: "
        f"{chosen.precision.rate:.1%} of {chosen.chosen} containers chosen by rule and score held contraband "
        f"({chosen.hits} finds), against {chosen.random_precision:.1%} by random choice: {chosen.ratio.rate:.1f} times "
        f"(95 % interval {chosen.ratio.low:.1f} to {chosen.ratio.high:.1f})."
    )
    for partner, (folder, manifest) in result.bundles.items():
        rows = sum(entry.rows for entry in manifest.files)
        screen.print(f"Export for {partner} verified: sequence {manifest.sequence}, {rows} rows, {folder}")
    screen.print(f"All figures are of an invented world. Everything lies in {settings.home}.")


def _reconciliation(settings: Settings) -> Table:
    sums = steps.reconciled(settings)
    table = Table(*(str(name).replace("_", " ") for name in sums.columns), title="Deliveries, reconciled")
    for row in sums.itertuples(index=False):
        table.add_row(*map(str, row))
    return table
