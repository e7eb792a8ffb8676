"""Reader of batch files: all problems are reported at once, with line and column."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from redbead import parameters
from redbead.exceptions import BadInputError
from redbead.scenario.content import FileContent
from redbead.scenario.library import shipped
from redbead.scenario.loader import load, named_after
from redbead.scenario.scenario import Scenario
from redbead.scenario.validation import check_content
from redbead.scenario.yaml_reader import KeyPath, read
from redbead.studies.comparison.batch_keys import (
    ALL,
    BATCH,
    CAUSAL_LINKS,
    PERCENT,
    matching_parameters,
    outcome_problem,
)
from redbead.studies.comparison.policies import build_comparison
from redbead.studies.comparison.spec import (
    ALL_THEORIES,
    AUTO,
    DEFAULT_DECIDING_OUTCOMES,
    BatchDraft,
    Comparison,
    DecidingOutcome,
    Limits,
    Package,
    SwitchingSearch,
    Uncertainty,
)
from redbead.studies.reader_base import add_problems, read_part

_DEFAULT_DIFFERENCE = 0.05


def is_batch(path: Path) -> bool:
    """Return whether a file is a batch, that is, has policies; false if it cannot be read."""
    try:
        data = read(path).data
    except BadInputError:
        return False
    return isinstance(data, dict) and BATCH.mark in data


def read_batch(
    path: Path, *, baseline: str = "", settings: Mapping[str, float | str] | None = None, fewest: int = 2,
    **fields: Any,  # noqa: ANN401
) -> Comparison:  # fmt: skip
    """Read the comparison that a batch file specifies.

    Parameters
    ----------
    path : Path
        The file.
    baseline : str
        Baseline in place of that of the file.
    settings : mapping, optional
        Settings for all policies, by path.
    fewest : int
        Smallest number of policies; 1 for the folder of a single scenario.
    fields
        Other fields of :class:`Comparison`; they take precedence over those of the file.

    Raises
    ------
    BadInputError
        Lists every problem of the file and of the scenarios it names.
    """
    content = check_content(read(path), BATCH)
    draft = _read_draft(content, path, baseline)
    draft.settings = {**_read_time(content), **(settings or {})}
    draft.fields = {"name": content.text("name", default=named_after(path)), **_read_fields(content, draft), **fields}
    content.raise_problems()
    comparison = build_comparison(draft, content.wrong, fewest)
    content.raise_problems()
    if comparison is None:  # its problems were raised
        raise BadInputError(content.document.problems)
    return comparison


def _read_draft(content: FileContent, path: Path, baseline: str) -> BatchDraft:
    """Read policies, grid and mix."""
    names = [str(name) for _, name in content.places("policies")]
    baseline = baseline or content.text("baseline", default=next(iter(names), ""))
    base = content.get("policies", baseline)
    policies = {name: _read_policy(content, name, path, base if isinstance(base, str) else "") for name in names}
    return BatchDraft(
        {name: scenario for name, scenario in policies.items() if scenario is not None},
        baseline,
        content.text("grid", "policy"),
        content.valid("grid", "values", default={}),
        content.valid("mix", default={}),
    )


def _read_policy(content: FileContent, name: str, path: Path, base: str) -> Scenario | None:
    """Read one policy: a name, a path, or differences from a scenario, by default from that of the baseline."""
    place: KeyPath = ("policies", name)
    value = content.valid(*place)
    if isinstance(value, str):
        try:
            return load(_resolve(path, value) if "/" in value or "." in value else value)
        except BadInputError as error:
            add_problems(content, place, value, error)
            return None
    start = content.text(*place, "scenario", default=base or "baseline")
    part = read_part(content, place, _resolve(path, start), named_after(Path(f"{name}.yaml")))
    return None if part is None else part.scenario


def _resolve(path: Path, name: str) -> str:
    """Return a shipped name unchanged, and a path relative to the batch file."""
    return name if name in shipped() else str(path.parent / name)


def _read_time(content: FileContent) -> dict[str, float]:
    """Read durations, as settings for all policies."""
    values = {str(key): content.valid("time", key) for _, key in content.places("time")}
    return {f"time.{key}": float(value) for key, value in values.items() if value is not None}


def _read_fields(content: FileContent, draft: BatchDraft) -> dict[str, Any]:
    """Read all keys other than policies and time."""
    keys = ("title", "question", "source", "looks", "over", "intervals")
    fields: dict[str, Any] = {key: content.text(key) for key in keys if content.get(key) is not None}
    runs, seed, theories = (content.valid(key) for key in ("runs", "seed", "theories"))
    if runs is not None:
        fields["runs"] = None if runs == AUTO else int(runs)
    if seed is not None:
        fields["seed"] = int(seed)
    if theories is not None:
        fields["theories"] = ALL_THEORIES if theories == ALL else tuple(theories)
    outcomes = _read_deciding_outcomes(content)
    sections = {"limits": _read_limits, "uncertainty": _read_uncertainty, "package": _read_package}
    for key, section in sections.items():
        if isinstance(content.get(key), dict):
            fields[key] = section(content)
    if isinstance(content.get("switching"), dict):
        fields["switching"] = _read_switching(content, draft, outcomes or DEFAULT_DECIDING_OUTCOMES)
    return fields | ({"deciding_outcomes": outcomes} if outcomes else {})


def _read_deciding_outcomes(content: FileContent) -> tuple[DecidingOutcome, ...]:
    """Read the deciding outcomes; without values, the smallest difference that matters is 5 %."""
    section = content.get("measures")
    if isinstance(section, list):
        for place in content.places("measures"):
            name = content.valid(*place)
            if name is not None and (problem := outcome_problem(name)):
                content.wrong(place, *problem, shown=True)
    if not content.is_valid("measures") or not section:
        return ()
    if isinstance(section, list):
        return tuple(DecidingOutcome(name, _DEFAULT_DIFFERENCE, relative=True) for name in section)
    return tuple(_deciding_outcome(name, value) for name, value in section.items())


def _deciding_outcome(name: str, value: float | str) -> DecidingOutcome:
    """Deciding outcome with a percentage, or a number in the unit of the outcome."""
    share = re.fullmatch(PERCENT, str(value))
    return DecidingOutcome(name, float(share[1]) / 100, relative=True) if share else DecidingOutcome(name, float(value))


def _whole(content: FileContent, section: str, key: str, default: int) -> int:
    """Read a whole number of a section."""
    return int(content.valid(section, key, default=default))


def _read_limits(content: FileContent) -> Limits:
    """Read the limits. A time of 0 sets the default."""
    default = Limits()
    minutes, seconds = (float(content.valid("limits", key, default=0.0)) for key in ("minutes", "seconds_per_run"))
    runs = _whole(content, "limits", "runs", default.runs)
    return Limits(runs, minutes or default.minutes, seconds or default.seconds_per_run)


def _read_package(content: FileContent) -> Package:
    """Read the policy whose effect is divided among its levers."""
    policy = content.text("package", "policy")
    return Package(policy, _whole(content, "package", "runs", Package(policy).runs))


def _read_uncertainty(content: FileContent) -> Uncertainty:
    """Read the uncertain inputs."""
    sources = ("parameters", "authorities", "ensemble")
    if all(content.get("uncertainty", key) is None for key in sources):
        hint = "Set parameters, authorities: published, or ensemble: england."
        content.wrong(("uncertainty",), "needs a source to draw from", hint)
    authorities, ensemble = (content.text("uncertainty", key) for key in sources[1:])
    paths = _read_paths(content, ("uncertainty", "parameters"))
    return Uncertainty(paths, _whole(content, "uncertainty", "draws", Uncertainty(()).draws), authorities, ensemble)


def _read_paths(content: FileContent, place: KeyPath) -> tuple[str, ...]:
    """Read parameters by path or pattern."""
    paths: dict[str, None] = {}
    for at in (place,) if content.get(*place) == CAUSAL_LINKS else content.places(*place):
        pattern = content.valid(*at)
        if pattern is None:
            continue
        matching = matching_parameters(pattern)
        if not matching:
            nearest = parameters.nearest(pattern)
            hint = f"Did you mean {nearest}?" if nearest else "'redbead parameters' lists all parameters."
            content.wrong(at, "is not a known parameter", hint, shown=True)
        paths |= dict.fromkeys(matching)
    return tuple(paths)


def _read_switching(
    content: FileContent, draft: BatchDraft, outcomes: tuple[DecidingOutcome, ...]
) -> SwitchingSearch:  # fmt: skip
    """Read the search for switching values."""
    default = SwitchingSearch("", "", "", ())
    measure = content.text("switching", "measure", default=outcomes[0].measure)
    if problem := outcome_problem(measure):
        content.wrong(("switching", "measure"), *problem)
    policy = content.text("switching", "policy")
    rival = content.text("switching", "rival", default=draft.baseline)
    points, runs = (_whole(content, "switching", key, getattr(default, key)) for key in ("points", "runs"))
    return SwitchingSearch(policy, rival, measure, _read_paths(content, ("switching", "parameters")), points, runs)
