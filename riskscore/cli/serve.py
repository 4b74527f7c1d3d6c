"""The command that serves the desk to browsers."""

import gc
from pathlib import Path
from typing import Annotated

import typer

from riskscore.errors import SettingsError
from riskscore.settings import Settings

Certificate = Annotated[Path | None, typer.Option("--certificate", help="Our TLS certificate (PEM), with --key.")]
Key = Annotated[Path | None, typer.Option("--key", help="The private key of that certificate (PEM).")]


def serve(
    host: Annotated[str, typer.Option(help="Address to listen on; 0.0.0.0: every one this machine has.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to listen on.", min=1, max=65535)] = 8000,
    certificate: Certificate = None,
    key: Key = None,
) -> None:
    """Serve the desk to browsers until it is stopped; the first run prints a one-time password."""
    import uvicorn  # noqa: PLC0415 the web's libraries, only where they are served

    from riskscore import desk  # noqa: PLC0415 pandas, only where it is used
    from riskscore.web import create_app  # noqa: PLC0415 the web's libraries

    if (certificate is None) != (key is None):
        raise SettingsError("--certificate and --key go together. Give both, or neither behind a proxy that has them.")
    settings = _addressed(Settings.load(), host, port, is_https=certificate is not None)
    app = create_app(settings)
    password = desk.first_account(app.state.counter)
    if password is not None:
        typer.echo(f"The first account is admin, its one-time password {password} (shown this once).")
    gc.collect()
    gc.freeze()  # libraries stay: a long list need not be interrupted to look through them for rubbish
    typer.echo(f"The desk is at {settings.web_address}; stop it with Ctrl-C.", err=True)
    uvicorn.run(
        app,
        host=host,
        port=port,
        ssl_certfile=certificate,
        ssl_keyfile=key,
        access_log=False,  # addresses of pages name containers; who read them is in the audit
        log_level="warning",
        server_header=False,
    )


def _addressed(settings: Settings, host: str, port: int, *, is_https: bool) -> Settings:
    """Return the settings with the address of the desk, taken from what is listened on where nobody set it."""
    if settings.web_address:
        return settings
    shown = f"[{host}]" if ":" in host else host
    return settings.model_copy(update={"web_address": f"{'https' if is_https else 'http'}://{shown}:{port}"})
