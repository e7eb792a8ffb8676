"""Make a comparison out of what was asked for, and refuse what cannot be, with the place it came from."""

from __future__ import annotations

from collections.abc import Mapping

from redbead.problems import BadInputError
from redbead.scenario import checks as telling
from redbead.scenario.spec import Scenario
from redbead.scenario.theories import BALANCED
from redbead.study.comparing.arms import differing, own_levers
from redbead.study.comparing.draft import Complain, Draft, Noting, known_policies
from redbead.study.comparing.expand import grid, mixes
from redbead.study.comparing.words import MOST_LEVERS, Comparison, Policy
from redbead.study.runs import slug


def build(draft: Draft, complain: Complain) -> Comparison | None:
    """The comparison, or None where something is wrong (and was complained of)."""
    wrong = Noting(complain)
    policies = _in_world(draft, wrong)
    if draft.baseline not in policies:
        wrong(("baseline",), f"{telling.printable(draft.baseline)!r} is none of the policies", known_policies(policies))
        return None
    base = policies[draft.baseline]
    late = {name: parts for name, parts in draft.mix.items() if not all(part in policies for part in parts)}
    early = {name: parts for name, parts in draft.mix.items() if name not in late}
    policies |= dict(mixes(early, policies, base, wrong))
    policies = dict(grid(draft, policies, wrong))
    policies |= dict(mixes(late, policies, base, wrong))  # of policies that the grid has made
    if wrong.anything():
        return None
    _refuse_alike(policies, wrong)
    _refuse_other_times(policies, draft.baseline, wrong)
    if wrong.anything():
        return None
    comparison = Comparison(
        policies=tuple(Policy(name, scenario) for name, scenario in policies.items()),
        baseline=draft.baseline, **draft.rest,
    )  # fmt: skip
    _refuse_package(comparison, wrong)
    _refuse_theories(comparison, wrong)
    _refuse_overlaps(comparison, wrong)
    return None if wrong.anything() else comparison


def _in_world(draft: Draft, wrong: Noting) -> dict[str, Scenario]:
    """All policies with the settings for all; in what a policy differs from the baseline, it wins."""
    base = draft.policies.get(draft.baseline)
    if not draft.world or base is None:
        return dict(draft.policies)
    try:
        return {
            name: scenario.set({**draft.world, **differing(scenario, base)})
            for name, scenario in draft.policies.items()
        }
    except BadInputError as error:
        for problem in error.problems:
            wrong(("time",), f"{problem.key}: {problem.what}", problem.hint)
        return dict(draft.policies)


def _refuse_alike(policies: Mapping[str, Scenario], wrong: Noting) -> None:
    """Names that become the same name of a file."""
    seen: dict[str, str] = {}
    for name in policies:
        if (other := seen.setdefault(slug(name), name)) != name:
            wrong(("policies", name), f"too much like '{other}': both become '{slug(name)}' in file names",
                  "names must differ in letters or digits")  # fmt: skip
    if len(policies) < 2:
        wrong(("policies",), "only one policy: there is nothing to compare", "redbead run runs a single scenario")


def _refuse_other_times(policies: Mapping[str, Scenario], baseline: str, wrong: Noting) -> None:
    """Policies that run longer or shorter than the baseline."""
    base = policies.get(baseline)
    for name, scenario in policies.items():
        if base and (scenario.weeks, scenario.warm_up_weeks) != (base.weeks, base.warm_up_weeks):
            what = (
                f"runs {scenario.years:g} years after {scenario.warm_up_years:g} of warm-up, the baseline "
                f"{base.years:g} after {base.warm_up_years:g}"
            )
            wrong(("policies", name), what, "set 'time' for all of them: time: {years: 10}")


def _refuse_package(comparison: Comparison, wrong: Noting) -> None:
    """A package that is no policy, has one lever only, or too many."""
    if comparison.package is None:
        return
    name = comparison.package.policy
    if name not in comparison.names:
        wrong(("package", "policy"), f"{name!r} is none of the policies", f"they are: {', '.join(comparison.names)}")
    elif not 2 <= len(own_levers(comparison)) <= MOST_LEVERS:
        many = len(own_levers(comparison))
        what = f"'{name}' adds {many} lever{'s' * (many != 1)} to the baseline"
        wrong(("package", "policy"), what, f"shares can be told for 2 to {MOST_LEVERS} levers")


def _refuse_theories(comparison: Comparison, wrong: Noting) -> None:
    """Policies that take a theory of their own while the comparison goes through several."""
    for policy in comparison.policies if comparison.theories else ():
        own = policy.scenario.theory
        if own != BALANCED:
            wrong(("policies", policy.name), f"takes the theory {own} itself, and the comparison lists theories",
                  "leave one of the two out")  # fmt: skip


def _refuse_overlaps(comparison: Comparison, wrong: Noting) -> None:
    """Sides of a switching value that are no policies, or one and the same."""
    asked = comparison.switching
    if asked is None:
        return
    for key, name in (("policy", asked.policy), ("rival", asked.rival)):
        if name not in comparison.names:
            wrong(("switching", key), f"{name!r} is none of the policies", f"they are: {', '.join(comparison.names)}")
    if asked.policy == asked.rival:
        wrong(("switching", "policy"), "is its own rival", "name another policy")
