"""Commands about models and features."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated

import typer

from riskscore import steps
from riskscore.cli.clusters import Dask, settings_for
from riskscore.cli.days import FORM, Day, Until, begun, day_of, days_of
from riskscore.cli.progress import progress_bars
from riskscore.cli.tables import LIST_WIDTH, print_table
from riskscore.settings import Settings


def train(
    model: Annotated[str, typer.Argument(help="A folder of models/, such as container_risk.")],
    day: Annotated[
        date, typer.Option(parser=day_of, metavar=FORM, help="Learn from what was known at this day's cut-off.")
    ],
    dask: Dask = None,
) -> None:
    """Train a model on outcomes as they were known; if its rule says so it scores the days after."""
    settings = settings_for(dask)
    (day,) = begun([day], settings)
    with progress_bars() as report:
        artefact, decision = steps.train_model(settings, model, day, report=report)
    judged = artefact.record.metrics[-1]
    typer.echo(
        f"{model} {artefact.artefact_id[:12]}: AUC {judged.auc:.3f}, average precision {judged.average_precision:.3f} "
        f"on {judged.rows} later rows; card in {settings.artefacts / model / artefact.artefact_id / 'card.md'}"
    )
    typer.echo(f"{'promoted' if decision.is_promoted else 'not promoted'}: {decision.why}")


def learn(
    day: Day,
    until: Until = None,
    score_last: Annotated[
        int, typer.Option(min=1, help="Last days that the first container model scores, for the voyage model to learn.")
    ] = 35,
    dask: Dask = None,
) -> None:
    """Begin: train first models on a history that was taken in, and close its days."""
    settings = settings_for(dask)
    days = begun(days_of(day, until), settings)
    with progress_bars() as report:
        steps.learn_from_history(settings, days[0], days[-1], scored_days=score_last, report=report)
    typer.echo(f"learned from {days[0]} to {days[-1]}; the day after is the first to run")


def catalogue(
    grain: Annotated[str, typer.Argument(help="container, voyage or declaration")] = "container",
    markdown: Annotated[bool, typer.Option("--markdown", help="Print it as features/README.md shows it.")] = False,
) -> None:
    """Print every feature of a grain with its sentence."""
    sentences = steps.feature_catalogue(Settings.load(), grain)
    if markdown:
        typer.echo(as_markdown(grain, sentences))
        return
    title = f"{len(sentences)} features of a {grain}"
    print_table(("feature", "what it says"), sentences.items(), title=title, width=LIST_WIDTH)


def as_markdown(grain: str, sentences: Mapping[str, str]) -> str:
    """Return the features of a grain as a section of a page."""
    rows = [f"| `{name}` | {sentence} |" for name, sentence in sentences.items()]
    return "\n".join([f"### {grain}: {len(rows)} features", "", "| feature | what it says |", "|---|---|", *rows])
