"""Two in a hundred silent decisions are asked about, so that what nobody doubts is checked, too.

People answer what they are asked, and they are asked what is doubtful: labels from that alone would say nothing of
sure joins and of what was quietly left apart. Which decisions are asked about is a matter of the signal's identity:
no chance, so that a replay marks the same ones. An answer about one of them counts 1 / share (Horvitz and Thompson).
"""

from hashlib import blake2b

SHARE = 0.02


def is_audited(identity: str, share: float = SHARE) -> bool:
    """Whether a silent decision about the signal of this identity is one to ask about."""
    return int.from_bytes(blake2b(identity.encode(), digest_size=8, person=b"audit").digest()) < share * 2.0**64


def weight_of(chosen: str, share: float = SHARE) -> float:
    """What an answer counts: every provisional join is asked about, of the silent decisions the audited ones."""
    return 1.0 if chosen == "provisional" else 1.0 / share
