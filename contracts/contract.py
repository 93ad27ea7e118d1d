"""What every noun that crosses a process has in common: it is frozen, and tolerates what it does not know."""

from pydantic import BaseModel, ConfigDict


class Contract(BaseModel):
    """A frozen value on the wire. Unknown members are ignored, so that a newer process may talk to an older one."""

    model_config = ConfigDict(frozen=True, extra="ignore", use_attribute_docstrings=True)


class StrictContract(BaseModel):
    """A frozen value from a browser or a person's file: an unknown member is a mistake and is refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)
