"""What could not be read, as a value: bad input never stops a source and is never lost."""

from pydantic import AwareDatetime

from contracts.contract import Contract


class Rejected(Contract):
    """A reference to input that could not be read. The body lies encrypted in the database for 30 days."""

    rejected_id: str
    source: str
    """police_110, grid, dispute, petition, camera, signals, actions"""
    reason: str
    """what is wrong, in plain words"""
    field: str = ""
    """the offending member, as a dotted path"""
    hint: str = ""
    """how to mend it"""
    source_ref: str = ""
    """the source's own number where it could be read"""
    received_at: AwareDatetime
    has_body: bool = True
    """false for an informant's petition, whose content is never stored"""


class FieldError(Contract):
    """One thing wrong with one member of a document."""

    field: str
    reason: str
    hint: str = ""
