"""Local authorities drawn from the published spread, and the plausible sets of parameters of the calibration."""

import numpy as np
import pytest

from redbead.analysis.parameter_draws import _published_figures, draw_authorities, ensemble
from redbead.exceptions import BadInputError
from redbead.parameters import register
from redbead.scenario import authorities
from redbead.scenario.scenario import Scenario
from redbead.studies.comparison.arms import arms_of
from redbead.studies.comparison.reader import read_batch


def test_drawn_authorities_have_the_spread_of_published_ones():
    """Median caseload of 2,000 drawn authorities within 3 % of the published one, and quantiles of size within 12 %."""
    drawn = draw_authorities(2000, 1)
    real = [authorities.published(name) for name in authorities.authorities()]
    assert np.median([draw["authority.caseload"] for draw in drawn]) == pytest.approx(
        np.median([figures.caseload for figures in real]), rel=0.03
    )
    posts = np.array([draw["authority.posts"] for draw in drawn])
    holders = np.array([figures.case_holders for figures in real])
    for q in (0.1, 0.5, 0.9):
        assert np.quantile(posts, q) == pytest.approx(np.quantile(holders, q), rel=0.12)


def test_the_spread_of_turnover_excludes_sampling_variance():
    drawn = np.array([d["staffing.leaving"] for d in draw_authorities(2000, 1)])
    copied = np.array([
        dict(Scenario().set({"authority.published": name}).values).get("staffing.leaving", 0.09)
        for name in authorities.authorities()
    ])  # fmt: skip
    assert 0.5 < drawn.std() / copied.std() < 1.0


def test_no_drawn_authority_equals_a_published_one():
    real = [dict(Scenario().set({"authority.published": name}).values) for name in authorities.authorities()]
    for drawn in draw_authorities(300, 2):
        assert all(drawn != {path: values.get(path) for path in drawn} for values in real)


def test_every_draw_is_a_valid_scenario_and_depends_only_on_the_seed():
    for values in draw_authorities(100, 3):
        Scenario().set(values)
    assert draw_authorities(5, 4) == draw_authorities(5, 4) != draw_authorities(5, 5)


def test_every_plausible_set_is_within_the_ranges_of_parameters():
    sets = ensemble()
    assert len(sets) >= 40  # a search of 1,800 trials; docs/calibration.md
    for values in sets:
        assert all(register()[path].param.accepts(value) for path, value in values.items())


def read_batch_with(tmp_path, text):
    path = tmp_path / "b.yaml"
    path.write_text(
        f"format: 1\npolicies: {{today: baseline, other: just-culture}}\nuncertainty: {text}\n", encoding="utf-8"
    )
    return read_batch(path)


def test_a_batch_draws_authorities_and_plausible_sets(tmp_path):
    arms = arms_of(read_batch_with(tmp_path, "{authorities: published, ensemble: england, draws: 7}"))
    assert len(arms.draws) == 7
    assert {d["authority.posts"] for d in arms.draws} != {120.0}
    assert arms.draws[0]["practice.haste"] == ensemble()[0]["practice.haste"]


def test_drawn_parameters_take_precedence_over_the_ensemble(tmp_path):
    arms = arms_of(read_batch_with(tmp_path, "{ensemble: england, parameters: [practice.haste], draws: 3}"))
    assert arms.draws[0]["practice.haste"] != ensemble()[0]["practice.haste"]


@pytest.mark.parametrize(
    ("text", "message"),
    [("{draws: 5}", "needs a source to draw from"), ("{ensemble: wales}", "must be one of england")],
)
def test_uncertainty_without_a_known_source_is_refused(tmp_path, text, message):
    with pytest.raises(BadInputError, match=message):
        read_batch_with(tmp_path, text)


def test_sampling_variance_is_removed_from_the_spread_of_turnover():
    """The variance that remains is that of the published shares, less the mean of p (1 - p) / n."""
    complete = [p for p in map(authorities.published, authorities.authorities()) if p.rereferral is not None]
    turnover, holders = (np.array([getattr(p, name) for p in complete]) for name in ("turnover", "case_holders"))
    sampling = (turnover * (1.0 - turnover) / holders).mean()
    table = _published_figures.__wrapped__()  # the function itself, not its cached result
    assert table[:, 2].var() == pytest.approx(turnover.var() - sampling)
    assert table[:, 2].mean() == pytest.approx(turnover.mean())
    np.testing.assert_allclose(np.exp(table[:, 0]), holders)
