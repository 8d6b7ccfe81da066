"""What is asked for: frozen, valid from the start, and the same after a way through JSON."""

from __future__ import annotations

import json
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from vae.sentences import phrase

Device = Literal["auto", "cuda", "mps", "cpu"]
Seed = Annotated[int, Field(ge=0, le=2**29)]


CALLED = {
    "latent_dim": "code size", "batch_size": "batch size", "learning_rate": "learning rate", "holdout": "images held out",
    "hidden": "layer widths", "dense": "width of the dense layer", "first_noise": "noise at first", "first_blur": "blur at first",
    "min_dist": "least distance on the map",
}  # fmt: skip


class RequestError(ValueError):
    """A request asks for what cannot be; the message names the field and what it may be."""


class Request(BaseModel):
    """What a task is asked to do. Equal requests have equal fields.

    Raises
    ------
    RequestError
        If a field is missing, unknown or has an impossible value.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", protected_namespaces=(), defer_build=True)

    def __init__(self, **values: Any) -> None:
        try:
            super().__init__(**values)
        except ValidationError as error:
            raise RequestError(_sentence(error)) from None

    def to_dict(self) -> dict[str, Any]:
        """The fields as plain JSON types."""
        return self.model_dump(mode="json")

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> Self:
        """The request that `values` describe; RequestError if they describe none."""
        if not isinstance(values, dict):
            raise RequestError(phrase("a request is a JSON object, not {value}", value=repr(values)))
        return cls(**values)

    def canonical(self) -> str:
        """The request as JSON: the same words for equal requests."""
        return json.dumps(self.to_dict(), sort_keys=True, separators=(",", ":"))


def called(field: str) -> str:
    """What a person calls a field, with its name in files and commands."""
    return f"{CALLED[field]} ({field})" if field in CALLED else field


def _sentence(error: ValidationError) -> str:
    """The first thing that is wrong."""
    wrong = error.errors(include_url=False)[0]
    field = called(".".join(map(str, wrong["loc"])))
    if wrong["type"] == "missing":
        return phrase("{field} is missing", field=field)
    if wrong["type"] == "extra_forbidden":
        return phrase("{field} is no field of this request; it has {fields}", field=field, fields=", ".join(_fields(error)))
    if wrong["type"] == "value_error":  # a sentence of our own
        return str(wrong["ctx"]["error"])
    return phrase(
        "{field} is {value}; {rule}",
        field=field,
        value=repr(wrong["input"]),
        rule=_rule(wrong["msg"].replace("Input", "it").replace("should", "must"), wrong.get("ctx", {})),
    )


def _rule(words: str, limits: dict[str, Any]) -> str:
    """What a field must be, in pydantic's words; as one of our own sentences where it is one."""
    rules = (
        phrase("it must be greater than or equal to {limit}", limit=limits.get("ge", "")),
        phrase("it must be less than or equal to {limit}", limit=limits.get("le", "")),
        phrase("it must be greater than {limit}", limit=limits.get("gt", "")),
        phrase("it must be less than {limit}", limit=limits.get("lt", "")),
        phrase("it must be {choices}", choices=limits.get("expected", "")),
        phrase("it must be a valid integer"),
        phrase("it must be a valid number"),
        phrase("it must be a finite number"),
    )
    return next((rule for rule in rules if rule == words), words)


def _fields(error: ValidationError) -> list[str]:
    kinds = {kind.__name__: kind for kind in _below(Request)}
    return list(kinds[error.title].model_fields) if error.title in kinds else []


def _below(kind: type[Request]) -> list[type[Request]]:
    return [each for child in kind.__subclasses__() for each in (child, *_below(child))]
