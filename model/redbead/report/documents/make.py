"""Every document by its name: what it is, and how it is made."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final, NamedTuple

import jinja2
import yaml

from redbead import parameters
from redbead.levers import LEVERS, Lever
from redbead.measures import MEASURES
from redbead.report.documents import checklists, gather
from redbead.scenario.banner import BANNER
from redbead.scenario.provenance import markdown as parameter_table
from redbead.study.checking.read import shipped_checks
from redbead.study.targets.read import read_targets

_TEXTS: Final = Path(__file__).parent / "texts"


class Document(NamedTuple):
    """A document: what it is in a line, and what makes it."""

    about: str
    make: Callable[[], str]


def _rendered(template: str, **facts: Any) -> str:  # noqa: ANN401 - whatever a template shows
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(_TEXTS), undefined=jinja2.StrictUndefined, trim_blocks=True,
        autoescape=False, keep_trailing_newline=True,  # noqa: S701 - Markdown, of our own words only
    )  # fmt: skip
    return environment.get_template(template).render(banner=BANNER, **_counts(), **facts)


@functools.cache
def _counts() -> Mapping[str, int]:
    """Figures that several documents give: of numbers, checks and targets."""
    checks = shipped_checks()
    expected = [e for check in checks for e in check.expect]
    numbers = [item.param.basis for item in parameters.register().values()]
    return {
        "numbers": len(numbers), "assumed": numbers.count("assumed"), "checks": len(checks),
        "expectations": len(expected), "known": sum(bool(e.known) for e in expected),
        "targets": len(read_targets().fitted),
    }  # fmt: skip


def odd() -> str:
    """The model after ODD+D."""
    told = {rule.name: rule.summary for rule in gather.rules()}
    rooms: dict[str, list[gather.Rule]] = {}
    for rule in gather.rules():
        rooms.setdefault(rule.room, []).append(rule)
    return _rendered(
        "odd.md.j2", tables=gather.tables(), phases=gather.phases(), draws=gather.draws(), rules=gather.rules(),
        rooms=list(rooms.items()), measures=MEASURES, levers=LEVERS, families=parameters.FAMILIES, bends=_bends,
        summary=lambda name: told.get(name, _elsewhere(name)),
        posts=f"{parameters.register()['authority.posts'].default:g}",
        team=f"{parameters.register()['authority.team_size'].default:g}",
    )  # fmt: skip


def _elsewhere(name: str) -> str:
    """What a phase of another room does: its first sentence."""
    from redbead.engine import week

    return " ".join((getattr(week, name).py_func.__doc__ or "").partition("\n\n")[0].split())


def _bends(lever: type[Lever]) -> str:
    return ", ".join(f"`{path}`" for path in dict.fromkeys(bend.path for bend in lever().bends()))


def assumptions() -> str:
    """The log of structural assumptions."""
    rows = yaml.safe_load((_TEXTS / "assumptions.yaml").read_text(encoding="utf-8"))
    return _rendered("assumptions.md.j2", rows=rows)


DOCUMENTS: Final[Mapping[str, Document]] = {
    "odd": Document("the model, so that a stranger could rebuild it (ODD+D)", odd),
    "parameters": Document("every number: symbol, unit, range, distribution, grade, source", parameter_table),
    "assumptions": Document("choices of structure: why, what hangs on them, how far they are known", assumptions),
    "stress-abs": Document(
        "checklist for agent-based simulation (STRESS-ABS)",
        lambda: _rendered("checklist.md.j2", title="STRESS-ABS", items=checklists.abs_items(_counts())),
    ),
    "stress-sd": Document(
        "checklist for system dynamics (STRESS-SD)",
        lambda: _rendered("checklist.md.j2", title="STRESS-SD", items=checklists.sd_items(_counts())),
    ),
    "assurance": Document(
        "what was checked, what was not, who has to sign (AQuA Book)", lambda: _rendered("assurance.md.j2")
    ),
    "limits": Document("what the model cannot say", lambda: _rendered("limits.md.j2")),
}  # fmt: skip
"""Every document, in the order in which a reviewer asks for them."""
