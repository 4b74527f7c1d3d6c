"""Commands that keep the desk's accounts."""

from typing import TYPE_CHECKING, Annotated

import typer

from riskscore.cli.tables import print_table
from riskscore.settings import Settings

if TYPE_CHECKING:
    from riskscore.desk import Desk, Officer

users = typer.Typer(no_args_is_help=True)

Name = Annotated[str, typer.Argument(help="Name of the account.")]
HEADINGS = ("name", "role", "unit", "state", "sessions", "last login (UTC)")


@users.command("add")
def add(
    name: Name,
    role: Annotated[str, typer.Option(help="officer, supervisor, data_engineer or auditor.")],
    unit: Annotated[str, typer.Option(help="Port unit of an officer or supervisor, by UN/LOCODE.")] = "",
) -> None:
    """Make an account at the desk and print its one-time password, once."""
    from riskscore import desk  # noqa: PLC0415 pandas, only when it is needed

    password = desk.add_account(_keeper(), _desk(), name=name, role=role, unit=unit.upper())
    typer.echo(f"one-time password of {name}: {password}")


@users.command("list")
def list_users() -> None:
    """Print every account: role, unit, whether it is open, sessions alive."""
    from riskscore import desk  # noqa: PLC0415 as above

    rows = [
        [
            one.name,
            one.role.value,
            one.unit,
            "open" if one.is_enabled else "closed",
            str(one.sessions),
            f"{one.last_login_at:%Y-%m-%d %H:%M}" if one.last_login_at else "never",
        ]
        for one in desk.accounts(_keeper(), _desk())
    ]
    print_table(HEADINGS, rows, title="Accounts")


@users.command("disable")
def disable(name: Name) -> None:
    """Close an account and end its sessions."""
    from riskscore import desk  # noqa: PLC0415 as above

    desk.disable_account(_keeper(), _desk(), name)
    typer.echo(f"{name} is closed; its sessions have ended")


@users.command("password")
def password(name: Name) -> None:
    """Give an account a new one-time password, open it again, end its sessions; print the password, once."""
    from riskscore import desk  # noqa: PLC0415 as above

    typer.echo(f"one-time password of {name}: {desk.reset_password(_keeper(), _desk(), name)}")


@users.command("revoke")
def revoke(name: Name) -> None:
    """End every session of an account; it may log in again."""
    from riskscore import desk  # noqa: PLC0415 as above

    typer.echo(f"{desk.revoke_sessions(_keeper(), _desk(), name)} session(s) of {name} ended")


def _desk() -> "Desk":
    from riskscore.desk import Desk  # noqa: PLC0415 as above

    return Desk.of(Settings.load())


def _keeper() -> "Officer":
    """Return who acts at the terminal: whoever may read the settings may keep accounts."""
    from riskscore.desk import Officer, Role  # noqa: PLC0415 as above

    return Officer("terminal", Role.DATA_ENGINEER)
