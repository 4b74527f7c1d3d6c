"""Every error the project raises on purpose.

RiskscoreError                     exit code 2 at the command line
├── SettingsError                  a setting is missing or makes no sense
│   ├── MonitorPolicyError         what was decided about watching cannot be followed
│   └── KeepingPolicyError         what was decided about keeping cannot be followed
├── SurroundingsError              what the pipeline stands on fails
│   ├── DiskFullError              no room is left to write to
│   ├── PlaceLostError             a folder vanished, or cannot be read or written any more
│   ├── DatabaseLostError          the database is held by others, or cannot be used
│   ├── DatabaseUnavailableError   the database does not answer, or breaks off
│   └── ClockError                 the clock says a day that was over long ago
├── UnhealthyError                 something does not stand as it must
├── CrewError                      a cluster cannot be reached, or cannot go on
├── ReferenceDataError             reference data is missing, or nobody ships the list asked for
├── StoreError                     the lake or the database cannot do what was asked
│   ├── LakeAccessError            an object store does not do what the lake asks of it
│   ├── DatabaseRightsError        the database does not let this role do that
│   ├── SchemaVersionError         the database's tables are not those of this version
│   ├── UnknownUnitError           a unit's code is none
│   ├── SchemaMismatchError        a frame does not fit the table it is written to
│   └── UnknownTableError          nobody declared a table of that name
├── ContractError                  a contract file is wrong
│   └── ContractClauseError        one clause of it is: file, place, value, next move
├── DeliveryError                  a delivery cannot be taken in
│   ├── UnreadableDeliveryError    the file cannot be read in its declared format
│   ├── UnknownFieldError          a sender used a field nobody has decided about
│   ├── UnknownFixError            a repair names a column the contract does not have
│   ├── StillWrongError            a repaired row still breaks rules
│   ├── NotSetAsideError           a row to be repaired is not set aside (any more)
│   └── ReconciliationError        received rows are not accepted + quarantined + refused
├── FeatureError                   a feature declaration cannot work
├── ModelError                     a model cannot be trained, loaded or used
│   ├── ModelSpecError             a model's spec file is wrong
│   ├── TrainingDataError          the rows offered cannot train or judge a model honestly
│   ├── ArtefactError              a stored model is not what was saved
│   └── ModelMismatchError         the features offered are not those it was trained on
├── QueueError                     a queue cannot be filled or shown
├── ExchangeError                  an agreement or a bundle is wrong
│   ├── AgreementError             an agreement file cannot be followed
│   ├── AgreementNotInForceError   an agreement covers nothing on that day
│   ├── ExportRefusedError         a table is not what its outbound contract promises
│   ├── KeyFileError               a key file cannot be made or used
│   └── BundleRejectedError        a received bundle fails verification (exit code 3)
├── ScoreNotFoundError             a container has no score of that day, or several
├── StaleRunError                  a newer run of the same partition began; this one may publish nothing more
├── BenchmarkDataError             the files of a benchmark are not those it was made for
├── DeskError                      the desk refuses; the sentence and its values can be translated
│   ├── NotAllowedError            the caller's role or unit does not allow it
│   ├── NoSuchItemError            no queue holds what was asked for
│   ├── TakenError                 the item's state or holder does not allow it (any more)
│   ├── BadInputError              what was given makes no sense
│   ├── LoginError                 nobody is let in with this
│   │   └── TooManyLoginsError     too many failures; not before a while
│   └── DeskClosedError            the database does not answer
├── WorldError                     an invented world cannot be made as asked
└── NotReadyError                  an earlier step has not run for that day
"""

from collections.abc import Callable, Iterable


class RiskscoreError(Exception):
    """Something the user can understand and act on; the message says what, where, which value, what next."""

    exit_code = 2

    def __reduce__(self) -> tuple[Callable[..., "RiskscoreError"], tuple[type["RiskscoreError"], str]]:
        """Travel between processes as class and message."""
        return _rebuilt, (type(self), str(self))


class SettingsError(RiskscoreError):
    """A setting is missing or makes no sense."""


class MonitorPolicyError(SettingsError):
    """What was decided about watching cannot be followed."""

    def __init__(self, *, file: str, problems: Iterable[str]) -> None:
        super().__init__(
            f"Monitor policy {file}: {'; '.join(problems)}. Correct it; its comments say what a key means."
        )


