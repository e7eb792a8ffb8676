"""Write a scenario as YAML, with every value in force; reading it again gives an equal scenario."""

from __future__ import annotations

import re
from typing import Any, Final

import yaml

from redbead.scenario.spec import Scenario

_SURELY_TEXT = re.compile(r"[A-Za-z]([\w., '-]*\w)?", re.ASCII)
_RESERVED: Final = {"true", "false", "null"}


class _Dumper(yaml.SafeDumper):
    """Quotes every text that any reader of YAML could take for something else."""


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    plain = _SURELY_TEXT.fullmatch(text) is not None and text.lower() not in _RESERVED
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=None if plain else '"')


_Dumper.add_representer(str, _text)


def to_yaml(scenario: Scenario) -> str:
    """The scenario as a YAML file, as `scenario.resolved.yaml` in a run folder holds it."""
    return dump(scenario.as_dict())


def dump(data: dict[str, Any]) -> str:
    """A mapping as YAML, in the order of its keys."""
    return yaml.dump(data, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=110)
