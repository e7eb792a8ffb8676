"""The same rules as Mesa's documentation teaches to write them: one object a worker, a manager, a director, an error."""

from benchmarks.mesa_twin.service import ServiceTwin

__all__ = ["ServiceTwin"]
