"""A home with a demo of the usual size in it: features and outcomes to learn from, models to score with."""

from pathlib import Path

from riskscore import steps
from riskscore.settings import Settings
from riskscore.steps.processes import processes


def demo_home(folder: Path) -> Settings:
    """Return the settings of the demo below `folder`, made there if need be (about two minutes).

    In a process of its own: a step tells its process how to use memory, which is not for whoever is measured here.
    """
    settings = Settings(home=folder / "demo")
    if not (settings.home / "done").exists():
        with processes(1) as aside:
            aside.submit(_make, settings).result()
        (settings.home / "done").touch()
    return settings


def _make(settings: Settings) -> None:
    steps.run_demo(settings, steps.demo_world(settings.seed, days=120, live_days=1, scale=1.0))
