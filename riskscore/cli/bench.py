"""Commands that measure the engine on real-derived data."""

import json
import tempfile
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from riskscore import steps
from riskscore.cli.progress import progress_bars
from riskscore.settings import Settings

app = typer.Typer(no_args_is_help=True)


@app.callback()
def bench() -> None:
    """Measure the engine on real-derived data."""


@app.command("kcs")
def kcs(
    data: Annotated[Path, typer.Option(help="Folder with the published CSV files.", exists=True, file_okay=False)],
    seeds: Annotated[int, typer.Option(min=1, help="How many seeds to train with.")] = 5,
    as_json: Annotated[bool, typer.Option("--json", help="Print model -> target -> metric -> [mean, sd].")] = False,
) -> None:
    """Replay the KCS import declarations: train on 2020, judge on what lies after 2021-03."""
    with tempfile.TemporaryDirectory(prefix="riskscore-kcs-") as home, progress_bars() as report:
        result = steps.bench_kcs(Settings.load(home=Path(home), database_url=""), data, seeds=seeds, report=report)
    what = "held out" if result.is_held_out else "the quarter choices were made on: these figures flatter"
    title = f"{result.rows} declarations of {result.days} ({what}); mean and sd of {seeds} seeds"
    if as_json:
        typer.echo(title, err=True)
        typer.echo(json.dumps(steps.by_metric(result.figures)))
        return
    for target in next(iter(result.figures.values())):
        table = Table("metric", *result.figures, title=f"{target}: {title}")
        for metric in result.figures["lightgbm"][target]:
            cells = [by_target[target][metric] for by_target in result.figures.values()]
            table.add_row(metric, *(f"{mean:.3f} ± {sd:.3f}" for mean, sd in cells))
        Console().print(table)
