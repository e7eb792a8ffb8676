"""Independent implementation of the model in Mesa, with one object per agent and per error."""

from benchmarks.mesa_reference.service import ReferenceService

__all__ = ["ReferenceService"]
