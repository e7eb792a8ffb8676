"""Problems that users meet: each says what is wrong, where, why, and what to do. None of them is a traceback."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum


class Exit(IntEnum):
    """Exit codes of the command line; scripts depend on them."""

    GOOD = 0
    CHECK_FAILED = 1
    BAD_INPUT = 2
    SOME_RUNS_FAILED = 3
    INTEGRITY = 4
    ENVIRONMENT = 5
    UNDECIDED = 6
    INTERRUPTED = 130


@dataclass(frozen=True, order=True)
class Problem:
    """One thing that is wrong with an input: file, line and column (from 1; 0 when unknown), key, what, hint."""

    file: str
    line: int = 0
    column: int = 0
    key: str = ""
    what: str = ""
    hint: str = ""

    def __str__(self) -> str:
        """The problem as the terminal shows it: ``file:line:column: key: what``, with the hint below."""
        place = ":".join([self.file, *(str(n) for n in (self.line, self.column) if n)])
        text = ": ".join(part for part in (place, self.key, self.what) if part)
        return f"{text}\n    {self.hint}" if self.hint else text


class RedBeadError(Exception):
    """Any failure that the user can do something about; carries the exit code that goes with it."""

    exit_code = Exit.CHECK_FAILED


@dataclass
class BadInputError(RedBeadError):
    """One or more problems in scenario files or command-line values; all of them at once."""

    problems: list[Problem] = field(default_factory=list)
    exit_code = Exit.BAD_INPUT

    def __post_init__(self) -> None:
        self.problems = sorted(set(self.problems))
        super().__init__(str(self))

    def __str__(self) -> str:
        """All problems, one below the other, and their number."""
        many = len(self.problems)
        return "\n".join([*map(str, self.problems), f"{many} problem{'s' * (many != 1)}. Nothing was run."])


class IntegrityError(RedBeadError):
    """A file is not what its record says: edited, damaged, or from another version."""

    exit_code = Exit.INTEGRITY


class EnvironmentProblemError(RedBeadError):
    """The machine is in the way: disk, rights, a lock, a missing extra."""

    exit_code = Exit.ENVIRONMENT