class KeepingPolicyError(SettingsError):
    """What was decided about keeping cannot be followed."""

    def __init__(self, *, file: str, problems: Iterable[str]) -> None:
        super().__init__(f"Keeping policy {file}: {'; '.join(problems)}. Correct it; nothing was removed under it.")


class SurroundingsError(RiskscoreError):
    """What the pipeline stands on fails; nothing is half written, the same again completes it."""

    def __init__(self, *, where: str, what: str, then: str) -> None:
        super().__init__(f"{where}: {what}. {then} Nothing is lost: run the same again then.")


class DiskFullError(SurroundingsError):
    """No room is left to write to."""


class PlaceLostError(SurroundingsError):
    """A folder vanished, or cannot be read or written any more."""


class DatabaseLostError(SurroundingsError):
    """The database is held by others, or cannot be used."""


class DatabaseUnavailableError(SurroundingsError):
    """The database does not answer, or breaks off; its own words are not repeated, they may quote rows."""

    def __init__(self, *, problem: str, remedy: str) -> None:
        super().__init__(where="The database", what=problem, then=remedy)


class ClockError(SurroundingsError):
    """The clock says a day that was over long ago."""


class UnhealthyError(RiskscoreError):
    """Something does not stand as it must."""

    def __init__(self, *, checks: Iterable[str]) -> None:
        super().__init__(f"Not as it must be: {_listed(checks)}. The table says what was seen and what to do next.")


class CrewError(RiskscoreError):
    """A cluster cannot be reached, or cannot go on."""

    def __init__(self, address: str, why: str, then: str) -> None:
        super().__init__(f"Dask cluster {address}: {why}. {then}")


class ReferenceDataError(RiskscoreError):
    """Reference data is missing, or nobody ships the list asked for."""


class StoreError(RiskscoreError):
    """The lake or the database cannot do what was asked."""


class LakeAccessError(StoreError):
    """An object store does not do what the lake asks of it; its own words are not repeated, they may hold keys."""

    def __init__(self, *, address: str, problem: str, remedy: str) -> None:
        super().__init__(f"The lake at {address}: {problem}. {remedy} Nothing is half written: run the same again.")


class DatabaseRightsError(StoreError):
    """The database does not let this role do that."""

    def __init__(self, *, refusal: str) -> None:
        super().__init__(
            f"The database refuses: {refusal}. Log in (RISKSCORE_DATABASE_URL) with the role for this work; "
            "`riskscore database roles` prints who may do what, `riskscore database upgrade` grants it."
        )


class SchemaVersionError(StoreError):
    """The database's tables are not those of this version."""

    def __init__(self, *, found: str, wanted: str, then: str) -> None:
        super().__init__(f"The database's tables are at {found or 'no version'}, here {wanted} is wanted. {then}")


class UnknownUnitError(StoreError):
    """A unit's code is none."""

    def __init__(self, *, unit: str) -> None:
        super().__init__(f"{unit[:20]!r} is no unit: write its UN/LOCODE, such as NLRTM.")


class SchemaMismatchError(StoreError):
    """A frame does not fit the table it is written to."""

    def __init__(self, *, table: str, missing: Iterable[str], unknown: Iterable[str]) -> None:
        super().__init__(
            f"Table {table}: missing column(s) {_listed(missing)}; unknown column(s) {_listed(unknown)}. "
            f"Change the frame, or the contract data_contracts/internal/{table}.odcs.yaml."
        )


class UnknownTableError(StoreError):
    """Nobody declared a table of that name."""

    def __init__(self, *, table: str, known: Iterable[str]) -> None:
        super().__init__(
            f"No table {table!r}; declared are {_listed(known)}. "
            f"A table is declared by a contract in data_contracts/internal/."
        )


class ContractError(RiskscoreError):
    """A contract file is wrong."""


class ContractClauseError(ContractError):
    """One clause of a contract file is wrong."""

    def __init__(self, *, file: str, where: str, value: object, problem: str, remedy: str) -> None:
        shown = "" if value is None else f" (found {repr(value)[:120]})"
        super().__init__(f"{file}, {where}: {problem}{shown}. {remedy}")


