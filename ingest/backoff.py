"""How long to wait before the next try: exponential, jittered, and forgiven only after minutes of health."""

from dataclasses import dataclass

from contracts.errors import CameraFault

FIRST_S = 1.0
CAP_S = 20.0
"""so that a camera is seen again within half a minute of the end of whatever was wrong with it"""
HEALTHY_AFTER_S = 120.0
"""A connection that lived this long forgives what went before; a shorter one is one more failure."""

LEAST_S: dict[CameraFault, float] = {
    CameraFault.UNAUTHORIZED: 24.0,
    CameraFault.CREDENTIAL_MISSING: 30.0,
}
"""Cameras lock an account after a handful of wrong passwords, so those tries are further apart."""


@dataclass(frozen=True, slots=True)
class Backoff:
    """Failures in a row."""

    failures: int = 0

    def after(self, lived_s: float) -> "Backoff":
        """The state after a connection that gave pictures for `lived_s` seconds (0 when it never opened) ended."""
        return Backoff(1 if lived_s >= HEALTHY_AFTER_S else self.failures + 1)

    def delay_s(self, chance: float, fault: CameraFault | None = None) -> float:
        """Seconds to wait; `chance` in [0, 1) spreads cameras that fell together over the upper half.

        1, 2, 4 … 20 s, each times 0.5-1. A fixed interval makes old cameras refuse everyone.
        """
        ceiling = min(CAP_S, FIRST_S * 2.0 ** min(max(self.failures, 1) - 1, 16))
        ceiling = max(ceiling, LEAST_S.get(fault, 0.0) if fault else 0.0)
        return ceiling * (0.5 + 0.5 * chance)
