"""Errors that users can act on.

Each message states what is wrong, where, what is allowed and what to do next. The command line prints these messages
without a traceback and ends with the exit code of the error class.
"""

from __future__ import annotations

import inspect
import re
import traceback
from dataclasses import dataclass, field
from enum import IntEnum
from pathlib import Path
from typing import Final


class Exit(IntEnum):
    """Exit codes of the command line. Scripts depend on them."""

    GOOD = 0
    CHECK_FAILED = 1
    BAD_INPUT = 2
    SOME_RUNS_FAILED = 3
    INTEGRITY = 4
    ENVIRONMENT = 5
    UNDECIDED = 6
    INTERRUPTED = 130


_PREDICATES: Final = (
    *("is ", "are ", "was ", "has ", "must ", "needs ", "cannot ", "appears ", "contradicts ", "exists ", "includes "),
    *("defines ", "lies ", "lists ", "matches ", "overrides ", "sets ", "specifies "),
)
"""First words of a description that continues the key into one sentence."""


_MAX_LENGTH = 60
_LONGEST_CAUSE: Final = 200
INSTALLED: Final = frozenset({"site-packages", "dist-packages"})
"""Names of folders of installed packages."""
_JOINERS = re.compile("[\u200c\u200d\U000e0020-\U000e007f]")
"""Invisible characters that words of some scripts and some emoji need."""

MAX_SHOWN: Final = 20
"""Largest number of problems that a message shows."""
MAX_PROBLEMS: Final = 200
"""Largest number of problems of one file. The rest of the file is then not checked, which bounds the time."""
_TOO_MANY: Final = f"the file has more than {MAX_PROBLEMS} problems, and its rest was not checked"


def is_printable(text: str) -> bool:
    r"""Whether a text has no control characters and no characters that change the direction of other text.

    Examples
    --------
    >>> is_printable("μάθηση"), is_printable("a\nb"), is_printable("\u202eb")
    (True, False, False)
    """
    return _JOINERS.sub("", text).isprintable()


def printable(text: object) -> str:
    """Replace control characters and shorten the text, which may come from a hostile file."""
    safe = "".join(c if is_printable(c) else "?" for c in str(text)[: _MAX_LENGTH + 1])
    return safe if len(safe) <= _MAX_LENGTH else safe[: _MAX_LENGTH - 3] + "..."


def format_value(value: object) -> str:
    """Format a value from a file for a message: short, on one line, without control characters.

    Examples
    --------
    >>> format_value("a" * 100)[-6:], format_value(7), format_value(True), format_value("no"), format_value({})
    ("aa...'", '7', 'true', "'no'", 'an empty mapping')
    """
    match value:
        case dict():
            return "a mapping" if value else "an empty mapping"
        case list():
            return "a list" if value else "an empty list"
        case None:
            return "empty"
        case bool():
            return str(value).lower()
        case float():
            return f"{value:g}"
        case str():
            return f"'{printable(value)}'"
    return printable(value)


@dataclass(frozen=True, order=True)
class Problem:
    """One problem in a file or an option.

    Parameters
    ----------
    file : str
        File name as the user typed it, or the option, such as ``--set``.
    line, column : int
        Position in the file, counted from 1. 0 where it is unknown.
    key : str
        Key or value concerned, such as ``inspection.stakes = 7``.
    what : str
        What is wrong. A description that starts with a verb, such as "is not a known key", has the key as its subject.
    hint : str
        What is allowed, or what to do next.

    Examples
    --------
    >>> print(Problem("a.yaml", 2, 3, "stake", "is not a known key", "Did you mean stakes?"))
    a.yaml:2:3: stake is not a known key.
        Did you mean stakes?
    >>> print(Problem("a.yaml", what="the file is empty"))
    a.yaml: the file is empty.
    """

    file: str
    line: int = 0
    column: int = 0
    key: str = ""
    what: str = ""
    hint: str = ""

    def __str__(self) -> str:
        """Format the problem for the terminal, with the hint on a second line."""
        place = ":".join([self.file, *(str(n) for n in (self.line, self.column) if n)])
        join = " " if self.key and self.what.startswith(_PREDICATES) else ": "
        sentence = join.join(part for part in (self.key, self.what) if part)
        end = "" if sentence.endswith((".", "?", "!")) else "."
        text = f"{place}: {sentence}{end}" if sentence else place
        return f"{text}\n    {_sentence(self.hint)}" if self.hint else text


