"""Fixtures that write scenario files and collect their problems."""

from collections.abc import Callable
from pathlib import Path

import pytest

from redbead.exceptions import BadInputError, Problem
from redbead.scenario.loader import load


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    """Write a file; text or bytes."""

    def _write(content: str | bytes, name: str = "mine.yaml") -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return _write


@pytest.fixture
def problems(write: Callable[..., Path]) -> Callable[..., list[Problem]]:
    """All problems of a file of the given content."""

    def _problems(content: str | bytes, name: str = "mine.yaml") -> list[Problem]:
        with pytest.raises(BadInputError) as caught:
            load(write(content, name))
        return caught.value.problems

    return _problems
