"""The fields of a request as its payload of float32 numbers, and the reverse. Sentences are for the person at the screen."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np

from vae.live.wire.frames import ProtocolError, Request
from vae.live.wire.parts import Field, Operation
from vae.live.wire.sizes import Side, Sizes, fit, side
from vae.sentences import SPOKEN, Sentence, phrase


def request(seq: int, operation: Operation, model: str, **asked: object) -> Request:
    """A request with these fields, for whoever the present request is of; TypeError or ValueError where they are not those of the operation."""
    return Request(seq, operation.number, model, pack_asked(operation, asked), language=SPOKEN.get())


def pack_asked(operation: Operation, asked: Mapping[str, object]) -> np.ndarray:
    """The payload of a request: (P,) float32. Whether numbers are in their ranges is for whoever answers to say."""
    names = [field.name for field in operation.asks]
    if unknown := set(asked) - set(names):
        raise TypeError(f"{operation.name} does not ask for {', '.join(sorted(unknown))}; it asks for {', '.join(names) or 'nothing'}")
    sizes: Sizes = {}
    parts = [_packed(operation, field, asked, sizes) for field in operation.asks if _applies(field, asked)]
    return np.concatenate([np.empty(0, np.float32), *parts])


def unpack_asked(operation: Operation, payload: np.ndarray, sizes: Sizes) -> dict[str, object]:
    """The fields in a request's `payload`: numbers, words of enumerations, arrays (int32 where whole, else float32), None for what was left out.

    Parameters
    ----------
    sizes : of the model; those of the request are added

    Raises
    ------
    ProtocolError
        If the numbers are not what the operation asks for.
    """
    reader = _Reader(payload)
    asked: dict[str, object] = {}
    for field in operation.asks:
        if _applies(field, asked) and not (field.optional and reader.empty):
            asked[field.name] = reader.field(field, sizes)
        else:
            asked[field.name] = None
    reader.end()
    return asked


class _Reader:
    """The numbers of a request, read one after the other."""

    def __init__(self, values: np.ndarray) -> None:
        self._values = values
        self._at = 0

    @property
    def empty(self) -> bool:
        """Whether nothing is left."""
        return self._at == len(self._values)

    def end(self) -> None:
        """Nothing may be left."""
        if not self.empty:
            count, wanted = len(self._values), self._at
            raise ProtocolError(
                phrase("the request holds {count} numbers where {wanted} are expected; choose the model again", count=count, wanted=wanted)
            )

    def field(self, field: Field, sizes: Sizes) -> object:
        low, high = _limit(field.low, sizes), _limit(field.high, sizes)
        if field.kind == "rows":
            return _wholes(field, self._rows(field, low, high, sizes), low, high)
        if field.kind == "array":
            shape = [side(text, sizes) for text in field.shape]
            return _wholes(field, self._next(field, math.prod(shape)).reshape(shape), low, high)
        value = float(self._next(field, 1)[0])
        if field.kind == "number":
            if not low <= value <= high:
                allowed = phrase("from {low:g} to {high:g}", low=low, high=high) if high < np.inf else phrase("at least {low:g}", low=low)
                raise ProtocolError(phrase("{what} is {value:g}; it must be {allowed}", what=field.called, value=value, allowed=allowed))
            return value
        if value != int(value) or not low <= value <= high:
            wrong = phrase(
                "{what} is {value:g}; it must be a whole number from {low} to {high}", what=field.called, value=value, low=low, high=high
            )
            raise ProtocolError(wrong)
        if field.kind == "choice":
            return field.words[int(value)]
        sizes[field.name] = int(value)
        return int(value)

    def _rows(self, field: Field, low: float, high: float, sizes: Sizes) -> np.ndarray:
        rest = self._values[self._at :]
        shape = [side(text, sizes) for text in field.shape[1:]]
        size = math.prod(shape)
        if len(rest) and not len(rest) % size and len(rest) > size * field.most and field.sentence:
            raise ProtocolError(_broken(field, low, high))
        if not len(rest) or len(rest) % size or len(rest) > size * field.most:
            raise ProtocolError(
                phrase(
                    "the request holds {count} numbers of {what}; send 1 to {most} times {size}",
                    count=len(rest),
                    what=field.called,
                    most=field.most,
                    size=size,
                )
            )
        self._at = len(self._values)
        sizes[str(field.shape[0])] = len(rest) // size
        return rest.reshape(-1, *shape)

    def _next(self, field: Field, size: int) -> np.ndarray:
        part = self._values[self._at : self._at + size]
        if len(part) < size:
            raise ProtocolError(phrase("the request ends before {what}; choose the model again", what=field.called))
        self._at += size
        return part


def _broken(field: Field, low: float, high: float) -> Sentence:
    return Sentence(field.sentence, {"low": low, "high": high, "most": field.most})


def _applies(field: Field, asked: Mapping[str, object]) -> bool:
    return field.only is None or asked.get(field.only[0]) in field.only[1]


def _limit(limit: float | Side, sizes: Sizes) -> float:
    return side(limit, sizes) if isinstance(limit, str) else limit


def _wholes(field: Field, values: np.ndarray, low: float, high: float) -> np.ndarray:
    if not field.whole:
        return values
    if (values != np.floor(values)).any() or values.min() < low or values.max() > high:
        raise ProtocolError(_broken(field, low, high))
    return values.astype(np.int32)


def _packed(operation: Operation, field: Field, asked: Mapping[str, object], sizes: Sizes) -> np.ndarray:
    value = asked.get(field.name, field.default)
    if value is None:
        if field.optional:
            return np.empty(0, np.float32)
        raise TypeError(f"{operation.name} asks for {field.name}")
    if field.kind == "choice":
        return np.array([field.words.index(value)], np.float32)
    values = np.asarray(value, np.float32)
    if field.kind in ("array", "rows"):
        if field.name not in asked:
            values = np.full([side(text, sizes) for text in field.shape], values)
        fit(values.shape, field.shape, sizes, f"{operation.name}'s {field.name}")
    elif values.ndim:
        raise TypeError(f"{operation.name} asks for one number as {field.name}, not an array of shape {values.shape}")
    elif field.kind == "whole":
        sizes[field.name] = int(values)
    return values.ravel()