def too_many(file: str) -> Problem:
    """Problem of a file with too many problems."""
    return Problem(file, what=_TOO_MANY, hint="Correct the problems that are listed, then check the file again.")


def _sentence(hint: str) -> str:
    """Start a hint with a capital letter and end it with a full stop, unless it starts or ends with a command or value.

    Examples
    --------
    >>> _sentence("remove one of the two"), _sentence("redbead levers lists them"), _sentence("write format: 1")
    ('Remove one of the two.', 'redbead levers lists them.', 'Write format: 1')
    """
    start = hint[0].upper() + hint[1:] if re.match(r"(?!redbead\b)[a-z]+[ ,:]", hint) else hint
    return f"{start}." if re.search(r"(^|[ '])[A-Za-z]+'?$", start) else start


class RedBeadError(Exception):
    """Base class of all errors that the user can act on. Each class has its own exit code."""

    exit_code = Exit.CHECK_FAILED


@dataclass
class BadInputError(RedBeadError):
    """All problems in scenario files, options or arguments, raised together.

    Parameters
    ----------
    problems : list of Problem
        The problems. Duplicates are removed and the rest is sorted by file and line.
    state : str
        What was run in spite of the problems.
    """

    problems: list[Problem] = field(default_factory=list)
    state: str = "Nothing was run."
    exit_code = Exit.BAD_INPUT

    def __post_init__(self) -> None:
        self.problems = sorted(set(self.problems))
        super().__init__(str(self))

    def __str__(self) -> str:
        """List the first problems, then the number of all problems."""
        stopped = sum(problem.what == _TOO_MANY for problem in self.problems)
        number = len(self.problems) - stopped
        more = [f"... and {number - MAX_SHOWN:,} more."] if number > MAX_SHOWN else []
        shown = map(str, self.problems[: MAX_SHOWN + stopped])
        count = f"{'At least ' * bool(stopped)}{number:,} problem{'s' * (number != 1)} found. {self.state}"
        return "\n".join([*shown, *more, count])


class IntegrityError(RedBeadError):
    """A file does not match its manifest or journal: it was edited, is damaged, or comes from another version."""

    exit_code = Exit.INTEGRITY


class EnvironmentProblemError(RedBeadError):
    """The computer prevents the command: disk, permissions, a lock, or a package that is not installed."""

    exit_code = Exit.ENVIRONMENT


class RunsFailedError(RedBeadError):
    """Runs that a study needs failed. All other results are kept, so that the same command continues."""

    exit_code = Exit.SOME_RUNS_FAILED


def describe(error: BaseException) -> str:
    """Class and first line of an error, in at most 200 characters. The error of a user's class may fail to do so."""
    try:
        message = str(error)
    except Exception:  # from the class of the user
        message = ""
    text = (f"{type(error).__name__}: {message}".splitlines() or [""])[0].removesuffix(": ")
    return "".join(character if is_printable(character) else "?" for character in text[:_LONGEST_CAUSE])


def place_of(error: BaseException) -> str:
    """Line of the user's code that raised an error, such as " (my_agents.py, line 7)"; empty for other code."""
    file, line = last_user_line(error)
    return f" ({Path(file).name}, line {line})" if file else ""


def last_user_line(error: BaseException) -> tuple[str, int]:
    """File and line of the last frame of a traceback that is neither of this package nor of an installed one."""
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if _is_of_user(frame.filename)]
    return (frames[-1].filename, frames[-1].lineno or 0) if frames else ("", 0)


def _is_of_user(file: str) -> bool:
    """Whether a file belongs to the user: not to this package, to Python or to an installed package."""
    path = Path(file)
    standard = Path(inspect.__file__).parent
    own = not path.is_relative_to(Path(__file__).parent) and not path.is_relative_to(standard)
    return own and not file.startswith("<frozen") and INSTALLED.isdisjoint(path.parts)
