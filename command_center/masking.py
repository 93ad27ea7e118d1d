"""What is left of personal data for a role that may see a caller only masked: «张** 138****0000»."""

import re

from contracts.intake import CallerDetails

_ANONYMOUS = frozenset({"", "匿名", "anonymous"})
_PHONE_HEAD, _PHONE_TAIL = 3, 4


def mask_name(name: str) -> str:
    """The first character and two stars; an anonymous caller stays anonymous."""
    name = name.strip()
    return name if name in _ANONYMOUS else f"{name[0]}**"


def mask_phone(phone: str) -> str:
    """The first three and last four digits of a mobile number; of a shorter one the last two at most."""
    digits = re.sub(r"\D", "", phone)
    if len(digits) >= _PHONE_HEAD + _PHONE_TAIL + 2:
        return f"{digits[:_PHONE_HEAD]}****{digits[-_PHONE_TAIL:]}"
    return f"****{digits[-2:]}" if len(digits) > _PHONE_TAIL else "****" if digits else ""


def mask_caller(details: CallerDetails) -> str:
    """Name and phone, masked, in one line."""
    return " ".join(part for part in (mask_name(details.name), mask_phone(details.phone)) if part)
