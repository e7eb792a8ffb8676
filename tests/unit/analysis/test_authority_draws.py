"""Authorities drawn from the published spread, and the plausible sets of the calibration."""

import numpy as np
import pytest

from redbead.analysis.parameter_draws import draw_authorities, ensemble
from redbead.exceptions import BadInputError
from redbead.parameters import register
from redbead.scenario import authorities
from redbead.scenario.scenario import Scenario
from redbead.studies.comparison.arms import arms_of
from redbead.studies.comparison.reader import read_batch


def test_what_is_drawn_spreads_as_what_is_published():
    """Medians of 2,000 drawn authorities beside the published ones: size and caseload within 8 %."""
    drawn = draw_authorities(2000, 1)
    real = [authorities.published(name) for name in authorities.authorities()]
    assert np.median([d["authority.caseload"] for d in drawn]) == pytest.approx(
        np.median([p.caseload for p in real]), rel=0.03
    )
    posts = np.array([d["authority.posts"] for d in drawn])
    holders = np.array([p.case_holders for p in real])
    for q in (0.1, 0.5, 0.9):
        assert np.quantile(posts, q) == pytest.approx(np.quantile(holders, q), rel=0.12)


def test_the_spread_of_turnover_is_less_than_what_chance_adds():
    drawn = np.array([d["staffing.leaving"] for d in draw_authorities(2000, 1)])
    copied = np.array([
        dict(Scenario().set({"authority.published": name}).values).get("staffing.leaving", 0.09)
        for name in authorities.authorities()
    ])  # fmt: skip
    assert 0.5 < drawn.std() / copied.std() < 1.0


def test_nobody_drawn_is_a_place_with_a_name():
    real = [dict(Scenario().set({"authority.published": name}).values) for name in authorities.authorities()]
    for drawn in draw_authorities(300, 2):
        assert all(drawn != {path: values.get(path) for path in drawn} for values in real)


def test_every_draw_can_be_run_and_the_same_seed_draws_the_same():
    for values in draw_authorities(100, 3):
        Scenario().set(values)
    assert draw_authorities(5, 4) == draw_authorities(5, 4) != draw_authorities(5, 5)


def test_every_plausible_set_is_within_its_parameters():
    sets = ensemble()
    assert len(sets) >= 40
    for values in sets:
        assert all(register()[path].param.accepts(value) for path, value in values.items())


def batch(tmp_path, text):
    path = tmp_path / "b.yaml"
    path.write_text(
        f"format: 1\npolicies: {{today: baseline, other: just-culture}}\nuncertainty: {text}\n", encoding="utf-8"
    )
    return read_batch(path)


def test_a_batch_draws_authorities_and_plausible_sets(tmp_path):
    found = arms_of(batch(tmp_path, "{authorities: published, ensemble: england, draws: 7}"))
    assert len(found.draws) == 7
    assert {d["authority.posts"] for d in found.draws} != {120.0}
    assert found.draws[0]["practice.haste"] == ensemble()[0]["practice.haste"]


def test_parameters_are_drawn_on_top(tmp_path):
    found = arms_of(batch(tmp_path, "{ensemble: england, parameters: [practice.haste], draws: 3}"))
    assert found.draws[0]["practice.haste"] != ensemble()[0]["practice.haste"]


@pytest.mark.parametrize(
    ("text", "said"), [("{draws: 5}", "draws nothing"), ("{ensemble: wales}", "not a word that is known here")]
)
def test_uncertainty_without_anything_uncertain_is_refused(tmp_path, text, said):
    with pytest.raises(BadInputError, match=said):
        batch(tmp_path, text)
