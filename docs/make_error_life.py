"""Write docs/error-life.md: what the reviews found in the path of an error, in the earlier model and now.

    python docs/make_error_life.py      about 1,900 runs and 80 runs with all events, four minutes

Each row states the finding, the figure in `earlier-model`, the figure in `baseline`, the figure with the mechanism cut,
and the published or assumed value beside it. A second table cuts one link of the effect of a just culture at a time.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Final

import pandas as pd

import redbead as rb

PAGE: Final = Path(__file__).with_name("error-life.md")
RUNS: Final = 60
RUNS_WITH_EVENTS: Final = 40
Changes = tuple[tuple[str, float | str], ...]

JUST: Final = {"blame.just": 0.8}
NO_SANCTIONS: Final = {
    "response.sanction": 0.0, "response.sanction_violation": 0.0, "response.sanction_culpable": 0.0,
    "formal.incident": 0.0, "formal.scandal": 0.0,
}  # fmt: skip
NO_ACTION_AFTER_INCIDENTS: Final[Changes] = (("formal.incident", 0.0), ("formal.scandal", 0.0))
ONE_PACE: Final = {"aftermath.repaired": 0.2, "aftermath.repaired_manager": 1.0, "aftermath.repaired_organisation": 0.2}
NO_DETERRENCE: Final = {"conduct.deter_violations": 0.0, "conduct.unanswered": 0.0, "practice.deterrence": 0.0}
NO_MEMORY: Final = {
    "experience.effect": 0.0, "experience.words": 0.0, "fear.kick_self": 0.0, "fear.kick_team": 0.0,
    "fear.kick_others": 0.0,
}  # fmt: skip
"""Sanctions and announcements do not act on fear."""
LINKS: Final = {
    "none": {},
    "repair: one pace of 0.2 per week for all who know": ONE_PACE,
    "lessons": {"practice.defences": 0.0, "practice.defences_severity": 0.0},
    "fear (on reporting, escalation, burnout and leaving)": {
        "reporting.fear": 0.0, "response.passing_fear": 0.0, "burnout.fear": 0.0, "staffing.fear": 0.0,
    },
    "deterrence (by certainty and where violations go unanswered)": NO_DETERRENCE,
    "staffing (burnout, fear and formal action on leaving)": {
        "staffing.burnout": 0.0, "staffing.fear": 0.0, "formal.leaving": 0.0,
    },
    "repair and lessons": {**ONE_PACE, "practice.defences": 0.0, "practice.defences_severity": 0.0},
}  # fmt: skip
"""Links of the effect of a just culture, by the parameters that cut them in both arms."""


def weekly(scenario: str, changes: dict[str, float | str]) -> pd.DataFrame:
    """Means of years 3 to 10 of each run, with the measures as columns."""
    return _weekly(scenario, tuple(changes.items()))


@cache
def _weekly(scenario: str, changes: Changes) -> pd.DataFrame:
    table = rb.run(rb.load(scenario).set(dict(changes)), runs=RUNS).weekly
    return table[table["week"] >= 104].groupby("run").mean(numeric_only=True)


@cache
def events(scenario: str, changes: Changes = ()) -> pd.DataFrame:
    """Events of all recorded weeks."""
    table = rb.run(rb.load(scenario).set(dict(changes)), runs=RUNS_WITH_EVENTS, events=True).events
    return table[table["week"] >= 0]


def number(value: float, half_width: float, unit: str = " %", digits: int = 1) -> str:
    """A figure with the half-width of its 95 % interval."""
    return f"{value:+.{digits}f}{unit} (±{half_width:.{digits}f})".replace("-", "−")


def effect(scenario: str, measure: str, changes: dict[str, float | str], both: dict[str, float | str]) -> str:
    """Paired relative change of a measure by ``changes``, where both arms have ``both``."""
    before, after = weekly(scenario, both)[measure], weekly(scenario, {**both, **changes})[measure]
    change = after - before
    return number(100 * change.mean() / before.mean(), 196 * change.sem() / before.mean())


def share(scenario: str, part: str, whole: str, changes: dict[str, float | str]) -> str:
    """Ratio of two measures of the same weeks, with the interval of the ratio over runs. [%]"""
    table = weekly(scenario, changes)
    ratio = table[part].mean() / table[whole].mean()
    error = (table[part] - ratio * table[whole]).sem() / table[whole].mean()
    return number(100 * ratio, 196 * error).lstrip("+")


def histories(scenario: str) -> pd.DataFrame:
    """One row per error made in the first eight years: what happened to it, as columns of true and false."""
    rows = events(scenario)
    rows = rows[rows["error"] >= 0]
    made = rows[(rows["kind"] == "error made") & (rows["week"] < 416)].set_index(["run", "worker", "error"])["value"]
    kinds = rows.groupby(["run", "worker", "error", "kind"]).size().unstack(fill_value=0) > 0
    table = kinds.join(made.rename("severity"), how="inner")
    table["harmed"] = table.get("error harmed", False) | table.get("serious incident", False)
    return table


def proportion(flags: pd.Series, per: int = 100, unit: str = " %") -> str:
    """A share with the half-width of its 95 % interval."""
    p, n = flags.mean(), max(1, len(flags))
    return number(per * p, per * 1.96 * (p * (1 - p) / n) ** 0.5, unit).lstrip("+")


def by_severity(scenario: str) -> str:
    """Errors that caused harm per 1,000 near misses, ordinary and serious errors."""
    table = histories(scenario)
    return ", ".join(proportion(table.loc[table["severity"] == s, "harmed"], 1000, "") for s in range(3))


def by_knowledge(scenario: str) -> str:
    """Share of errors that did harm: suppressed by a manager, and recognised by no one."""
    table = histories(scenario)
    suppressed, recognised = table["error held back"], table["error recognised"]
    return f"{proportion(table.loc[suppressed, 'harmed'])} against {proportion(table.loc[~recognised, 'harmed'])}"


def near_misses_sanctioned(scenario: str) -> str:
    """Share of sanctions for errors that are for near misses."""
    table = histories(scenario)
    return proportion(table.loc[table["sanction"], "severity"] == 0)


def by_disclosure(scenario: str) -> str:
    """Chance of a sanction per 1,000 errors: raised with the manager, and concealed and then discovered."""
    table = histories(scenario)
    raised, discovered = table["error told"], table["error withheld"] & table["error discovered"]
    return ", ".join(proportion(table.loc[rows, "sanction"], 1000, "") for rows in (raised, discovered))


def left_within_a_year(scenario: str) -> str:
    """Share of workers who left within 52 weeks of a sanction, and of all workers in a year."""
    rows = events(scenario)
    key = ["run", "worker", "spell"]
    sanctions = rows[(rows["kind"] == "sanction") & (rows["week"] < 468)].set_index(key)["week"]
    left = rows[rows["kind"] == "worker left"].set_index(key)["week"].rename("left")
    joined = sanctions.to_frame().join(left, how="left")
    soon = (joined["left"] - joined["week"]).between(0, 51)
    return f"{proportion(soon)} against {100 * weekly(scenario, {})['turnover'].mean():.1f} %"


def director_after_scandal(scenario: str) -> str:
    """Share of scandals after which the director left within a year, and chance that one leaves in any year."""
    rows = events(scenario)
    scandals = rows[(rows["kind"] == "scandal") & (rows["week"] < 468)]
    left = rows[rows["kind"] == "director left"].groupby("run")["week"].apply(list)
    gone = [any(0 <= w - row.week < 52 for w in left.get(row.run, [])) for row in scandals.itertuples()]
    usual = pd.Series(
        [any(week <= w < week + 52 for w in weeks) for weeks in left for week in range(0, 468, 52)], dtype=float
    )
    return f"{proportion(pd.Series(gone, dtype=float))} against {proportion(usual)}"


def sanctioned_after_incident(scenario: str, changes: Changes = ()) -> str:
    """Share of workers with a serious incident in the caseload who are sanctioned within four weeks."""
    rows = events(scenario, changes)
    key = ["run", "worker", "spell"]
    incidents = rows[rows["kind"].isin(["serious incident", "incident without an error"]) & (rows["worker"] >= 0)]
    sanctions = rows[rows["kind"] == "sanction"].set_index(key)["week"].rename("sanctioned")
    joined = incidents.join(sanctions, on=key)
    soon = (joined["sanctioned"] - joined["week"]).between(0, 4)
    return proportion(soon.groupby([joined[name] for name in ("run", "worker", "spell", "week")]).any())


def concealing(scenario: str) -> str:
    """Share of workers who concealed an error in the last year."""
    shares = 100 * weekly(scenario, {})["withholders"]
    return number(shares.mean(), 1.96 * shares.sem()).lstrip("+")


def misconduct(scenario: str) -> float:
    """Acts of misconduct per 100 workers and year: the share of errors that is misconduct times errors made."""
    table = weekly(scenario, {})
    yearly = 100 * 52 * table["errors_generated"].mean() / table["staff"].mean()
    return float(yearly * rb.load(scenario).value("practice.culpable"))


def rows() -> list[tuple[str, str, str, str, str]]:
    """Finding, figure in the earlier model, figure now, figure with the cut, published or assumed value."""
    e, b = "earlier-model", "baseline"
    at_once = {"aftermath.repaired_organisation": 7.0}
    line = {"response.sanction_violation": 0.5}
    theory = {"theory": "blame-deters"}
    no_teaching = {"lessons.discovered": 0.0}
    often = {"aftermath.found": 0.048}
    return [
        ("Harm after a report, share of all harm", share(e, "harm_after_report", "errors_harmful", {}),
         share(b, "harm_after_report", "errors_harmful", {}), share(b, "harm_after_report", "errors_harmful", at_once)
         + " (repair by the organisation at once)", "two weeks from report to repair, assumed"),
        ("Errors that do harm: suppressed by a manager, against recognised by no one", by_knowledge(e), by_knowledge(b),
         "equal with `aftermath.repaired` 0", "ratio of the times at risk, assumed"),
        ("Workers who conceal an error in a year", concealing(e),
         concealing(b), "", "not published"),
        ("Recognised errors that are raised with the manager", share(e, "errors_raised", "errors_recognised", {}),
         share(b, "errors_raised", "errors_recognised", {}), "", "60 to 80 %, assumed"),
        ("Five times the discovery: defences", effect(e, "defences", often, {}), effect(b, "defences", often, {}),
         effect(b, "defences", often, no_teaching) + " (discoveries teach nothing)", "direction assumed"),
        ("No sanctions: fear", effect(e, "fear", NO_SANCTIONS, {}), effect(b, "fear", NO_SANCTIONS, {}),
         effect(b, "fear", NO_SANCTIONS, NO_MEMORY) + " (no effect of sanctions on fear)", "assumed"),
        ("Just culture: fear", effect(e, "fear", JUST, {}), effect(b, "fear", JUST, {}),
         effect(b, "fear", JUST, NO_MEMORY) + " (no effect of sanctions and words on fear)",
         "suspensions and dismissals fell: Kaur et al. 2019"),
        ("No sanctions: errors made", effect(e, "errors_generated", NO_SANCTIONS, {}),
         effect(b, "errors_generated", NO_SANCTIONS, {}),
         effect(b, "errors_generated", NO_SANCTIONS, NO_DETERRENCE) + " (deterrence cut)", "disputed"),
        ("No sanctions, where blame deters: errors made", "+0.1 % (a26aaf3)",
         effect(b, "errors_generated", NO_SANCTIONS, theory),
         effect(b, "errors_generated", NO_SANCTIONS, {**theory, **NO_DETERRENCE, "conduct.deter_slips": 0.0})
         + " (deterrence cut)", "the position of its proponents"),
        ("Known violations sanctioned in 50 instead of 3 %: violations", "none in the model",
         effect(b, "violations", line, {}), effect(b, "violations", line, NO_DETERRENCE) + " (deterrence cut)",
         "certainty deters: Nagin 2017"),
        ("The same inside a just culture: violations", "none in the model", effect(b, "violations", line, JUST),
         effect(b, "violations", line, {**JUST, **NO_DETERRENCE}) + " (deterrence cut)", ""),
        ("The same inside a just culture: harm", "+8.6 % (a26aaf3)", effect(b, "errors_harmful", line, JUST),
         effect(b, "errors_harmful", line, {**JUST, "experience.fairness": 1.0, "fear.fairness": 1.0})
         + " (colleagues see it as just)", "fairness 0 to 1.5, assumed"),
        ("Acts of misconduct per 100 workers and year", f"{misconduct(e):.0f}", f"{misconduct(b):.1f}", "",
         "1.2 % referred to the regulator for any reason: HCPC 2016"),
        ("Errors that do harm, per 1,000 near misses, ordinary and serious errors", by_severity(e), by_severity(b),
         "equal with `aftermath.harm_near_miss` and `harm_serious` 1", "near misses 0 by definition; ratio 5 assumed"),
        ("Sanctions for errors that are for near misses", near_misses_sanctioned(e), near_misses_sanctioned(b),
         "60 % of errors are near misses", "ratio 2 per step of severity, assumed"),
        ("Sanctions per 1,000 errors: raised, and concealed and then discovered", by_disclosure(e), by_disclosure(b),
         "equal with `response.leniency` and `concealment` 0", "ratios assumed, range through zero"),
        ("Sanctions of people who made no error", share(e, "sanctions_without_error", "sanctions", {}),
         share(b, "sanctions_without_error", "sanctions", {}),
         share(b, "sanctions_without_error", "sanctions", {"incidents.without_error": 0.0})
         + " (all incidents from errors)", "not published"),
        ("Formal action that ends without a finding", "no spells",
         f"{100 - 100 * weekly(b, {})['findings'].mean() / weekly(b, {})['sanctions'].mean():.1f} %",
         "", "more than half had no case to answer: Mersey Care 2016"),
        ("Serious incidents without an error", "0 %", share(b, "incidents_without_error", "serious_incidents", {}),
         "range 0 to 90 %", "assumed, after Munro 2011"),
        ("Workers sanctioned within four weeks of a serious incident in their caseload", sanctioned_after_incident(e),
         sanctioned_after_incident(b), sanctioned_after_incident(b, NO_ACTION_AFTER_INCIDENTS)
         + " (no action after incidents)", "assumed"),
        ("Reports about colleagues that name a worker who made no error (`peer-reports`)", "no reports",
         share("peer-reports", "wrong_peer_reports", "peer_reports", {}),
         share("peer-reports", "wrong_peer_reports", "peer_reports", {"peers.wrong": 0.0}) + " (all reports right)",
         "a fifth, assumed"),
        ("Workers who leave within a year of a sanction, against all", left_within_a_year(e), left_within_a_year(b),
         "equal with `formal.leaving` 0", "hazard ratio 2.7, assumed"),
        ("Directors gone within a year of a scandal, against any year", director_after_scandal(e),
         director_after_scandal(b), "equal with `leadership.after_scandal` 0", "half, assumed"),
    ]  # fmt: skip


def links() -> list[str]:
    """Rows of the table of links: effect of a just culture on harm and on errors made, with each link cut."""
    names = ("errors_harmful", "errors_generated", "hidden_errors")
    return [
        f"| {name} | " + " | ".join(effect("baseline", measure, JUST, cut) for measure in names) + " |"
        for name, cut in LINKS.items()
    ]


def ends_of_ranges() -> list[str]:
    """Rows of the table of incidents without an error: both ends and the default of its range."""
    lines = []
    for value in (0.0, 0.5, 0.9):
        changes: dict[str, float | str] = {"incidents.without_error": value}
        table = weekly("baseline", changes)
        yearly = [52 * table[name].mean() for name in ("serious_incidents", "sanctions", "sanctions_without_error")]
        figures = " | ".join(f"{each:.2f}" for each in yearly)
        lines.append(f"| {value:g} | {figures} | {effect('baseline', 'errors_harmful', JUST, changes)} |")
    return lines


def enforcement() -> list[str]:
    """Rows of the table of an enforced line inside a just culture: violations and harm over the stated ranges."""
    lines = []
    for deters in (0.0, 1.0, 3.0):
        for fair in (0.0, 0.3, 1.0):
            both = {**JUST, "conduct.deter_violations": deters, "experience.fairness": fair, "fear.fairness": fair}
            line = {"response.sanction_violation": 0.5}
            changed = " | ".join(
                effect("baseline", name, line, both) for name in ("violations", "errors_harmful", "fear")
            )
            lines.append(f"| {deters:g} | {fair:g} | {changed} |")
    return lines


def certainty_and_severity() -> list[str]:
    """Rows of the table of twice the certainty and twice the severity of sanctions for violations."""
    enforced = {"response.sanction_violation": 0.25}
    doubled = {"certainty": {"response.sanction_violation": 0.5}, "severity": {"conduct.severity": 2.0}}
    return [f"| {name} | {effect('baseline', 'violations', to, enforced)} |" for name, to in doubled.items()]


def page() -> str:
    """Return the page as Markdown."""
    findings = ["| " + " | ".join(row) + " |" for row in rows()]
    return "\n".join([
        "# The life of an error", "",
        "Three reviews found that the path from an error to its consequences decided the question of punishment and learning",
        "by construction. This page states for each finding the figure in the earlier model (scenario `earlier-model`), the figure",
        "now (`baseline`), the figure with the mechanism cut, and the published or assumed value. Why:",
        "[decision 0061](decisions/0061-defaults.md). `python docs/make_error_life.py` writes this page.", "",
        f"Means of years 3 to 10 of {RUNS} paired runs, or all errors of {RUNS_WITH_EVENTS} runs, with 95 % intervals. A just culture",
        "is `blame.just` 0.8.", "",
        "| finding | earlier model | now | with the cut | published or assumed |", "|---|---|---|---|---|", *findings, "",
        "## Advantage of a just culture, one link cut at a time", "",
        "Each link is cut in both arms.", "",
        "| link cut | harm | errors made | hidden errors |", "|---|---|---|---|", *links(), "",
        "## A line inside a just culture", "",
        "A known violation is sanctioned in 50 instead of 3 % of cases, inside a just culture: change, at the ends of the ranges of",
        "the response to certainty (`conduct.deter_violations`) and of how just colleagues find such a sanction.", "",
        "| response to certainty | seen as just | violations | harm | fear |", "|---|---|---|---|---|", *enforcement(), "",
        "## Twice the certainty and twice the severity of sanctions for violations", "",
        "Where a known violation is sanctioned in 25 % of cases:", "",
        "| doubled | violations |", "|---|---|", *certainty_and_severity(), "",
        "## Incidents without an error, at the ends of the range", "",
        "Only the sum of all serious incidents is fitted, at the default of 0.5. Figures per year.", "",
        "| share without an error | serious incidents | formal actions | against people who made no error | just culture: harm |",
        "|---|---|---|---|---|", *ends_of_ranges(), "",
    ])  # fmt: skip


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
    print(PAGE.name)
