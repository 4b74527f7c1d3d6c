"""Errors that the desk shows to officers."""

from riskscore.errors.told import RiskscoreError


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
