"""Bring spellings of one party's name to one form."""

import csv
import re
import unicodedata
from collections.abc import Callable, Iterator
from functools import cache
from importlib.resources import files

import pandas as pd

APOSTROPHES = "'’‘ʼʹ`´′＇"
LETTERS = {
    "ø": "o",
    "ł": "l",
    "æ": "ae",
    "œ": "oe",
    "đ": "d",
    "ð": "d",
    "þ": "th",
    "ħ": "h",
    "ı": "i",
    "ŋ": "n",
    "ŧ": "t",
    "ĸ": "k",
    "ƒ": "f",
    "ɓ": "b",
    "ɗ": "d",
    "ƙ": "k",
    "ə": "e",
    "&": " and ",
    "+": " and ",
}
"""Letters that carry no separable accent, and the signs that stand for a word."""

PLACEHOLDERS = frozenset(
    {
        *("to order", "to the order", "to order of shipper", "a la orden", "a ordem"),
        *("same as consignee", "same as shipper"),
        *("unknown", "not known", "not available", "not applicable", "na", "none", "null", "nil", "tba", "tbc", "tbd"),
        *("desconocido", "desconhecido", "ninguno"),
    }
)
"""What documents say where no party is named; such a name is missing."""

Form = tuple[str, ...]
LONGEST_FORM = 5
"""Most words of a legal form, as in `gmbh and co kg`."""

SINGLE_LETTERS = re.compile(r"\b[a-z](?: [a-z]\b)+")
LETTER_MARK_NUMBER = "LMN"
"""First letters of the Unicode categories that words are made of, vowel signs of Indian scripts included."""
ACCENTS = dict.fromkeys(range(0x0300, 0x0370))


class Signs(dict[int, str | None]):
    """What `str.translate` makes of each sign: what a rule says of it, asked once."""

    def __init__(self, rule: Callable[[str], str | None]) -> None:
        super().__init__()
        self.rule = rule

    def __missing__(self, code: int) -> str | None:
        """Ask the rule."""
        return self.setdefault(code, self.rule(chr(code)))


LATIN = re.compile("[\0-\u024f]*")
"""Signs of which each is made plain by itself, whatever stands beside it: their accents are of those left out."""
VISIBLE = Signs(lambda sign: None if unicodedata.category(sign) == "Cf" else sign)
LETTERS_ALONE = Signs(lambda sign: sign if unicodedata.category(sign)[0] in LETTER_MARK_NUMBER else " ")
DELETED = str.maketrans("", "", APOSTROPHES)
TRANSLATED = str.maketrans(LETTERS)


def normalise_name(names: pd.Series) -> pd.Series:
    """Return names in one form: no case, accents, signs, legal form or doubled blanks; words keep their order.

    Missing, empty and placeholder names ("to order", "unknown") come out missing. Applying it twice changes nothing.
    """
    codes, unique = pd.factorize(names.astype("str"))
    forms = pd.array([normalised(name) for name in unique.tolist()], dtype="str")
    return pd.Series(forms.take(codes, allow_fill=True), index=names.index, name=names.name)


def normalised(name: str) -> str | None:
    """Return one name in its form, None if it names nobody."""
    text = SINGLE_LETTERS.sub(lambda run: run[0].replace(" ", ""), " ".join(_plain(name).split()))
    form = " ".join(without_legal_form(text.split())) if text else ""
    return None if not form or text in PLACEHOLDERS or form in PLACEHOLDERS else form


def _plain(name: str) -> str:
    """Return the letters and digits of a name, lower case and without accents, anything else a blank."""
    return name.translate(PLAIN_LATIN) if LATIN.fullmatch(name) else _plain_signs(name)


def _plain_signs(name: str) -> str:
    """Return what `_plain` does, of any signs."""
    visible = name.translate(VISIBLE).translate(DELETED)
    decomposed = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", visible).casefold())
    letters = unicodedata.normalize("NFC", decomposed.translate(ACCENTS)).translate(TRANSLATED)
    return letters.translate(LETTERS_ALONE)


PLAIN_LATIN = Signs(_plain_signs)


def without_legal_form(words: list[str]) -> list[str]:
    """Return the words of a name without the legal forms around it, never without all of its words."""
    at_end, at_start, last_words = _legal_forms()
    while words[-1] in last_words and (shorter := _cut_end(words, at_end)) != words:
        words = shorter
    while len(words) > 1 and (words[0],) in at_start:
        words = words[1:]
    return words


def _cut_end(words: list[str], forms: frozenset[Form]) -> list[str]:
    for length in range(min(len(words) - 1, LONGEST_FORM), 0, -1):
        if tuple(words[-length:]) in forms:
            return words[:-length]
    return words


@cache
def _legal_forms() -> tuple[frozenset[Form], frozenset[Form], frozenset[str]]:
    """Return the forms that end names, those that begin them, and the last words of the former."""
    listed = list(_read_legal_forms())
    at_end = frozenset(form for form, position in listed if position in {"end", "both"})
    at_start = frozenset(form for form, position in listed if position in {"start", "both"})
    return at_end, at_start, frozenset(form[-1] for form in at_end)


def _read_legal_forms() -> Iterator[tuple[Form, str]]:
    with (files("riskscore.entities") / "legal_forms.csv").open(encoding="utf-8") as lines:
        for row in csv.DictReader(lines):
            yield tuple(row["form"].split()), row["position"]
