"""The keys of an agreement file: what a partner may have, in words a lawyer and the exporter both read."""

from datetime import date
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, Tag, model_validator
from pydantic import Discriminator as Choice

Code = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$")]
PartnerCode = Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}(-[A-Z0-9]{1,12})?$")]
CountryCode = Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")]
FieldName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,63}$")]
Text = Annotated[str, StringConstraints(min_length=1, max_length=500)]
Day = Annotated[date, BeforeValidator(lambda given: date.fromisoformat(given) if isinstance(given, str) else given)]
FileFormat = Literal["jsonl", "csv"]


class Terms(BaseModel):
    """Anything in an agreement: frozen, and a key nobody has decided about is refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class AsIs(Terms):
    """The value leaves unchanged."""

    treatment: Literal["as_is"] = "as_is"


class Rounded(Terms):
    """The number leaves with `digits` decimal digits; negative digits round to tens, hundreds and so on."""

    treatment: Literal["rounded"]
    digits: Annotated[int, Field(ge=-6, le=6)]


class Band(Terms):
    """Only the label of the band leaves; a value equal to an edge belongs to the band above it."""

    treatment: Literal["band"]
    edges: Annotated[tuple[float, ...], Field(min_length=1)]
    labels: tuple[Text, ...]

    @model_validator(mode="after")
    def _one_label_per_band(self) -> Self:
        if list(self.edges) != sorted(set(self.edges)):
            raise ValueError("edges must rise")
        if len(self.labels) != len(self.edges) + 1:
            raise ValueError(f"{len(self.edges)} edge(s) need {len(self.edges) + 1} labels")
        return self


class Pseudonymised(Terms):
    """A keyed hash leaves: the same value gives the same code for this partner, and another for any other."""

    treatment: Literal["pseudonymised"]


class Parts(Terms):
    """Of each object in the list only the parts named in `keep` leave."""

    treatment: Literal["parts"]
    keep: Annotated[tuple[FieldName, ...], Field(min_length=1)]


def _named_treatment(given: object) -> object:
    return {"treatment": given} if isinstance(given, str) else given


Treatment = Annotated[
    AsIs | Rounded | Band | Pseudonymised | Parts,
    Field(discriminator="treatment"),
]
TreatmentOrName = Annotated[Treatment, BeforeValidator(_named_treatment)]


class Condition(Terms):
    """One test of one column; a row whose column is missing never passes."""

    column: FieldName
    equals: Text | None = None
    among: Annotated[tuple[Text, ...] | None, Field(alias="in", min_length=1)] = None
    at_least: float | None = None
    any_in: Annotated[tuple[Text, ...] | None, Field(min_length=1)] = None
    country_in: Annotated[tuple[CountryCode, ...] | None, Field(min_length=1)] = None

    @model_validator(mode="after")
    def _one_test(self) -> Self:
        if len(self.model_fields_set) != 2:
            raise ValueError("needs exactly one of equals, in, at_least, any_in, country_in beside column")
        return self

    @property
    def test(self) -> tuple[str, Any]:
        """Return the name of the test and what to compare with."""
        (name,) = self.model_fields_set - {"column"}
        return name, getattr(self, name)


class AnyOf(Terms):
    """A row passes if it passes one of these."""

    any_of: Annotated[tuple[Condition, ...], Field(min_length=1)]


def _kind_of_condition(given: object) -> str:
    return "any_of" if isinstance(given, AnyOf) or (isinstance(given, dict) and "any_of" in given) else "column"


RowTerm = Annotated[
    Annotated[Condition, Tag("column")] | Annotated[AnyOf, Tag("any_of")],
    Choice(_kind_of_condition),
]


class Feed(Terms):
    """One table a partner gets: rows that pass every condition, the fields named, in these formats."""

    table: FieldName
    formats: Annotated[tuple[FileFormat, ...], Field(min_length=1)]
    rows: Annotated[tuple[RowTerm, ...], Field(min_length=1)]
    fields: Annotated[dict[FieldName, TreatmentOrName], Field(min_length=1)]
    third_party: Literal["drop_row", "withhold_reasons"] = "drop_row"


class Validity(Terms):
    """First and last day on which anything may leave."""

    start: Day = Field(alias="from")
    until: Day

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.until < self.start:
            raise ValueError("until lies before from")
        return self


class Expiry(Terms):
    """How long a bundle may be used: a number of days after its day, or up to a date."""

    days: Annotated[int, Field(ge=0, le=3660)] | None = None
    on: Day | None = None

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        if (self.days is None) == (self.on is None):
            raise ValueError("needs either days or on")
        return self


class AgreementTerms(Terms):
    """The whole file."""

    agreement: Code
    partner: PartnerCode
    partner_name: Text
    valid: Validity
    purposes: Annotated[tuple[Code, ...], Field(min_length=1)]
    handling_code: Literal["restricted", "official", "open"]
    expiry: Expiry
    may_carry_originators: tuple[PartnerCode, ...]
    notice: Text | None = None
    feeds: Annotated[tuple[Feed, ...], Field(min_length=1)]
