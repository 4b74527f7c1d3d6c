"""Agreement files: read strictly, held against the outbound contracts, and asked whether they are in force."""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import yaml
from pydantic import ValidationError

from riskscore.errors import AgreementError, AgreementNotInForceError
from riskscore.exchange.outbound import Field, OutboundContract
from riskscore.exchange.terms import AgreementTerms, AnyOf, Condition, Feed, Parts, Treatment
from riskscore.strict_yaml import text_yaml

SUITS = {
    "as_is": {"string", "date", "timestamp", "number", "integer", "boolean", "array"},
    "rounded": {"number", "integer"},
    "band": {"number", "integer"},
    "pseudonymised": {"string"},
    "parts": {"array"},
}
"""Logical types each treatment makes sense for."""

TESTS = {
    "equals": {"string"},
    "among": {"string"},
    "at_least": {"number", "integer"},
    "any_in": {"string"},
    "country_in": {"string"},
}
"""Logical types each row test makes sense for."""

SCORES = {"probability", "rank", "expected_finds"}
COMPANIONS = {"coverage", "model", "reasons"}
"""A score never travels without these."""


@dataclass(frozen=True)
class Agreement:
    """An agreement's terms, the SHA-256 of its file, and the contracts of the tables it names."""

    terms: AgreementTerms
    sha256: str
    contracts: Mapping[str, OutboundContract]


def load_agreement(path: Path, contracts: Mapping[str, OutboundContract]) -> Agreement:
    """Read one agreement; raise AgreementError with every problem found, its place and its value."""
    try:
        content = path.read_bytes()
        terms = AgreementTerms.model_validate(text_yaml(content))
    except OSError as error:
        raise AgreementError(file=path.name, problems=[f"cannot be read ({error.strerror})"]) from None
    except yaml.YAMLError as error:
        raise AgreementError(file=path.name, problems=[" ".join(str(error).split())]) from None
    except ValidationError as error:
        raise AgreementError(file=path.name, problems=_in_words(error)) from None
    if problems := list(_problems(terms, path=path, contracts=contracts)):
        raise AgreementError(file=path.name, problems=problems)
    named = {feed.table: contracts[feed.table] for feed in terms.feeds}
    return Agreement(terms=terms, sha256=hashlib.sha256(content).hexdigest(), contracts=named)


def load_agreements(folder: Path, contracts: Mapping[str, OutboundContract]) -> dict[str, Agreement]:
    """Read every <partner>.yaml of a folder, by partner code."""
    agreements = [load_agreement(path, contracts) for path in sorted(folder.glob("*.yaml"))]
    return {agreement.terms.partner: agreement for agreement in agreements}


def expires_on(agreement: Agreement, day: date) -> date:
    """Return the last day on which a bundle of `day` may be used; it never outlives the agreement."""
    expiry = agreement.terms.expiry
    last = day + timedelta(days=expiry.days or 0) if expiry.on is None else expiry.on
    return min(last, agreement.terms.valid.until)


def require_in_force(agreement: Agreement, *, day: date, today: date) -> None:
    """Raise AgreementNotInForceError unless the scores of `day` may leave on `today`."""
    if why := why_not_in_force(agreement, day=day, today=today):
        terms = agreement.terms
        raise AgreementNotInForceError(agreement=terms.agreement, partner=terms.partner, why=why)


def why_not_in_force(agreement: Agreement, *, day: date, today: date) -> str:
    """Return why nothing of `day` may leave on `today`, or an empty text if it may."""
    valid = agreement.terms.valid
    for name, asked in (("day of the scores", day), ("day of the export", today)):
        if asked < valid.start:
            return f"is not valid before {valid.start} ({name}: {asked})"
        if asked > valid.until:
            return f"ended on {valid.until} ({name}: {asked})"
    if today > (last := expires_on(agreement, day)):
        return f"lets the scores of {day} be used until {last} only (day of the export: {today})"
    return ""


def _in_words(error: ValidationError) -> list[str]:
    return [
        f"{'.'.join(map(str, part['loc'])) or 'the file'}: {part['msg']} (found {str(part['input'])[:80]!r})"
        for part in error.errors()
    ]


def _problems(terms: AgreementTerms, *, path: Path, contracts: Mapping[str, OutboundContract]) -> Iterator[str]:
    if path.stem != terms.partner:
        yield f"partner: {terms.partner} does not match the file's name; rename it {terms.partner}.yaml"
    tables = [feed.table for feed in terms.feeds]
    for position, feed in enumerate(terms.feeds):
        where = f"feeds.{position} ({feed.table})"
        if tables.count(feed.table) > 1:
            yield f"{where}: the table has two feeds; join them"
        if contract := contracts.get(feed.table):
            yield from (f"{where}.{problem}" for problem in _feed_problems(feed, contract))
        else:
            yield f"{where}: no outbound contract of that table; known are {', '.join(sorted(contracts))}"


def _feed_problems(feed: Feed, contract: OutboundContract) -> Iterator[str]:
    known = ", ".join(contract.fields)
    if len(set(feed.formats)) != len(feed.formats):
        yield f"formats: {', '.join(feed.formats)} names one twice"
    for name, treatment in feed.fields.items():
        if name not in contract.fields:
            yield f"fields.{name}: not in the outbound contract {contract.version}; it has {known}"
        else:
            yield from _treatment_problems(treatment, contract.fields[name])
    for condition in _conditions(feed):
        test, _ = condition.test
        if condition.column not in contract.fields:
            yield f"rows, column {condition.column}: not in the outbound contract; it has {known}"
        elif contract.fields[condition.column].type not in TESTS[test]:
            yield f"rows, column {condition.column}: {test} does not suit a {contract.fields[condition.column].type}"
    if SCORES & feed.fields.keys() and (missing := COMPANIONS - feed.fields.keys()):
        yield f"fields: a score never travels without {', '.join(sorted(missing))}; name them too"


def _treatment_problems(treatment: Treatment, field: Field) -> Iterator[str]:
    if field.type not in SUITS[treatment.treatment]:
        yield f"fields.{field.name}: {treatment.treatment} does not suit a {field.type}"
    if isinstance(treatment, Parts) and (unknown := set(treatment.keep) - field.parts.keys()):
        yield f"fields.{field.name}: no part {', '.join(sorted(unknown))}; it has {', '.join(field.parts)}"
    if field.type == "integer" and treatment.treatment == "rounded" and treatment.digits > 0:
        yield f"fields.{field.name}: {treatment.digits} decimal digits do not suit an integer; use 0 or less"


def _conditions(feed: Feed) -> Iterator[Condition]:
    for term in feed.rows:
        yield from term.any_of if isinstance(term, AnyOf) else (term,)
