"""A home with a demo of the usual size in it: features and outcomes to learn from, models to score with."""

from pathlib import Path

from riskscore import steps
from riskscore.settings import Settings


def demo_home(folder: Path) -> Settings:
    """Return the settings of the demo below `folder`, made there if need be (about two minutes)."""
    settings = Settings(home=folder / "demo")
    if not (settings.home / "done").exists():
        steps.run_demo(settings, steps.demo_world(settings.seed, days=120, live_days=1, scale=1.0))
        (settings.home / "done").touch()
    return settings
