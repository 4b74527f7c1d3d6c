"""Sentences on record in English, told in the reader's language: why a delivery was refused, what the audit says."""

import re
from functools import cache

from riskscore.web.languages import Speech, marked
from riskscore.web.words import word

FILE = (
    marked("it is not a file"),
    marked("it is empty"),
    marked("it is UTF-8, agreed is Latin-1"),
    marked("it counts dates from 1904, agreed is 1900"),
    marked("{size} bytes, at most {most} are read"),
    marked("more than {most} rows"),
    marked("more than {most} cells"),
    marked("{number} files inside, at most {most} are read"),
    marked("unpacks to {size} bytes, at most {most} are read"),
    marked("{number} columns, at most {most} are read"),
    marked("it has {number} sheet(s), agreed is one named {sheet}"),
    marked("it is not a workbook that can be read ({fault})"),
    marked("the first line is not the header: it has {number} of {known} expected columns"),
    marked("column {columns} stands more than once in the header"),
)
"""What is wrong with a file."""
LIMITS = (
    marked("row_count: {number} row(s), at least {least} and at most {most} agreed"),
    marked("row_count: {number} row(s), at least {least} agreed"),
    marked("missing_columns: required column(s) {columns} not there"),
    marked("unknown_columns: column(s) {columns} not in the contract"),
    marked("quarantined_percent: {bad} of {number} rows ({share} %) break a rule, at most {most} % agreed"),
)
"""Which limit of its contract a delivery broke; it may break several."""
REFUSALS = (
    marked("{feed}, file {file}: {fault_of_file}. Ask the sender for a new file; this one is refused whole."),
    marked(
        "{feed}, row {row}: unknown field(s) {fields}. "
        "Map them in riskscore/sources/{module}.py or add them to IGNORED with a reason."
    ),
    marked("same content as delivery {delivery}, which came before"),
    marked("no feed is called {feed}; add data_contracts/inbound/{contract}.odcs.yaml"),
)
SUBJECTS = (
    marked("quarantined row {row}: {columns}"),
    marked("{name}: added, first of all"),
    marked("{name}: added, {role}"),
    marked("{name}: identity linked"),
    marked("{name}: link to an identity ended"),
    marked("{name}: disabled"),
    marked("{name}: new one-time password"),
    marked("{name}: {number} session(s) ended"),
    marked("{name}: password changed"),
    marked("{day} {voyage} {container} photograph {photograph}"),
    marked("{day} {file} {number} rows {view}"),
    marked("{day} {file} {number} rows"),
)
"""What a line of the audit is about, where that is more than codes."""
PLACE = re.compile(r"\\\{(\w+)\\\}")


def refusal(reason: str, speech: Speech) -> str:
    """Return why a delivery was refused in a language; a reason that nobody here knows stays as it is."""
    limits = [_told(part, LIMITS, speech) for part in reason.split("; ")]
    return "; ".join(limits) if all(limits) else _told(reason, REFUSALS, speech) or reason


def subject(line: str, speech: Speech) -> str:
    """Return what a line of the audit is about in a language; one that holds codes only stays as it is."""
    return _told(line, SUBJECTS, speech) or line


def _told(sentence: str, known: tuple[str, ...], speech: Speech) -> str:
    for message in known:
        if found := _pattern(message).fullmatch(sentence):
            values = found.groupdict()
            if "fault_of_file" in values:
                values["fault_of_file"] = _told(values["fault_of_file"], FILE, speech) or values["fault_of_file"]
            if "role" in values:
                values["role"] = speech.text(word("role", values["role"]))
            return speech.text(message, **values)
    return ""


@cache
def _pattern(message: str) -> re.Pattern[str]:
    return re.compile(PLACE.sub(r"(?P<\1>.+?)", re.escape(message)), re.DOTALL)
