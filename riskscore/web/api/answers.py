"""Small answers of the API, and how its errors are described."""

from datetime import date, datetime
from typing import Any

from pydantic import BaseModel


class Problem(BaseModel):
    """What went wrong and what to do next (RFC 9457)."""

    type: str
    title: str
    status: int
    detail: str
    instance: str


class Me(BaseModel):
    """Whoever is logged in."""

    name: str
    role: str
    unit: str
    language: str
    must_change_password: bool


class Session(BaseModel):
    """A session just begun: send `token` as a bearer token; it is told this once."""

    token: str
    expires_at: datetime
    officer: Me


class OneTimePassword(BaseModel):
    """A password for the first time only; it is told this once."""

    name: str
    password: str


class Ended(BaseModel):
    """How many sessions ended."""

    sessions: int


class Units(BaseModel):
    """Units whose lists the caller may read."""

    units: list[str]


class Days(BaseModel):
    """Days for which a unit has a list, newest first."""

    days: list[date]


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Describe the errors that a call may answer with."""
    content = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {
        status: {"description": "Problem", "content": content}
        for status in sorted({*statuses, 400, 401, 403, 413, 422, 429, 503})
    }
