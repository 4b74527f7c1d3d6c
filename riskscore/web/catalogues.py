"""Keep the catalogues in step with the code: `python -m riskscore.web.catalogues` adds the new, drops the gone."""

import re
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.pofile import read_po, write_po

from riskscore.queues import LIST_COLUMNS, load_policy
from riskscore.queues.daylist import INVENTED, MARKS
from riskscore.settings import Settings
from riskscore.steps import feature_catalogue
from riskscore.web.languages import CATALOGUES, DEFAULT, LANGUAGES

ENGINE = Path(__file__).parent.parent
ERRORS = ("NotAllowedError", "NoSuchItemError", "TakenError", "BadInputError", "LoginError", "TooManyLoginsError")
ERROR_KEYWORDS: dict[str, tuple[int, ...] | None] = dict.fromkeys((*ERRORS, "DeskClosedError"), None)
KEYWORDS: dict[str, tuple[int, ...] | None] = {
    "marked": None,
    "text": None,
    "counted": (1, 2),
    "_": None,
    "ngettext": (1, 2),
    **ERROR_KEYWORDS,
}
"""Who is given a sentence of the interface, and at which places."""
SAID_BY_THE_DESK = re.compile(r'^(?:[A-Z_]+ = |\s+found\.append\()"([A-Z{][^"]+ [^"]+\.)"', re.MULTILINE)
"""Sentences that the desk's rooms hand over as data."""
GRAINS = ("container", "voyage")


def interface_messages() -> dict[str, tuple[str, ...] | str]:
    """Return every sentence of the interface that the code and the templates hold, by its first form."""
    found: dict[str, tuple[str, ...] | str] = {}
    in_files = [INVENTED, *MARKS, *(column.heading for column in LIST_COLUMNS)]
    found |= {said: said for said in in_files}
    for path in _sources():
        method = "jinja2.ext:babel_extract" if path.suffix == ".html" else "python"
        options = {"extensions": "jinja2.ext.do", "trim_blocks": "true", "lstrip_blocks": "true", "silent": "false"}
        with path.open("rb") as file:
            asked = KEYWORDS if "web" in path.parts else ERROR_KEYWORDS
            for _, message, _, _ in extract(method, file, asked, options=options):
                found |= _by_first(message)
        if path.parent.name in {"desk", "queues"}:
            found |= {said: said for said in SAID_BY_THE_DESK.findall(path.read_text(encoding="utf-8"))}
    return found


def reason_messages() -> set[str]:
    """Return what the engine says of a container: names and sentences of features, and sentences of rules."""
    found: set[str] = set()
    for grain in GRAINS:
        for name, sentence in feature_catalogue(Settings(), grain).items():
            found |= {name, sentence}
    return found | {rule.sentence for unit in load_policy().units.values() for rule in unit.rules}


def read(language: str, domain: str) -> Catalog:
    """Return a catalogue as it is kept."""
    with (CATALOGUES / language / f"{domain}.po").open("rb") as file:
        return read_po(file, locale=language)


def update() -> None:
    """Write the catalogues with every message of now; English says what the code says, others keep what they say."""
    wanted: dict[str, list[tuple[str, ...] | str]] = {
        "riskscore": list(interface_messages().values()),
        "reasons": [*sorted(reason_messages())],
    }
    for language in LANGUAGES:
        for domain, messages in wanted.items():
            _renew(language, domain, messages)


def _renew(language: str, domain: str, messages: list[tuple[str, ...] | str]) -> None:
    kept = read(language, domain)
    # the date of today would make every catalogue differ every time
    same = kept.creation_date
    renewed = Catalog(locale=language, project="riskscore", charset="utf-8", fuzzy=False, creation_date=same)
    for message in messages:
        before = kept.get(message[0] if isinstance(message, tuple) else message)
        said = before.string if before and before.string else message if language == DEFAULT else ""
        renewed.add(message, said if said or isinstance(message, str) else ("", ""))
    with (CATALOGUES / language / f"{domain}.po").open("wb") as file:
        write_po(file, renewed, width=120, sort_output=True, omit_header=False, ignore_obsolete=True)


def _sources() -> Iterator[Path]:
    rooms = [ENGINE / "web", ENGINE / "desk"]
    for room in rooms:
        yield from sorted([*room.rglob("*.py"), *room.rglob("*.html")])
    yield ENGINE / "queues" / "workflow.py"


def _by_first(message: str | tuple[str | None, ...]) -> dict[str, tuple[str, ...] | str]:
    forms = tuple(form for form in message if form) if isinstance(message, tuple) else (message,)
    if not forms:
        return {}
    return {forms[0]: forms if len(forms) > 1 else forms[0]}


if __name__ == "__main__":
    update()
