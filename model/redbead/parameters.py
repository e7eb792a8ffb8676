"""All families of parameters, their YAML paths, and the conversion between rows of numbers and coefficients.

A path such as ``reporting.fear`` identifies one parameter. A row contains the values of all parameters in a fixed
order. A schedule has one row per distinct week of a scenario, with the effects of its levers applied.
"""

from __future__ import annotations

import difflib
import fnmatch
import functools
from pathlib import Path
from typing import Annotated, Any, Final, NamedTuple, get_type_hints

import numpy as np

from redbead.behaviour.blame import Blame
from redbead.behaviour.burnout import Burnout
from redbead.behaviour.case_allocation import Caseload
from redbead.behaviour.conduct import Conduct
from redbead.behaviour.discovery import Discovery
from redbead.behaviour.error_generation import Practice
from redbead.behaviour.error_outcomes import ErrorOutcomes
from redbead.behaviour.experience import Experience
from redbead.behaviour.fear import Fear
from redbead.behaviour.formal_action import FormalAction
from redbead.behaviour.incidents import Incidents
from redbead.behaviour.leadership import Leadership
from redbead.behaviour.learning import Lessons
from redbead.behaviour.management import Management
from redbead.behaviour.manager_response import Response
from redbead.behaviour.peer_reports import Peers
from redbead.behaviour.reporting import Reporting
from redbead.behaviour.sickness import Sickness
from redbead.behaviour.staffing import Staffing
from redbead.behaviour.workload import Workload
from redbead.dynamics.demand import Demand
from redbead.dynamics.finance import Cost
from redbead.dynamics.quality import Quality
from redbead.dynamics.structural_change import Change
from redbead.jit import families_of, from_row, rule
from redbead.oversight.consequences import Consequences, Takeover
from redbead.oversight.inspection import Inspection
from redbead.oversight.publicity import Publicity
from redbead.quantities import Declared, Param, Symbol, declared, symbol_of
from redbead.state.constants import Reals

DATA_FOLDER: Final = Path(__file__).parent / "data"
"""Folder of published figures."""

CAUSAL_LINKS: Final = "causal links"
"""Pattern that selects the strengths of all causal links."""


class Authority(NamedTuple):
    """Parameters of the size and structure of one authority."""

    # fmt: off
    posts: Annotated[float, Param("posts", 6, 20000, "case-holding posts of social workers", "measured",
        "median authority: 119 case holders, DfE workforce 2025", ("dfe-workforce-2025",),
        processing="rounded to whole teams of six", whole=True)] = 120.0
    team_size: Annotated[float, Param(
        "posts", 2, 20, "posts per team manager", "assumed", "4 to 8; none published nationally", whole=True)] = 6.0
    caseload: Annotated[float, Param("cases", 5, 40, "cases per worker at the start of the simulation", "measured",
        "15.2 (2025) to 17.8 (2017): DfE workforce", ("dfe-workforce-2025",), distribution="size")] = 16.4
    friends: Annotated[float, Param("people", 0, 20, "informal ties per worker (an even number)", "assumed",
        "small world: Watts and Strogatz 1998", ("watts-strogatz-1998",), whole=True)] = 4.0
    rewired: Annotated[float, Param(
        "share", 0, 1, "share of informal ties between distant teams", distribution="size")] = 0.1
    extra_posts: Annotated[float, Param("share", -0.3, 1,
        "funded posts relative to the establishment; below 0 the service is underfunded", distribution="policy")] = 0.0
    # fmt: on


