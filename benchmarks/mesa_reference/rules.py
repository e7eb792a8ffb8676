"""Scalar rules of the package as plain Python functions.

The equations are shared with the package. A call of a rule from Python passes through a small wrapper. To avoid this
cost, each rule is rebuilt here so that it calls its helper rules directly, like a function written by hand.
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
    conduct,
    error_generation,
    error_outcomes,
    experience,
    fear,
    formal_action,
    incidents,
    leadership,
    learning,
    management,
    manager_response,
    peer_reports,
    reporting,
    sickness,
    staffing,
    workload,
)
from redbead.dynamics import demand, finance, quality, structural_change
from redbead.oversight import consequences, inspection, publicity
from redbead.state import maths

_built: dict[Any, Callable[..., Any]] = {}


def plain_function(rule: Any) -> Callable[..., Any]:
    """Return a rule as a plain function that calls plain functions."""
    if rule not in _built:
        source = rule.py_func
        names = dict(source.__globals__)
        built = types.FunctionType(source.__code__, names, source.__name__, source.__defaults__, source.__closure__)
        _built[rule] = built
        for name in source.__code__.co_names:
            if hasattr(names.get(name), "py_func"):
                names[name] = plain_function(names[name])
    return _built[rule]


coefficients = plain_function(parameters.coefficients)
clip01 = plain_function(maths.clip01)
approach = plain_function(maths.approach)
chance = plain_function(maths.chance)
log_pressure = plain_function(maths.log_pressure)
spread_over = plain_function(maths.spread_over)
normal = plain_function(rng.normal)

referral_rate = plain_function(demand.referral_rate)
accepted_share = plain_function(demand.accepted_share)
spare_capacity = plain_function(case_allocation.spare_capacity)
output = plain_function(workload.output)
improvement_share = plain_function(workload.improvement_share)
share_for_families = plain_function(workload.share_for_families)
shortfall = plain_function(workload.shortfall)
time_per_case = plain_function(workload.time_per_case)
throughput = plain_function(workload.throughput)
step_standard = plain_function(workload.step_standard)

error_rate = plain_function(error_generation.error_rate)
error_climate = plain_function(error_generation.error_climate)
recognised_share = plain_function(error_generation.recognised_share)
serious_share = plain_function(error_generation.serious_share)
first_chance_of_detection = plain_function(error_outcomes.first_chance_of_detection)
hazards_of = plain_function(error_outcomes.hazards_of)
share_of_serious_incidents = plain_function(error_outcomes.share_of_serious_incidents)
learn = plain_function(conduct.learn)
share_learnt = plain_function(conduct.share_learnt)
deterrent = plain_function(conduct.deterrent)
violation_ratio = plain_function(conduct.violation_ratio)
willingness_to_report = plain_function(reporting.willingness_to_report)
shift_by_trust = plain_function(reporting.shift_by_trust)
shift_by_conduct = plain_function(reporting.shift_by_conduct)
chance_of_notice = plain_function(peer_reports.chance_of_notice)
acts_on_error = plain_function(peer_reports.acts_on_error)
speaks_with_colleague = plain_function(peer_reports.speaks_with_colleague)
trust_after_reports = plain_function(peer_reports.trust_after_reports)
fear_after_reports = plain_function(peer_reports.fear_after_reports)
willingness_in_confidence = plain_function(reporting.willingness_in_confidence)
escalates = plain_function(manager_response.escalates)
responds_with_blame = plain_function(manager_response.responds_with_blame)
chance_of_sanction = plain_function(manager_response.chance_of_sanction)
sanction_ratio = plain_function(manager_response.sanction_ratio)
chance_after_incident = plain_function(formal_action.chance_after_incident)
chance_of_finding = plain_function(formal_action.chance_of_finding)
chance_of_dismissal = plain_function(formal_action.chance_of_dismissal)
expected_without_error = plain_function(incidents.expected_without_error)
analysis_accuracy = plain_function(learning.analysis_accuracy)
worth_of_lesson = plain_function(learning.worth_of_lesson)
analysis_quality = plain_function(learning.analysis_quality)
usefulness_target = plain_function(learning.usefulness_target)
learning_rate = plain_function(learning.learning_rate)
forgetting_rate = plain_function(learning.forgetting_rate)

fear_from_experience = plain_function(experience.fear_from_experience)
confirmation = plain_function(experience.confirmation)
fear_target = plain_function(fear.fear_target)
manager_fear_target = plain_function(fear.manager_fear_target)
fear_of_the_team = plain_function(management.fear_of_the_team)
chance_of_falling_ill = plain_function(sickness.chance_of_falling_ill)
supervision_level = plain_function(management.supervision_level)
hazard_ratio_of_leaving = plain_function(management.hazard_ratio_of_leaving)
leader_fear_target = plain_function(fear.leader_fear_target)
step_fear = plain_function(fear.step_fear)
blame_target = plain_function(blame.blame_target)
chance_of_being_answerable = plain_function(blame.chance_of_being_answerable)
support = plain_function(burnout.support)
burnout_target = plain_function(burnout.burnout_target)

skill = plain_function(staffing.skill)
initial_tenure = plain_function(staffing.initial_tenure)
initial_filled_share = plain_function(staffing.initial_filled_share)
agency_recruitment_target = plain_function(staffing.agency_recruitment_target)
re_referral_rate = plain_function(demand.re_referral_rate)
chance_of_leaving = plain_function(staffing.chance_of_leaving)
grade_effect_on_applications = plain_function(staffing.grade_effect_on_applications)
attention = plain_function(leadership.attention)
attention_to_staff = plain_function(leadership.attention_to_staff)
gaming_target = plain_function(leadership.gaming_target)

effective_stakes = plain_function(inspection.effective_stakes)
threat = plain_function(inspection.threat)
poor_share = plain_function(inspection.poor_share)
grade_of = plain_function(inspection.grade_of)
has_improved = plain_function(consequences.has_improved)
continuity = plain_function(quality.continuity)
true_quality = plain_function(quality.true_quality)
visible_quality = plain_function(quality.visible_quality)
quality_reported_by_families = plain_function(quality.quality_reported_by_families)
quality_from_failures = plain_function(publicity.quality_from_failures)
efficiency = plain_function(structural_change.efficiency)
displaced_posts = plain_function(finance.displaced_posts)
non_post_spending = plain_function(finance.non_post_spending)
