"""Indices of kernels, which are compiled without tests for negative ones and for those beyond the end of a table."""

import os
import subprocess
import sys

import pytest

from redbead.scenario.library import shipped

CHECKED = """
import sys
from numbers import Integral

import numpy as np

from redbead.engine import simulate
from redbead.scenario.loader import load


class Checked(np.ndarray):
    def __getitem__(self, index):
        return super().__getitem__(self.checked(index))

    def __setitem__(self, index, value):
        super().__setitem__(self.checked(index), value)

    def checked(self, index):
        for number in index if isinstance(index, tuple) else (index,):
            if isinstance(number, Integral) and number < 0:
                raise IndexError(f"index {number}")
        return index


def run(name):
    small = {"authority.posts": 12, "time.years": 1.0, "time.warm_up_years": 0.25}
    plan = simulate.prepare(load(name).set(small))
    tables = [type(table)(*(column.view(Checked) for column in table)) for table in plan.template]
    template = type(plan.template)(*tables)
    simulate.simulate(plan._replace(template=template), 1, events=True)


for name in sys.argv[1:]:
    run(name)
"""
"""Python itself raises IndexError for indices beyond the end."""


@pytest.mark.slow  # plain Python
@pytest.mark.parametrize("half", [0, 1])
def test_kernels_use_no_index_outside_a_table_in_any_shipped_scenario(half):
    environment = os.environ | {"REDBEAD_JIT": "0"}
    command = [sys.executable, "-P", "-c", CHECKED, *sorted(shipped())[half::2]]
    done = subprocess.run(command, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-2000:]


def test_the_check_of_indices_finds_a_negative_one():
    code = CHECKED + "np.zeros(3).view(Checked)[-1]\n"
    done = subprocess.run([sys.executable, "-P", "-c", code], capture_output=True, text=True)
    assert done.stderr.rstrip().endswith("IndexError: index -1")
