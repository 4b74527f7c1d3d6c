"""What callers of the API send: every field with its limits."""

from typing import Annotated, Literal

from fastapi import Path, Query
from pydantic import BaseModel, ConfigDict, Field

Unit = Annotated[str, Path(description="Port unit by UN/LOCODE, such as NLRTM.", pattern=r"^[A-Z]{2}[A-Z2-9]{3}$")]
VoyageId = Annotated[str, Path(pattern=r"^[A-Z0-9][A-Z0-9-]{2,23}$")]
ContainerNumber = Annotated[str, Path(pattern=r"^[A-Z]{4}[0-9]{7}$")]
AccountName = Annotated[str, Path(min_length=1, max_length=60, pattern=r"^[A-Za-z0-9][A-Za-z0-9._@-]*$")]
Cursor = Annotated[str, Query(description="As `next_cursor` of the part before gave it.", max_length=60)]
Limit = Annotated[int, Query(ge=1, le=200, description="How many at most.")]
ActionName = Literal[
    "claim",
    "give_back",
    "hold",
    "release",
    "send_for_inspection",
    "record_outcome",
    "refer",
    "hand_over",
    "reopen",
    "note",
]


class Strict(BaseModel):
    """What is sent holds no field that nobody reads."""

    model_config = ConfigDict(extra="forbid")


class Credentials(Strict):
    """A local account's name and password."""

    name: str = Field(min_length=1, max_length=100)
    password: str = Field(min_length=1, max_length=200)


class PasswordChange(Strict):
    """The password until now, and the new one."""

    old: str = Field(min_length=1, max_length=200)
    new: str = Field(min_length=1, max_length=200)


class LanguageChoice(Strict):
    """A language of the desk."""

    language: Literal["en", "fr", "es"]


class Doing(Strict):
    """One action on a container, with what it needs; the same `token` again does nothing twice."""

    action: ActionName
    token: str = Field(pattern=r"^[A-Za-z0-9_-]{8,64}$", description="Made up by the caller, anew for each action.")
    version: int | None = Field(default=None, ge=0, le=2**31, description="That of the row the caller looked at.")
    reason: str = Field(default="", max_length=60)
    note: str = Field(default="", max_length=2000)
    method: str = Field(default="", max_length=30)
    result: str = Field(default="", max_length=30)
    examined_at: str = Field(default="", max_length=40, description="ISO 8601; UTC where it names no zone.")
    substance: str = Field(default="", max_length=60)
    quantity_kg: float | None = Field(default=None, ge=0, le=1e6)
    concealment: str = Field(default="", max_length=30)
    seal_numbers: list[Annotated[str, Field(pattern=r"^[A-Za-z0-9-]{1,30}$")]] = Field(default=[], max_length=20)
    unit: str = Field(default="", max_length=5)
    officer: str = Field(default="", max_length=60)

    def fields(self) -> dict[str, str]:
        """Return what a form would say."""
        said = {
            name: str(value)
            for name, value in self.model_dump(exclude={"seal_numbers", "version"}).items()
            if value is not None
        }
        return {**said, "seal_numbers": " ".join(self.seal_numbers)}


class Repair(Strict):
    """New values of a row set aside, by column."""

    values: dict[Annotated[str, Field(max_length=60)], Annotated[str, Field(max_length=500)]] = Field(
        min_length=1, max_length=60
    )


class NewAccount(Strict):
    """An account to be made; `unit` for officers and supervisors."""

    name: str = Field(min_length=1, max_length=60)
    role: Literal["officer", "supervisor", "data_engineer", "auditor"]
    unit: str = Field(default="", max_length=5)


class Link(Strict):
    """Who an OpenID provider says somebody is."""

    issuer: str = Field(min_length=1, max_length=300)
    subject: str = Field(min_length=1, max_length=200)
