"""Words that stand for numbers: theory, regime, takeover rule and outcome, presets of an authority.

A word sets the parameters that it stands for. Where a file gives both the word and such a number, they must agree;
a preset and a theory are starting points instead, and numbers beside them win.

A takeover without a trust leaves the service with the council under a commissioner: `commissioner` and `retain` are
two names for that. The model does not tell them apart; whoever wants no takeover at all writes `rule: none`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple

from redbead.scenario.theories import BALANCED, THEORIES, position


class Word(NamedTuple):
    """A key of a scenario file whose value is one of a few words."""

    meaning: str
    choices: Mapping[str, Mapping[str, float]]
    default: str
    binding: bool = True


WORDS: Final[Mapping[str, Word]] = {
    "theory": Word(
        "how people and services work, as one side of the debate sees it: loops that it denies are cut, others are "
        "as strong as it says (redbead theories)",
        {name: position(name) for name in THEORIES},
        BALANCED,
        binding=False,
    ),
    "authority.preset": Word(
        "size of the authority, from published figures: median is 120 posts, large 222 (whole teams nearest to 223); "
        "demand for each post is the same in both",
        {
            "median": {"authority.posts": 120.0, "authority.team_size": 6.0, "authority.caseload": 16.0},
            "large": {"authority.posts": 222.0, "authority.team_size": 6.0, "authority.caseload": 16.0},
        },
        "median",
        binding=False,
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


def holds(path: str, choice: str, values: Mapping[str, float]) -> bool:
    """Whether the numbers in force are those that the word stands for (a preset may be adjusted and keeps its name)."""
    return not WORDS[path].binding or all(values[name] == number for name, number in implied(path, choice).items())
