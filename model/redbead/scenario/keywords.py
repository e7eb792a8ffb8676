"""Keywords of scenario files: theory, inspection regime, takeover rule and outcome, presets of an authority.

Each choice of a keyword sets one or more parameters. If a file also sets such a parameter directly, the two values must
agree. A preset and a theory are only starting points: parameters given beside them take precedence.

A takeover without a trust leaves the service with the council under a commissioner. ``commissioner`` and ``retain`` are
two names for this outcome, and the model treats them alike. Use ``rule: none`` for no takeover at all.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from redbead.exceptions import printable
from redbead.scenario import authorities
from redbead.scenario.authorities import starting_point
from redbead.scenario.keys import Keyword, LazyKeys
from redbead.scenario.theories import BALANCED, THEORIES, theory_values


class _PublishedAuthorities(Mapping[str, Mapping[str, float]]):
    """Starting points by the name of an authority, computed on first use."""

    def __getitem__(self, name: str) -> Mapping[str, float]:
        try:
            return starting_point(authorities.published(name), authorities.reference())
        except ValueError as error:
            raise KeyError(name) from error

    def __iter__(self) -> Iterator[str]:
        return authorities.authorities()

    def __len__(self) -> int:
        return sum(1 for _ in self)


def _published_hint(value: Mapping[str, Any]) -> str:
    """Hint for a preset that is a mapping: how to start from the published figures of an authority."""
    name = value.get("published")
    written = printable(name) if isinstance(name, str) else "NAME"
    return f"To start from the published figures of an authority, write authority: {{published: {written}}}."


PRESET: Final = "authority.preset"
PUBLISHED: Final = "authority.published"


KEYWORDS: Final[Mapping[str, Keyword]] = {
    "theory": Keyword(
        "how people and services work according to one side of the debate; a theory cuts causal links that it denies "
        "and sets the strength of others ('redbead theories' lists them)",
        {name: theory_values(name) for name in THEORIES},
        BALANCED,
        binding=False,
    ),
    PRESET: Keyword(
        "size of the authority from published figures; median has 120 posts, large has 222 (whole teams, nearest to "
        "223), and demand per post is the same in both",
        {
            "median": {"authority.posts": 120.0, "authority.team_size": 6.0, "authority.caseload": 16.4},
            "large": {"authority.posts": 222.0, "authority.team_size": 6.0, "authority.caseload": 16.4},
        },
        "median",
        binding=False,
        mapping_hint=_published_hint,
    ),
    PUBLISHED: Keyword(
        "name of an English authority whose published figures set staffing and demand ('redbead authorities' lists "
        "them)",
        _PublishedAuthorities(),
        "",
        binding=False,
        refused=LazyKeys(lambda: {name: why for name in authorities.rows() if (why := authorities.missing(name))}),
    ),
    "inspection.regime": Keyword(
        "result of an inspection: a published grade, advice without a grade, or no inspection",
        {
            "graded": {"inspection.visits": 1.0, "inspection.graded": 1.0},
            "supportive": {"inspection.visits": 1.0, "inspection.graded": 0.0},
            "none": {"inspection.visits": 0.0, "inspection.graded": 0.0},
        },
        "graded",
    ),
    "takeover.rule": Keyword(
        "whether government takes over an authority that is inadequate and has not improved by the deadline",
        {
            "automatic": {"takeover.chance": 1.0},
            "discretionary": {"takeover.chance": 0.5},
            "none": {"takeover.chance": 0.0},
        },
        "none",
    ),
    "takeover.outcome": Keyword(
        "result of a takeover: a trust, or a commissioner while the council retains the service",
        {
            "trust": {"takeover.trust": 1.0},
            "commissioner": {"takeover.trust": 0.0},
            "retain": {"takeover.trust": 0.0},
        },
        "retain",
    ),
}
"""Every keyword by its path, with the parameters that each choice sets."""


def implied_values(path: str, choice: str) -> Mapping[str, float]:
    """Parameters that a choice of a keyword sets.

    Examples
    --------
    >>> dict(implied_values("takeover.rule", "automatic"))
    {'takeover.chance': 1.0}
    """
    return KEYWORDS[path].choices[choice]


def without_published(values: Mapping[str, float], authority: str) -> dict[str, float]:
    """Remove the values that came from the published figures of an authority."""
    published = implied_values(PUBLISHED, authority) if authority else {}
    return {path: value for path, value in values.items() if published.get(path) != value}


def matches(path: str, choice: str, values: Mapping[str, float]) -> bool:
    """Whether the values in force are those that the choice sets; a preset or theory may be adjusted."""
    return not KEYWORDS[path].binding or all(values[name] == v for name, v in implied_values(path, choice).items())