class Coefficients(NamedTuple):
    """All parameters of one week, by family, with the symbol of each family in equations.

    This is the only list of the families. It determines the paths of parameters and the order of a row.
    """

    authority: Annotated[Authority, Symbol("N")]
    demand: Annotated[Demand, Symbol("lambda")]
    caseload: Annotated[Caseload, Symbol("c")]
    workload: Annotated[Workload, Symbol("x")]
    practice: Annotated[Practice, Symbol("theta")]
    conduct: Annotated[Conduct, Symbol("eta")]
    aftermath: Annotated[ErrorOutcomes, Symbol("chi")]
    discovery: Annotated[Discovery, Symbol("delta")]
    reporting: Annotated[Reporting, Symbol("a")]
    response: Annotated[Response, Symbol("s")]
    peers: Annotated[Peers, Symbol("psi")]
    formal: Annotated[FormalAction, Symbol("d")]
    incidents: Annotated[Incidents, Symbol("iota")]
    lessons: Annotated[Lessons, Symbol("l")]
    experience: Annotated[Experience, Symbol("E")]
    fear: Annotated[Fear, Symbol("f")]
    blame: Annotated[Blame, Symbol("B")]
    burnout: Annotated[Burnout, Symbol("beta")]
    staffing: Annotated[Staffing, Symbol("gamma")]
    management: Annotated[Management, Symbol("m")]
    sickness: Annotated[Sickness, Symbol("S")]
    leadership: Annotated[Leadership, Symbol("L")]
    inspection: Annotated[Inspection, Symbol("I")]
    consequences: Annotated[Consequences, Symbol("C")]
    takeover: Annotated[Takeover, Symbol("T")]
    publicity: Annotated[Publicity, Symbol("p")]
    quality: Annotated[Quality, Symbol("Q")]
    change: Annotated[Change, Symbol("U")]
    cost: Annotated[Cost, Symbol("K")]


FAMILIES: Final[dict[str, type[Any]]] = families_of(Coefficients)
"""Families of parameters by name."""

_SYMBOLS: Final = {name: symbol_of(hint) for name, hint in get_type_hints(Coefficients, include_extras=True).items()}

SIZE: Final = sum(len(kind._fields) for kind in FAMILIES.values())
"""Number of parameters, the length of a row."""


@functools.cache
def register() -> dict[str, Declared]:
    """Return all parameters by path, in the order of a row, each with its symbol."""
    return {
        f"{name}.{item.name}": item._replace(param=item.param.with_symbol(f"{_SYMBOLS[name]}_{item.name}"))
        for name, kind in FAMILIES.items()
        for item in declared(kind)
    }


@functools.cache
def index_of(path: str) -> int:
    """Return the position of a parameter in a row.

    Parameters
    ----------
    path : str
        Path, such as ``reporting.fear``.

    Raises
    ------
    ValueError
        If no parameter has this path.
    """
    return list(register()).index(path)


REPLACED: Final = {
    "fear.accusation": "peers.fear_witness",
    "fear.manager_accused": "blame.answerable_fear",
    "practice.strike_deterrence": "conduct.deter_violations",
}
"""Parameters of earlier versions, and the parameters that have their effect through events now."""


def nearest(path: str) -> str | None:
    """Return the most similar path of a parameter, or None if no path is similar."""
    matches = difflib.get_close_matches(path, register(), 1)
    if not matches:
        tail = path.rpartition(".")[2]
        matches = [p for p in register() if p.rpartition(".")[2] == tail][:1]
    return matches[0] if matches else None


def matching(pattern: str) -> list[str]:
    """Parameters that match a path, a pattern such as ``fear.*``, or 'causal links'.

    >>> matching("fear.bla*")
    ['fear.blame']
    """
    if pattern == CAUSAL_LINKS:
        return [path for path, item in register().items() if item.param.causal_link]
    return [path for path in register() if path == pattern or fnmatch.fnmatchcase(path, pattern)]


def default_row() -> Reals:
    """Return the default values of all parameters as a row."""
    return np.array([item.default for item in register().values()])


@rule
def coefficients(row: Reals) -> Coefficients:
    """Coefficients of one week.

    Parameters
    ----------
    row : numpy.ndarray
        Values of all parameters in the order of :func:`register`. Shape [parameters].

    Returns
    -------
    Coefficients
        The values by family.

    Examples
    --------
    >>> coefficients(default_row()).authority.posts
    120.0
    """
    return from_row(Coefficients, row)
