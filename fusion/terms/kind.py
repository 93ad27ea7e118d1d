"""The kind term: what a happening is, is never seen; each source claims it with its own confusions.

C_s(c|k) is the probability that source s claims c of a happening of kind k: fitted from confirmed incidents, before
that made from the table of compatibility (`domain.md` (b)). Logarithms add up over signals, by latent kind. Nats.
Source: `fusion.md` §3.3.
"""

import math
from collections.abc import Mapping

SAME_AGAIN = 0.95
"""probability that the signals of a false alarm's burst repeat its category"""
_OTHER = math.log((1.0 - SAME_AGAIN) / 10)
_SAME = math.log(SAME_AGAIN)


def false_alarm_nats(claims: Mapping[str, int]) -> float:
    """Log probability of a burst's categories after its first signal: mostly the same one again."""
    number, most = sum(claims.values()), max(claims.values())
    return (most - 1) * _SAME + (number - most) * _OTHER
