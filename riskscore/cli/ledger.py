"""Commands about what was done: the runs of steps, and why a container had its score."""

import datetime
from typing import TYPE_CHECKING, Annotated

import typer

from riskscore import steps
from riskscore.cli.days import FORM, day_of
from riskscore.cli.progress import one_bar
from riskscore.cli.tables import LIST_WIDTH, legible, print_table
from riskscore.settings import Settings

if TYPE_CHECKING:
    from riskscore.steps.explaining import Why

MOST_RUNS = 10_000
RUN_HEADINGS = (
    "run",
    "step",
    "for",
    "attempt",
    "state",
    "began (UTC)",
    "took s",
    "rows",
    "error",
    "what to know or do",
)
FEATURES_SHOWN = 20


def runs(
    day: Annotated[
        datetime.date | None, typer.Option(parser=day_of, metavar=FORM, help="Only runs for this day.")
    ] = None,
    step: Annotated[str, typer.Option(help="Only runs of this step, such as build_features.")] = "",
    state: Annotated[str, typer.Option(help="Only runs in this state: running, done, failed or stale.")] = "",
    most: Annotated[int, typer.Option(min=1, max=MOST_RUNS, help="At most this many runs, the newest.")] = 50,
) -> None:
    """Show which steps ran, for what, what came of it, and what to do where one failed or never ended."""
    found = steps.runs(Settings.load(), day=day, step=step, state=state, most=most)
    rows = [
        (
            one.number,
            one.step,
            one.partition,
            one.attempt,
            one.state,
            f"{one.began_at:%Y-%m-%d %H:%M:%S}",
            "" if one.seconds is None else f"{one.seconds:.1f}",
            "" if one.rows is None else one.rows,
            one.error,
            one.then,
        )
        for one in found
    ]
    print_table(RUN_HEADINGS, rows, title="Runs, newest first", width=LIST_WIDTH)


def why(
    container: Annotated[str, typer.Argument(help="Container number, such as MSKU1234565.")],
    date: Annotated[datetime.date, typer.Argument(parser=day_of, metavar=FORM, help="Day of the score.")],
    unit: Annotated[str, typer.Option(help="Port unit, where the container was scored for several.")] = "",
    voyage: Annotated[str, typer.Option(help="Voyage, where the container was scored on several.")] = "",
    every: Annotated[bool, typer.Option("--all", help="Show every feature, not only the strongest.")] = False,
    names: Annotated[bool, typer.Option("--names", help="Also show the names of shipper and consignee.")] = False,
) -> None:
    """Rebuild a past score from the facts, model and code of its day, and say whether it is the one that was kept."""
    with one_bar("rebuild the day"):
        found = steps.why(Settings.load(), container, date, unit=unit, voyage=voyage, names=names)
    typer.echo(f"{found.container_number} on voyage {found.voyage_id} for {found.unit}, {found.day}")
    typer.echo(
        f"score: {found.probability:.4%} (raw {found.raw!r}), rank {found.rank} of the unit's day, "
        f"{found.coverage:.1%} of the model's input was known"
    )
    for number, reason in enumerate(found.reasons, start=1):
        typer.echo(f"reason {number}: {legible(reason)}")
    for role, name in found.parties.items():
        typer.echo(f"{role}: {legible(name)}")
    shown = found.features if every else found.features[:FEATURES_SHOWN]
    title = f"{len(shown)} of {len(found.features)} features, strongest push first"
    cells = [(one.name, _number(one.value), _number(one.usual), f"{one.push:+.4f}", one.meaning) for one in shown]
    print_table(("feature", "value", "usual", "push", "what it says"), cells, title=title, width=LIST_WIDTH)
    facts = [
        (one.table, one.because, one.delivery_number, one.delivery_id, one.row_number, one.known_day)
        for one in found.facts
    ]
    headings = ("table", "because", "delivery", "delivery id", "row", "known from")
    print_table(headings, facts, title="Facts known at the cut-off", width=LIST_WIDTH)
    _tell_provenance(found)


def _tell_provenance(found: "Why") -> None:
    """Say what it was rebuilt from, and whether that is what was kept."""
    versions = ", ".join(f"{table} {version}" for table, version in found.versions.items())
    typer.echo(f"rebuilt from: {found.basis}" + (f" ({versions})" if versions else ""))
    typer.echo(f"model: {found.model}")
    typer.echo(f"code: {found.code.then} then, {found.code.now} now")
    for name in found.code.changed:
        typer.echo(f"  changed since: {name}")
    verdict = "equal to the bit" if found.is_equal else f"not equal in {len(found.differences)} thing(s)"
    typer.echo(
        f"the kept score and features: {verdict}; of the whole day, "
        f"{found.same_rows} of {found.all_rows} scores are equal to the bit"
    )
    for difference in found.differences:
        typer.echo(f"  {legible(difference)}")


def _number(value: float | None) -> str:
    return "not known" if value is None else f"{value:.6g}"
