"""The same rules as Mesa's documentation teaches to write them: an object for everybody and for every error."""

from benchmarks.mesa_twin.service import ServiceTwin

__all__ = ["ServiceTwin"]
