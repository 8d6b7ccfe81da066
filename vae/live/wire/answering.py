"""A named answer as the arrays of a reply, and the reverse. An answer that is not what the schema says is never sent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache, lru_cache

import numpy as np

from vae.live.wire.parts import Answer, Operation, Record, Table, Value
from vae.live.wire.sizes import SizeError, Sizes, fit

Named = Mapping[str, object]


def arrays_of(operation: Operation, answer: Named, sizes: Sizes) -> list[np.ndarray]:
    """The arrays of a reply, in the schema's order.

    Parameters
    ----------
    answer : for each of the operation's answers an array; for a table also a mapping from columns to arrays, for a record a
        mapping from names to numbers, for a value a number
    sizes : of the model and the request

    Raises
    ------
    SizeError
        If an array, a column or a side is missing, one too many, or another than the schema says.
    """
    if answer.keys() != _names(operation):
        _same(operation.name, answer, [part.name for part in operation.answers])
    arrays = [_array(operation, part, answer[part.name]) for part in operation.answers]
    _check(operation, tuple((array.dtype, array.shape) for array in arrays), tuple(sizes.items()))
    return arrays


def answer_of(operation: Operation, arrays: Sequence[np.ndarray], sizes: Sizes | None = None) -> dict[str, object]:
    """The named answer in a reply's `arrays`: arrays, tables as mappings from columns to views, records as mappings from names to numbers, numbers.

    Raises
    ------
    SizeError
        As in `arrays_of`.
    """
    if len(arrays) != len(operation.answers):
        raise SizeError(f"{operation.name} has {len(arrays)} arrays where the schema says {len(operation.answers)}")
    answer = {part.name: array for part, array in zip(operation.answers, arrays, strict=True)}
    arrays_of(operation, answer, sizes or {})
    return {part.name: _read(part, answer[part.name]) for part in operation.answers}


@cache
def _names(operation: Operation) -> frozenset[str]:
    return frozenset(part.name for part in operation.answers)


@lru_cache(1024)  # a hand on a slider asks for arrays of the same shapes again and again
def _check(operation: Operation, given: tuple[tuple[np.dtype, tuple[int, ...]], ...], sizes: tuple[tuple[str, int], ...]) -> None:
    known = dict(sizes)
    for part, (dtype, shape) in zip(operation.answers, given, strict=True):
        what = f"{operation.name}'s {part.name}"
        if dtype != part.dtype:
            raise SizeError(f"{what} is {dtype} where the schema says {part.dtype}")
        fit(shape, part.shape, known, what)


def _array(operation: Operation, part: Answer, value: object) -> np.ndarray:
    if isinstance(value, np.ndarray):
        return value
    if isinstance(value, Mapping):
        what = f"{operation.name}'s {part.name}"
        if not isinstance(part, Table | Record):
            raise SizeError(f"{what} has no columns")
        _same(what, value, part.columns)
        return np.stack([np.asarray(value[column], part.dtype) for column in part.columns], -1)
    return np.asarray([value], part.dtype) if isinstance(part, Value) else np.asarray(value)


def _read(part: Answer, array: np.ndarray) -> object:
    if isinstance(part, Table | Record):
        columns = {column: array[..., index] for index, column in enumerate(part.columns)}
        return columns if isinstance(part, Table) else {column: value.item() for column, value in columns.items()}
    return array[0].item() if isinstance(part, Value) else array


def _same(what: str, given: Named, named: Sequence[str]) -> None:
    if given.keys() != set(named):
        missing, more = [name for name in named if name not in given], [name for name in given if name not in named]
        raise SizeError(f"{what}: {', '.join(missing) or 'nothing'} is missing, {', '.join(more) or 'nothing'} is one too many")
