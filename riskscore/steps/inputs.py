"""Inputs: which feeds a day's lists wait for, which are in, and until when it is worth waiting."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Annotated

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from sqlalchemy import select

from riskscore.errors import SettingsError
from riskscore.settings import Settings
from riskscore.steps.arriving import arrivals_in
from riskscore.steps.contracted import feeds
from riskscore.steps.workspace import open_workspace
from riskscore.store.database import Delivery
from riskscore.strict_yaml import strict_yaml


class Awaited(BaseModel):
    """What data_contracts/awaited.yaml says: files a day by feed, and how many hours they may be late."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    files: dict[str, Annotated[int, Field(ge=1)]]
    hours_after_cutoff: Annotated[int, Field(ge=0, lt=24)]


@dataclass(frozen=True)
class Inputs:
    """What a day's lists wait for, as seen at one instant."""

    missing: tuple[str, ...]
    """Feeds that a day needs and that have not come, or not with all their files."""
    is_past_cutoff: bool
    is_past_deadline: bool

    @property
    def is_due(self) -> bool:
        """Tell whether the day's lists are to be made now: nothing is missing, or it is too late to wait."""
        return self.is_past_cutoff and (not self.missing or self.is_past_deadline)

    @property
    def sentence(self) -> str:
        """What lists made now say of it."""
        return made_without(self.missing)


def made_without(missing: Sequence[str]) -> str:
    """Return what an officer should know of it; nothing where nothing is missing."""
    return f"Made without {', '.join(missing)}: not in by the deadline." if missing else ""


def inputs_dropped(settings: Settings, day: date, *, now: datetime) -> Inputs:
    """Return what is missing of a day's inputs, counting files in the drop folder and deliveries on record."""
    dropped = Counter(arrival.feed for arrival in arrivals_in(settings, day, day))
    return _inputs(settings, day, now, dropped | _landed(settings, day))


def inputs_landed(settings: Settings, day: date, *, now: datetime) -> Inputs:
    """Return what is missing of a day's inputs, counting deliveries on record that its lists can know."""
    return _inputs(settings, day, now, _landed(settings, day))


def missing_feeds(settings: Settings, day: date) -> tuple[str, ...]:
    """Return the feeds that a day's lists were made without; what comes after the day was closed never counts."""
    return inputs_landed(settings, day, now=settings.cutoff(day)).missing


def _inputs(settings: Settings, day: date, now: datetime, there: Counter[str]) -> Inputs:
    awaited = awaited_feeds(settings)
    cutoff = settings.cutoff(day)
    return Inputs(
        missing=tuple(feed for feed, least in awaited.files.items() if there[feed] < least),
        is_past_cutoff=now >= cutoff,
        is_past_deadline=now >= cutoff + timedelta(hours=awaited.hours_after_cutoff),
    )


def _landed(settings: Settings, day: date) -> Counter[str]:
    wanted = select(Delivery.feed).where(
        Delivery.folder_day == day, Delivery.known_day == day, Delivery.state != "refused"
    )
    with open_workspace(settings).transaction() as session:
        return Counter(session.scalars(wanted))


def awaited_feeds(settings: Settings) -> Awaited:
    """Read which feeds a day waits for; raise SettingsError where the file is wrong or names a feed nobody knows."""
    path = settings.project_dir / "data_contracts" / "awaited.yaml"
    try:
        awaited = Awaited.model_validate(strict_yaml(path.read_text(encoding="utf-8")))
    except (OSError, ValidationError, yaml.YAMLError, ValueError) as error:
        raise SettingsError(f"{path} cannot be followed: {error}. Correct the file.") from None
    if unknown := awaited.files.keys() - set(feeds(settings)):
        raise SettingsError(f"{path} awaits {', '.join(sorted(unknown))}, which has no contract. Correct the file.")
    return awaited
