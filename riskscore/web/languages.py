"""Languages: what the interface says, in whose words, and how dates and numbers are written there."""

import gettext
import io
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache, cached_property, lru_cache
from pathlib import Path

from babel import Locale
from babel.dates import format_date, format_datetime
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_decimal

CATALOGUES = Path(__file__).parent / "locale"
DOMAINS = ("riskscore", "reasons")
"""The interface, and what the engine says of a container: sentences of features, rules and reason codes."""
LANGUAGES = {"en": "English", "fr": "Français", "es": "Español"}
DEFAULT = "en"
LOCALES = {"en": Locale("en", "GB"), "fr": Locale("fr", "FR"), "es": Locale("es", "ES")}


def marked(message: str) -> str:
    """Return `message` as it is: it stands in a table here and is translated where it is shown."""
    return message


@dataclass(frozen=True)
class Speech:
    """One language: its words, dates and numbers. Instants are shown in UTC, missing values as a dash."""

    language: str = DEFAULT

    @cached_property
    def locale(self) -> Locale:
        """The language with the country whose customs of writing numbers and dates we keep."""
        return LOCALES[self.language]

    @cached_property
    def words(self) -> gettext.NullTranslations:
        """The catalogue."""
        return _catalogue(self.language)

    def text(self, message: str, **values: object) -> str:
        """Return `message` in this language, with `values` in its {places}."""
        said = self.words.gettext(message) if message else ""
        return said.format(**values) if values else said

    def counted(self, one: str, many: str, number: int, **values: object) -> str:
        """Return the form that goes with `number`, which stands in its place {number}."""
        return self.words.ngettext(one, many, number).format(number=self.number(number), **values)

    def number(self, value: float | None, decimals: int = 0) -> str:
        """Return a number with this many decimals."""
        return "–" if value is None else _number(value, decimals, self.language)

    def percent(self, share: float | None, decimals: int = 1) -> str:
        """Return a share of 1 in per cent."""
        if share is None:
            return "–"
        return f"{_number(round(100 * share, decimals), decimals, self.language)}\u202f%"

    def significant(self, value: float, *, is_share: bool = False) -> str:
        """Return a number with three significant digits and no empty decimals; a share of 1 in per cent."""
        shown = 100 * value if is_share else value
        said = _significant(float(f"{shown:.3g}"), self.language)
        return f"{said}\u202f%" if is_share else said

    def day(self, value: date | None) -> str:
        """Return a day."""
        return "–" if value is None else _day(value, self.language)

    def instant(self, value: datetime | None) -> str:
        """Return an instant in UTC, to the minute; one without a zone is taken as UTC."""
        return "–" if value is None else _instant(_to_the_minute(value), "d MMM yyyy, HH:mm", self.language)

    def moment(self, value: datetime | None) -> str:
        """Return an instant of these weeks, without its year."""
        return "–" if value is None else _instant(_to_the_minute(value), "d MMM HH:mm", self.language)

    def short_day(self, value: datetime) -> str:
        """Return an instant's day, without its year."""
        return _instant(_to_the_minute(value), "d MMM", self.language)


def speech_of(account: str, chosen: str, accepted: str) -> Speech:
    """Return the account's language, else the one chosen in this browser, else the first it accepts that we speak."""
    return next((Speech(name) for name in (account, chosen, *preferred(accepted)) if name in LANGUAGES), Speech())


def preferred(header: str) -> Iterable[str]:
    """Return the languages of an Accept-Language header, most wanted first; what cannot be read counts last."""
    asked = [_asked(part) for part in header[:500].split(",")]
    return [language for weight, language in sorted(asked, key=lambda pair: -pair[0]) if weight > 0]


def _asked(part: str) -> tuple[float, str]:
    language, _, weight = part.partition(";q=")
    try:
        return float(weight or 1), language.strip().lower().partition("-")[0]
    except ValueError:
        return 0.0, ""


@cache
def _catalogue(language: str) -> gettext.NullTranslations:
    """Read a language's catalogues; they are kept as text, and compiled in memory."""
    found: gettext.NullTranslations = gettext.NullTranslations()
    for domain in DOMAINS:
        compiled = io.BytesIO()
        with (CATALOGUES / language / f"{domain}.po").open("rb") as file:
            write_mo(compiled, read_po(file))
        compiled.seek(0)
        read = gettext.GNUTranslations(compiled)
        read.add_fallback(found)
        found = read
    return found


@lru_cache(maxsize=20_000)
def _number(value: float, decimals: int, language: str) -> str:
    pattern = "#,##0." + "0" * decimals if decimals else "#,##0"
    return str(format_decimal(value, pattern, locale=LOCALES[language]))


@lru_cache(maxsize=20_000)
def _significant(value: float, language: str) -> str:
    return str(format_decimal(value, "#,##0.########", locale=LOCALES[language]))


@lru_cache(maxsize=5_000)
def _day(value: date, language: str) -> str:
    return str(format_date(value, "medium", locale=LOCALES[language]))


def _to_the_minute(value: datetime) -> datetime:
    return (value if value.tzinfo else value.replace(tzinfo=UTC)).astimezone(UTC).replace(second=0, microsecond=0)


@lru_cache(maxsize=20_000)
def _instant(value: datetime, pattern: str, language: str) -> str:
    return str(format_datetime(value, pattern, tzinfo=UTC, locale=LOCALES[language]))
