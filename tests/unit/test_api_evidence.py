"""The Python API for authorities, studies, targets, calibration and sensitivity."""

import pytest

import redbead as rb


def test_authorities_are_listed_in_alphabetical_order():
    table = rb.authorities()
    assert list(table["name"]) == sorted(table["name"])
    assert "Open Government Licence" in table.attrs["source"]
    assert (table["missing"] == "").sum() > 140


def test_init_writes_a_study_that_starts_from_an_authority(tmp_path):
    files = rb.init(tmp_path / "mine", "Coventry")
    assert [path.name for path in files] == ["today.yaml", "policies.yaml", "README.md"]
    assert rb.load(files[0]).published == "Coventry"


def test_unknown_names_are_refused_with_the_nearest_name(tmp_path):
    with pytest.raises(rb.BadInputError, match="Did you mean Coventry"):
        rb.init(tmp_path / "mine", "Covntry")
    with pytest.raises(rb.BadInputError, match="no such calibration file"):
        rb.calibrate("wales")
    with pytest.raises(rb.BadInputError, match="at least 2"):
        rb.sensitivity("baseline", samples=1)


@pytest.mark.slow
def test_targets_and_sensitivity_return_data_frames(tmp_path):
    table = rb.targets(runs=20)
    assert {"verdict", "value", "band_low", "band_high"} <= set(table.columns)
    study = rb.sensitivity(
        "baseline", parameters=["reporting.fear", "fear.blame"], trajectories=2, samples=4, runs=2, tornado_runs=4,
        out=tmp_path / "s",
    )  # fmt: skip
    assert (study.folder / "report.html").is_file()
    assert len(study.table("screening")) == 8
    assert "parameters" in study.answer()
