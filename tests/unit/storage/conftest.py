"""Crashes on purpose: a process that is killed at its k-th change of the disk, and a second process with a lock."""

import os
import subprocess
import sys
import textwrap
import warnings

import pytest

CHANGES = ("fsync", "rename", "replace", "unlink", "rmdir", "mkdir", "remove", "truncate")
"""Calls of the operating system that change the disk or force a change to it."""
KILLED = 9


@pytest.fixture
def killed_at():
    """Run a function in a process that is killed before its k-th change: ``killed_at(k, function)``.

    Returns whether the process was killed; False means that the function ended before. Nothing in the process is
    cleaned up, as after a power cut: no ``finally``, no ``except``.
    """

    def run(k, function):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # other threads of pytest are idle
            child = os.fork()
        if child == 0:
            _kill_before(k)
            try:
                function()
            except BaseException:
                os._exit(1)
            os._exit(0)
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        assert code in (0, KILLED), "the function raised an error"
        return code == KILLED

    return run


def _kill_before(k):
    """Replace the calls that change the disk by ones that end the process at the k-th call."""
    calls = 0

    def counted(call):
        def change(*arguments, **options):
            nonlocal calls
            calls += 1
            if calls == k:
                os._exit(KILLED)
            return call(*arguments, **options)

        return change

    for name in CHANGES:
        setattr(os, name, counted(getattr(os, name)))


@pytest.fixture
def changes_of(tmp_path_factory, killed_at):
    """Check a state after every possible kill: ``changes_of(prepare, change, check)``.

    ``prepare(folder)`` makes the state before, ``change(folder)`` is killed at its first change, its second, and so on
    until it ends, and ``check(folder)`` follows each kill. Returns the number of kills.
    """

    def run(prepare, change, check):
        for k in range(1, 200):
            folder = tmp_path_factory.mktemp("killed")
            prepare(folder)
            killed = killed_at(k, lambda folder=folder: change(folder))
            check(folder)
            if not killed:
                return k - 1
        pytest.fail("the change never ends")

    return run


@pytest.fixture
def second_process():
    """Start another Python process with this code, and wait for its first line of output."""
    processes = []

    def start(code, *arguments):
        process = subprocess.Popen(
            [sys.executable, "-c", textwrap.dedent(code), *map(str, arguments)], stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        processes.append(process)
        assert process.stdout.readline() == "ready\n"
        return process

    yield start
    for process in processes:
        process.kill()
        process.communicate()
