"""Commands for whoever looks after the database: its version, to another one, its roles."""

from pathlib import Path
from typing import Annotated

import typer

from riskscore import steps
from riskscore.settings import Settings

app = typer.Typer(no_args_is_help=True)


@app.command()
def status() -> None:
    """Tell which version the database's tables have; leave with 2 where it is not this release's."""
    state = steps.database_state(Settings.load())
    typer.echo(f"tables at {state.found or 'no version'}; this release wants {state.newest}")
    state.require_current()


@app.command()
def upgrade() -> None:
    """Bring the database's tables, and every role's rights, to this release."""
    typer.echo(f"tables at {steps.upgrade_database(Settings.load()).found}")


@app.command()
def downgrade(
    to: Annotated[str, typer.Option("--to", help="Version to go back to, or base: no table at all.")],
) -> None:
    """Take the database's tables back to an older version; what only newer ones hold is lost."""
    typer.echo(f"tables at {steps.downgrade_database(Settings.load(), to).found or 'no version'}")


@app.command()
def roles(
    *,
    apply: Annotated[
        bool, typer.Option("--apply", help="Run it; RISKSCORE_DATABASE_URL names an administrator.")
    ] = False,
    passwords: Annotated[
        Path | None, typer.Option(help="Folder of files called like the roles, each with its password; with --apply.")
    ] = None,
) -> None:
    """Print the SQL that makes every role on PostgreSQL, or run it as its administrator."""
    if not apply:
        typer.echo("".join(f"{statement};\n" for statement in steps.database_roles()), nl=False)
        return
    given = steps.make_database_roles(Settings.load(), passwords)
    typer.echo(f"roles made; passwords set: {', '.join(given) or 'none'}")