class DeliveryError(RiskscoreError):
    """A delivery cannot be taken in."""


class UnreadableDeliveryError(DeliveryError):
    """The file cannot be read in its declared format."""

    def __init__(self, *, feed: str, file: str, why: str) -> None:
        super().__init__(f"{feed}, file {file}: {why}. Ask the sender for a new file; this one is refused whole.")


class UnknownFieldError(DeliveryError):
    """A sender used a field nobody has decided about."""

    def __init__(self, *, feed: str, fields: Iterable[str], row: int) -> None:
        super().__init__(
            f"{feed}, row {row}: unknown field(s) {_listed(fields)}. "
            f"Map them in riskscore/sources/{feed}.py or add them to IGNORED with a reason."
        )


class UnknownFixError(DeliveryError):
    """A repair names a column the contract does not have."""

    def __init__(self, *, feed: str, columns: Iterable[str], known: Iterable[str]) -> None:
        super().__init__(f"{feed}: no column {_listed(columns)} to repair. Columns are {_listed(known)}.")
        self.columns, self.known = tuple(sorted(columns)), tuple(sorted(known))


class StillWrongError(DeliveryError):
    """A repaired row still breaks rules; `breaches` are column and rule of each."""

    def __init__(self, *, row: int, said: Iterable[str], breaches: Iterable[tuple[str, str]]) -> None:
        super().__init__(f"Quarantined row {row} is still wrong: {'; '.join(said)}. Set these columns too.")
        self.breaches = tuple(breaches)


class NotSetAsideError(DeliveryError):
    """A row to be repaired is not set aside, or not any more."""

    def __init__(self, *, row: int, state: str) -> None:
        super().__init__(f"Quarantined row {row} {state}. `riskscore quarantine list` shows what is open.")


class ReconciliationError(DeliveryError):
    """Received rows are not accepted + quarantined + refused."""

    def __init__(self, *, delivery_id: str, received: int, accepted: int, quarantined: int, refused: int) -> None:
        super().__init__(
            f"Delivery {delivery_id}: received {received} row(s), but accepted {accepted} + quarantined "
            f"{quarantined} + refused {refused} = {accepted + quarantined + refused}. "
            f"Nothing of it was published; this is a defect of the pipeline, report it."
        )


class FeatureError(RiskscoreError):
    """A feature declaration cannot work."""


class ModelError(RiskscoreError):
    """A model cannot be trained, loaded or used."""


class ModelSpecError(ModelError):
    """A model's spec file is wrong."""

    def __init__(self, *, file: str, faults: Iterable[str]) -> None:
        super().__init__(f"Model spec {file}: {'; '.join(faults)}. Correct the file; nothing was trained.")


class TrainingDataError(ModelError):
    """The rows offered cannot train or judge a model honestly."""


class ArtefactError(ModelError):
    """A stored model is not what was saved."""

    def __init__(self, *, artefact: str, why: str) -> None:
        super().__init__(
            f"Stored model {artefact}: {why}. It was not used. "
            "Restore the folder from a backup, or delete it and train again."
        )


class ModelMismatchError(ModelError):
    """The features offered are not those the model was trained on."""

    def __init__(self, *, model: str, trained_on: list[str], offered: list[str]) -> None:
        missing = [name for name in trained_on if name not in offered]
        unknown = [name for name in offered if name not in trained_on]
        order = " Same columns in another order." if not missing and not unknown else ""
        super().__init__(
            f"Model {model} refuses to score: missing feature(s) {_listed(missing)}; "
            f"unknown feature(s) {_listed(unknown)}.{order} Train it again on today's feature list."
        )


class QueueError(RiskscoreError):
    """A queue cannot be filled or shown."""

    def __init__(self, *, where: str, what: str, which: Iterable[str], then: str) -> None:
        super().__init__(f"{where}: {what}: {_first_few(which)}. {then}")


class ExchangeError(RiskscoreError):
    """An agreement or a bundle is wrong."""


class AgreementError(ExchangeError):
    """An agreement file cannot be followed."""

    def __init__(self, *, file: str, problems: Iterable[str]) -> None:
        super().__init__(
            f"Agreement {file}: {'; '.join(problems)}. Nothing leaves under it until the file is corrected "
            f"(data_contracts/agreements/README.md lists every key)."
        )


