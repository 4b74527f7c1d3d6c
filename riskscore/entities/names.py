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
Ends = dict[str, "Ends"]
"""Legal forms by their last word, then by the word before it, and so on; FORM where one begins."""
FORM = ""

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
    words = _with_initials_joined(_plain(name).split())
    text, named = " ".join(words), without_legal_form(words)
    form = text if named is words else " ".join(named)
    return None if not form or text in PLACEHOLDERS or form in PLACEHOLDERS else form


def _with_initials_joined(words: list[str]) -> list[str]:
    """Return the words of a name with letters that stand alone one after the other made one word."""
    text = " ".join(words)
    if text.isascii() and 1 not in map(len, words):  # most names have none
        return words
    return SINGLE_LETTERS.sub(lambda run: run[0].replace(" ", ""), text).split()


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
    ends, starts = _legal_forms()
    while length := _form_at_end(words, ends):
        words = words[:-length]
    while len(words) > 1 and words[0] in starts:
        words = words[1:]
    return words


def _form_at_end(words: list[str], ends: Ends) -> int:
    """Return how many words the longest legal form has that others stand before; 0 for none."""
    longest, further = 0, ends
    for length in range(1, len(words)):
        found = further.get(words[-length])
        if found is None:
            break
        further = found
        if FORM in further:
            longest = length
    return longest


@cache
def _legal_forms() -> tuple[Ends, frozenset[str]]:
    """Return the forms that end names, and the words that are forms at the beginning of one."""
    ends: Ends = {}
    listed = list(_read_legal_forms())
    for form in (form for form, position in listed if position in {"end", "both"}):
        further = ends
        for word in reversed(form):
            further = further.setdefault(word, {})
        further[FORM] = {}
    return ends, frozenset(form[0] for form, position in listed if position in {"start", "both"} and len(form) == 1)


def _read_legal_forms() -> Iterator[tuple[Form, str]]:
    with (files("riskscore.entities") / "legal_forms.csv").open(encoding="utf-8") as lines:
        for row in csv.DictReader(lines):
            yield tuple(row["form"].split()), row["position"]
