"""What happens to a field on its way out: left as it is, rounded, banded, pseudonymised, or cut to some parts."""

import hashlib
import hmac
from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import rfc8785

from riskscore.errors import ExchangeError
from riskscore.exchange.keys import PseudonymKey
from riskscore.exchange.outbound import Field
from riskscore.exchange.terms import Band, Parts, Rounded, Treatment
from riskscore.exchange.values import JsonValue

Treat = Callable[[Any], JsonValue]


@dataclass(frozen=True)
class Leaving:
    """One field as it leaves: its type after the treatment, and the function that treats a value."""

    name: str
    type: str
    treatment: str
    treat: Treat

    def value(self, given: JsonValue) -> JsonValue:
        """Treat one value; a missing value stays missing."""
        return None if given is None else self.treat(given)


def leaving(field: Field, treatment: Treatment, *, partner: str, key: PseudonymKey | None) -> Leaving:
    """Return how `field` leaves; raise ExchangeError if it needs a pseudonym key and there is none."""
    if isinstance(treatment, Rounded):
        return _leaving(field, "rounded", treat=lambda value: round(value, treatment.digits))
    if isinstance(treatment, Band):
        return _leaving(field, "band", type_after="string", treat=lambda value: _band(value, treatment))
    if isinstance(treatment, Parts):
        return _leaving(field, "parts", treat=lambda value: _kept(value, treatment))
    if treatment.treatment == "pseudonymised":
        return _leaving(field, "pseudonymised", treat=_pseudonymiser(field, partner=partner, key=key))
    return _leaving(field, "as_is", treat=lambda value: value)


def _leaving(field: Field, treatment: str, *, treat: Treat, type_after: str = "") -> Leaving:
    return Leaving(name=field.name, type=type_after or field.type, treatment=treatment, treat=treat)


def _band(value: float, terms: Band) -> str:
    return terms.labels[bisect_right(terms.edges, value)]


def _kept(value: list[dict[str, Any]], terms: Parts) -> list[dict[str, Any]]:
    return [{name: part[name] for name in terms.keep} for part in value]


def _pseudonymiser(field: Field, *, partner: str, key: PseudonymKey | None) -> Treat:
    if key is None:
        raise ExchangeError(
            f"Agreement of {partner}, field {field.name}: pseudonymised needs a secret, and none was given. "
            f"Create one with riskscore.exchange.create_pseudonym_key and keep it for as long as codes must match."
        )

    def pseudonym(value: str) -> str:
        """Return 32 hexadecimal digits of an HMAC-SHA-256 over partner, field and value."""
        return hmac.new(key.secret, rfc8785.dumps([partner, field.name, value]), hashlib.sha256).hexdigest()[:32]

    return pseudonym
