"""Measures of errors: actual errors, and those that the organisation recognised, reported or recorded."""

from __future__ import annotations

from typing import Final

from redbead.jit import kernel
from redbead.quantities import Measure
from redbead.state import practice_errors
from redbead.state.authority import WeeklyCounts
from redbead.state.constants import Reals
from redbead.state.practice_errors import Errors, first_row
from redbead.state.world import WeekContext

ERROR_COUNTS: Final = (
    Measure("errors_generated", "errors/week", "practice errors made", "down", observable=False, whole=True, headline=True),
    Measure("errors_recognised", "errors/week", "errors recognised by the worker who made or inherited them", "up", observable=False, whole=True),
    Measure("errors_reported", "errors/week", "errors raised by workers and escalated by managers", "neither", observable=True, whole=True),
    Measure("errors_analysed", "errors/week", "reports analysed", "up", observable=True, whole=True),
    Measure("hidden_errors", "errors", "unresolved errors unknown to the organisation", "down", observable=False, whole=True, headline=True),
    Measure("errors_unrecognised", "errors", "hidden errors that no worker has recognised", "down", observable=False, whole=True),
    Measure("errors_withheld", "errors", "hidden errors concealed by a worker", "down", observable=False, whole=True),
    Measure("errors_held_back", "errors", "hidden errors suppressed by a manager", "down", observable=False, whole=True),
    Measure("report_queue", "reports", "reports waiting for analysis", "down", observable=True, whole=True),
    Measure("errors_repaired", "errors/week", "hidden errors repaired without a report", "neither", observable=False, whole=True),
    Measure("errors_expired", "errors/week", "hidden errors that expired without effect", "neither", observable=False, whole=True),
    Measure("errors_discovered", "errors/week", "hidden errors discovered by others", "neither", observable=True, whole=True),
    Measure("errors_harmful", "errors/week", "hidden errors that caused harm", "down", observable=True, whole=True),
    Measure("recorded_incidents", "errors/week", "errors that appear in records: reported, discovered by others, or harmful", "neither", observable=True, whole=True),
    Measure("serious_incidents", "incidents/week", "harm classified as a serious incident", "down", observable=True, whole=True, headline=True),
    Measure("confidential_reports", "reports/week", "concealed errors reported to a confidential system", "up", observable=True, whole=True),
)  # fmt: skip


@kernel
def record_error_counts(errors: Errors, counts: WeeklyCounts, row: Reals, now: WeekContext) -> None:
    """Write the measures of ``ERROR_COUNTS`` into one row of the output, in the same order."""
    a = now.authority
    unrecognised = 0
    concealed = 0
    suppressed = 0
    queue = 0
    first = first_row(errors, a)
    for e in range(first, first + errors.live[a]):
        unrecognised += errors.state[e] == practice_errors.UNRECOGNISED
        concealed += errors.state[e] == practice_errors.CONCEALED_BY_WORKER
        suppressed += errors.state[e] == practice_errors.SUPPRESSED_BY_MANAGER
        queue += errors.state[e] == practice_errors.REPORTED
    row[0] = counts.generated[a]
    row[1] = counts.recognised[a]
    row[2] = counts.reported[a]
    row[3] = counts.analysed[a]
    row[4] = unrecognised + concealed + suppressed
    row[5] = unrecognised
    row[6] = concealed
    row[7] = suppressed
    row[8] = queue
    row[9] = counts.repaired[a]
    row[10] = counts.expired[a]
    row[11] = counts.discovered[a]
    row[12] = counts.harmed[a]
    row[13] = counts.reported[a] + counts.discovered[a] + counts.harmed[a]
    row[14] = counts.serious[a]
    row[15] = counts.confidential[a]