class AgreementNotInForceError(ExchangeError):
    """An agreement covers nothing on that day."""

    def __init__(self, *, agreement: str, partner: str, why: str) -> None:
        super().__init__(
            f"Nothing is exported to {partner}: agreement {agreement} {why}. "
            f"If it was renewed, put the new one into data_contracts/agreements/{partner}.yaml."
        )


class ExportRefusedError(ExchangeError):
    """A table is not what its outbound contract promises; values are not shown, they might name a party."""

    def __init__(self, *, table: str, field: str, why: str, row: int | None = None) -> None:
        where = f"{table}, field {field}" + ("" if row is None else f", row {row}")
        super().__init__(
            f"{where}: {why}. No bundle was written; correct the table or "
            f"data_contracts/outbound/{table}.odcs.yaml and export again."
        )


class KeyFileError(ExchangeError):
    """A key file cannot be made or used; its content is never shown."""

    def __init__(self, *, file: str, why: str, then: str) -> None:
        super().__init__(f"Key file {file}: {why}. {then}")


class BundleRejectedError(ExchangeError):
    """A received bundle fails verification."""

    exit_code = 3

    def __init__(self, *, bundle: str, why: str) -> None:
        super().__init__(f"Bundle {bundle} is rejected: {why}. Use nothing of it; ask the sender for a new one.")


class ScoreNotFoundError(RiskscoreError):
    """A container has no score of that day, or several."""

    def __init__(self, container: str, day: str, *, why: str, then: str) -> None:
        super().__init__(f"{container} on {day}: it {why}. {then}")


class StaleRunError(RiskscoreError):
    """A newer run of the same partition began; this one may publish nothing more."""

    def __init__(self, *, step: str, partition: str, run: int, newer: int) -> None:
        by = f"run {newer}" if newer else "another run"
        super().__init__(
            f"{step} for {partition}: run {run} was overtaken by {by} and publishes nothing more. That one does the "
            f"work: see `riskscore runs --step {step}`, and run the step again only if it failed."
        )


class BenchmarkDataError(RiskscoreError):
    """The files of a benchmark are not those it was made for."""

    def __init__(self, *, place: str, why: str, then: str) -> None:
        super().__init__(f"{place}: {why}. {then}")


class DeskError(RiskscoreError):
    """The desk refuses; `sentence` (a message id with {named} places) and `values` let a page say it in any tongue."""

    def __init__(self, sentence: str, **values: str) -> None:
        super().__init__(sentence.format(**values))
        self.sentence, self.values = sentence, values


class NotAllowedError(DeskError):
    """The caller's role or unit does not allow it."""


class NoSuchItemError(DeskError):
    """No queue holds what was asked for."""


class TakenError(DeskError):
    """The item's state or holder does not allow it (any more)."""


class BadInputError(DeskError):
    """What was given makes no sense."""


class LoginError(DeskError):
    """Nobody is let in with this."""


class TooManyLoginsError(LoginError):
    """Too many failures; `retry_after` is how many seconds to wait."""

    def __init__(self, sentence: str, *, retry_after: int) -> None:
        super().__init__(sentence, seconds=str(retry_after))
        self.retry_after = retry_after


class DeskClosedError(DeskError):
    """The database does not answer."""


class WorldError(RiskscoreError):
    """An invented world cannot be made as asked."""


class NotReadyError(RiskscoreError):
    """An earlier step has not run for that day."""

    def __init__(self, *, step: str, needs: str, day: str, then: str = "") -> None:
        then = then or f"Run `riskscore run --day {day}`."
        super().__init__(f"{step} for {day} needs {needs}, which is not there. {then}")


def _rebuilt(kind: type[RiskscoreError], message: str) -> RiskscoreError:
    error = kind.__new__(kind)
    error.args = (message,)
    return error


def _listed(names: Iterable[str]) -> str:
    return ", ".join(sorted(map(str, names))) or "none"


def _first_few(names: Iterable[str], shown: int = 5) -> str:
    found = list(dict.fromkeys(map(str, names)))
    more = f" and {len(found) - shown} more" if len(found) > shown else ""
    return (", ".join(found[:shown]) or "none") + more
