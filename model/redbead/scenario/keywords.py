"""Words that stand for numbers: theory, regime, takeover rule and outcome, presets of an authority.

A word sets the parameters that it stands for. Where a file gives both the word and such a number, they must agree;
a preset and a theory are starting points instead, and numbers beside them win.

A takeover without a trust leaves the service with the council under a commissioner: `commissioner` and `retain` are
two names for that. The model does not tell them apart; whoever wants no takeover at all writes `rule: none`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple

from redbead.scenario import authorities
from redbead.scenario.authorities import starting_point
from redbead.scenario.theories import BALANCED, THEORIES, position


class Word(NamedTuple):
    """A key of a scenario file whose value is one of a few words; `refused` says why some others are not taken."""

    meaning: str
    choices: Mapping[str, Mapping[str, float]]
    default: str
    binding: bool = True
    refused: Mapping[str, str] = {}


class _Authorities(Mapping[str, Mapping[str, float]]):
    """Starting points by the name of an authority; each is worked out when somebody asks for it."""

    def __getitem__(self, name: str) -> Mapping[str, float]:
        try:
            return starting_point(authorities.published(name), authorities.reference())
        except ValueError as error:
            raise KeyError(name) from error

    def __iter__(self) -> Iterator[str]:
        return authorities.authorities()

    def __len__(self) -> int:
        return sum(1 for _ in self)


PRESET: Final = "authority.preset"
PUBLISHED: Final = "authority.published"


WORDS: Final[Mapping[str, Word]] = {
    "theory": Word(
        "how people and services work, as one side of the debate sees it: loops that it denies are cut, others are "
        "as strong as it says (redbead theories)",
        {name: position(name) for name in THEORIES},
        BALANCED,
        binding=False,
    ),
    PRESET: Word(
        "size of the authority, from published figures: median is 120 posts, large 222 (whole teams nearest to 223); "
        "demand for each post is the same in both",
        {
            "median": {"authority.posts": 120.0, "authority.team_size": 6.0, "authority.caseload": 16.4},
            "large": {"authority.posts": 222.0, "authority.team_size": 6.0, "authority.caseload": 16.4},
        },
        "median",
        binding=False,
    ),
    PUBLISHED: Word(
        "name of an English authority: staffing and demand start from its published figures (redbead authorities)",
        _Authorities(),
        "",
        binding=False,
        refused={name: why for name in authorities.rows() if (why := authorities.missing(name))},
    ),
    "inspection.regime": Word(
        "whether inspectors come and what they leave behind: a published grade, advice without a grade, or nothing",
        {
            "graded": {"inspection.visits": 1.0, "inspection.graded": 1.0},
            "supportive": {"inspection.visits": 1.0, "inspection.graded": 0.0},
            "none": {"inspection.visits": 0.0, "inspection.graded": 0.0},
        },
        "graded",
    ),
    "takeover.rule": Word(
        "whether government takes over an authority that is inadequate and has not improved when the clock runs out",
        {
            "automatic": {"takeover.chance": 1.0},
            "discretionary": {"takeover.chance": 0.5},
            "none": {"takeover.chance": 0.0},
        },
        "none",
    ),
    "takeover.outcome": Word(
        "what a takeover brings: a trust, or a commissioner while the council retains the service",
        {
            "trust": {"takeover.trust": 1.0},
            "commissioner": {"takeover.trust": 0.0},
            "retain": {"takeover.trust": 0.0},
        },
        "retain",
    ),
}
"""Every word by its path, with the numbers that it stands for."""


def implied(path: str, choice: str) -> Mapping[str, float]:
    """The parameters that a word sets.

    >>> dict(implied("takeover.rule", "automatic"))
    {'takeover.chance': 1.0}
    """
    return WORDS[path].choices[choice]


def without(numbers: Mapping[str, float], name: str) -> dict[str, float]:
    """The numbers without those that the published figures of an authority have set."""
    own = implied(PUBLISHED, name) if name else {}
    return {path: value for path, value in numbers.items() if own.get(path) != value}


def holds(path: str, choice: str, values: Mapping[str, float]) -> bool:
    """Whether the numbers in force are those that the word stands for (a preset may be adjusted and keeps its name)."""
    return not WORDS[path].binding or all(values[name] == number for name, number in implied(path, choice).items())
