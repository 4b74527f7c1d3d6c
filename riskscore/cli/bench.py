"""Commands that measure the engine on real-derived data."""

import json
import math
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from riskscore import steps
from riskscore.cli.progress import progress_bars
from riskscore.cli.tables import print_table
from riskscore.settings import Settings

if TYPE_CHECKING:
    from riskscore.steps.kcs import KcsResult

app = typer.Typer(no_args_is_help=True)


@app.callback()
def bench() -> None:
    """Measure the engine on real-derived data."""


@app.command("kcs")
def kcs(
    data: Annotated[Path, typer.Option(help="Folder with the published CSV files.", exists=True, file_okay=False)],
    seeds: Annotated[int, typer.Option(min=1, help="How many seeds to train with.")] = 5,
    as_json: Annotated[bool, typer.Option("--json", help=r"Print model -> target -> metric -> \[mean, sd].")] = False,
) -> None:
    """Replay the KCS import declarations: train on 2020, judge on what lies after 2021-03.

    Rows without a twin: no declaration of 2020 had the same terms and price, so that none can be recognised as a copy.
    """
    with tempfile.TemporaryDirectory(prefix="riskscore-kcs-") as home, progress_bars() as report:
        result = steps.bench_kcs(
            Settings.load(home=Path(home), lake="", database_url=""), data, seeds=seeds, report=report
        )
    _warn(result)
    if as_json:
        typer.echo(json.dumps(steps.by_metric(result.figures)))
        return
    models = list(result.figures)
    for target, metrics in result.figures[models[0]].items():
        rows = ([name, *(_cell(*result.figures[model][target][name]) for model in models)] for name in metrics)
        print_table(("metric", *models), rows, title=target)
    typer.echo(
        f"{result.rows} declarations of {result.days}, {result.rows_without_twin} of them without a twin in 2020; "
        f"mean and sd of {seeds} seed(s). Models' cards say what these figures do not show."
    )


def _warn(result: "KcsResult") -> None:
    """Say on standard error what the figures must not be taken for."""
    if not result.is_held_out:
        typer.echo(
            f"Nothing later than {result.days} there: choices were made on these days, so it flatters.", err=True
        )
    if result.rows_set_aside:
        typer.echo(f"{result.rows_set_aside} row(s) broke the contract and are left out.", err=True)


def _cell(mean: float, sd: float) -> str:
    """Return a figure as the table shows it."""
    return "too few rows" if math.isnan(mean) else f"{mean:.3f} ± {sd:.3f}"
