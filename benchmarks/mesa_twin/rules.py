"""The package's scalar rules as plain Python functions, all the way down.

The equations are not written twice. Calling a rule of the package from Python goes through a small wrapper; the twin
must not pay for that, so each rule is rebuilt here to call its own helpers directly, as if it had been written by hand.
"""

from __future__ import annotations

import types
from collections.abc import Callable
from typing import Any

from redbead import parameters, rng
from redbead.behaviour import (
    blame,
    burnout,
    case_allocation,
    error_generation,
    fear,
    leadership,
    learning,
    manager_response,
    reporting,
    staffing,
    workload,
)
from redbead.dynamics import demand, finance, quality, structural_change
from redbead.oversight import consequences, inspection, publicity
from redbead.state import maths

_built: dict[Any, Callable[..., Any]] = {}


def as_written(rule: Any) -> Callable[..., Any]:
    """`rule` as a plain function whose helpers are plain functions too."""
    if rule not in _built:
        source = rule.py_func
        names = dict(source.__globals__)
        built = types.FunctionType(source.__code__, names, source.__name__, source.__defaults__, source.__closure__)
        _built[rule] = built
        for name in source.__code__.co_names:
            if hasattr(names.get(name), "py_func"):
                names[name] = as_written(names[name])
    return _built[rule]


coefficients = as_written(parameters.coefficients)
clip01 = as_written(maths.clip01)
approach = as_written(maths.approach)
chance = as_written(maths.chance)
log_pressure = as_written(maths.log_pressure)
spread_over = as_written(maths.spread_over)
normal = as_written(rng.normal)

referral_rate = as_written(demand.referral_rate)
accepted_share = as_written(demand.accepted_share)
room = as_written(case_allocation.room)
output = as_written(workload.output)
improvement_share = as_written(workload.improvement_share)
share_for_families = as_written(workload.share_for_families)
shortfall = as_written(workload.shortfall)
care = as_written(workload.time_per_case)
pace = as_written(workload.throughput)
moved_standard = as_written(workload.step_standard)

error_rate = as_written(error_generation.error_rate)
error_climate = as_written(error_generation.error_climate)
recognised_share = as_written(error_generation.recognised_share)
willingness_to_report = as_written(reporting.willingness_to_report)
willingness_in_confidence = as_written(reporting.willingness_in_confidence)
escalates = as_written(manager_response.escalates)
responds_with_blame = as_written(manager_response.responds_with_blame)
chance_of_sanction = as_written(manager_response.chance_of_sanction)
analysis_quality = as_written(learning.analysis_quality)
usefulness_aim = as_written(learning.usefulness_target)
learning_rate = as_written(learning.learning_rate)
forgetting_rate = as_written(learning.forgetting_rate)

fear_aim = as_written(fear.fear_target)
manager_fear_aim = as_written(fear.manager_fear_target)
leader_fear_aim = as_written(fear.leader_fear_target)
moved_fear = as_written(fear.step_fear)
blame_aim = as_written(blame.blame_target)
support = as_written(burnout.support)
burnout_aim = as_written(burnout.burnout_target)

skill = as_written(staffing.skill)
initial_tenure = as_written(staffing.initial_tenure)
initial_filled_share = as_written(staffing.initial_filled_share)
agency_recruitment_target = as_written(staffing.agency_recruitment_target)
re_referral_rate = as_written(demand.re_referral_rate)
chance_of_leaving = as_written(staffing.chance_of_leaving)
grade_effect_on_applications = as_written(staffing.grade_effect_on_applications)
attention = as_written(leadership.attention)
attention_to_staff = as_written(leadership.attention_to_staff)
gaming_aim = as_written(leadership.gaming_target)

stakes_in_force = as_written(inspection.effective_stakes)
threat = as_written(inspection.threat)
poor_share = as_written(inspection.poor_share)
grade_of = as_written(inspection.grade_of)
has_improved = as_written(consequences.has_improved)
continuity = as_written(quality.continuity)
true_quality = as_written(quality.true_quality)
visible_quality = as_written(quality.visible_quality)
quality_reported_by_families = as_written(quality.quality_reported_by_families)
quality_from_failures = as_written(publicity.quality_from_failures)
efficiency = as_written(structural_change.efficiency)
displaced_posts = as_written(finance.displaced_posts)
non_post_spending = as_written(finance.non_post_spending)
