"""File names made from names: safe on every disk, equal for names that a disk may confuse, otherwise different."""

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redbead.execution.runs import slug


@given(st.text())
def test_a_file_name_is_safe_and_does_not_depend_on_case_or_normalisation(name):
    file_name = slug(name)
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", file_name)
    assert len(file_name) <= 60
    assert slug(unicodedata.normalize("NFD", name)) == file_name
    assert slug(file_name) == file_name


@pytest.mark.cases(
    ("name", "file_name"),
    [("Two strikes", "two-strikes"), ("dose -0.5", "dose-minus-0-5"), ("1e-05", "1e-minus-05"), ("2019-20", "2019-20"),
     ("x" * 60, "x" * 60), ("", "scenario")],
)  # fmt: skip
def test_plain_names_have_readable_file_names_without_a_digest(name, file_name):
    assert slug(name) == file_name


@pytest.mark.cases("name", ["x" * 61, "学习", "naïve", "!!!", "con", "COM1", "\udcff"])
def test_other_names_end_with_a_digest(name):
    assert re.search(r"-[0-9a-f]{8}$", slug(name))
