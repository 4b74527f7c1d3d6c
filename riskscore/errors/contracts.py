"""Errors of contracts and of deliveries held to them."""

from collections.abc import Iterable

from riskscore.errors.told import RiskscoreError, listed


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
            f"{feed}, row {row}: unknown field(s) {listed(fields)}. "
            f"Map them in riskscore/sources/{feed}.py or add them to IGNORED with a reason."
        )


class UnknownFixError(DeliveryError):
    """A repair names a column the contract does not have."""

    def __init__(self, *, feed: str, columns: Iterable[str], known: Iterable[str]) -> None:
        super().__init__(f"{feed}: no column {listed(columns)} to repair. Columns are {listed(known)}.")
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
