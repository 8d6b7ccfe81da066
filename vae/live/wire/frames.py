"""The binary frames of the live channel, laid out once. Everything is little-endian.

Request::

    u32 seq | u8 operation | u8 name length, 1 to 64 | u16 projection length, 0 to 48
    the model's name in UTF-8, zero-padded to a multiple of 4 bytes
    the projection in UTF-8 on which its map is wanted, padded in the same way; of no bytes for the model's own map
    float32 payload, to the end of the frame

Reply::

    u32 seq | u8 status | u8 number of arrays | u16 notes
    for each array: u8 dtype (0 uint8, 1 float32, 2 int32) | u8 number of dimensions | u16 zero | u32 per dimension
    the arrays' bytes in order, row-major, each zero-padded to a multiple of 4 bytes

Every request gets exactly one reply with its sequence number. A status other than OK comes with one uint8 array: a
sentence in UTF-8 that says what to do. The notes are bits: 1, the server's device has run out of memory, and what it makes is
made by its CPU. `tests/live/frames.json` holds this file and its JavaScript twin to one layout.
What the numbers of a payload and the arrays of a reply are is for `schema.py` to say.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from vae.sentences import SOURCE, phrase
from vae.store.names import LONGEST_NAME

STATUSES = ("ok", "bad request", "unknown model", "not available", "failed", "other version")
OK, BAD_REQUEST, NO_MODEL, NOT_AVAILABLE, SERVER_FAILED, OTHER_VERSION = range(len(STATUSES))

FELL_BACK = 1  # of the notes

LONGEST_PROJECTION = 48  # bytes
LARGEST_REQUEST = 64 * 1024  # bytes
SMALL = 1 << 16  # bytes of an array
FARTHEST = 1e6  # size of a code's largest coordinate; float32 layers stay finite well beyond it

DTYPES = (np.dtype("u1"), np.dtype("<f4"), np.dtype("<i4"))
_HEADER = struct.Struct("<IBBH")
_ARRAY = struct.Struct("<BBH")


class ProtocolError(ValueError):
    """A frame or a request that cannot be answered; the message is a sentence for the person at the screen.

    seq : the sequence number the error reply should carry
    status : the status it should carry
    """

    def __init__(self, sentence: str, seq: int = 0, status: int = BAD_REQUEST) -> None:
        super().__init__(sentence)
        self.seq = seq
        self.status = status


@dataclass(frozen=True)
class Request:
    """What a client asks for; `payload` (P,) is float32 and finite, `projection` "" for the model's own map.

    `language` is that of the connection, and in no frame.
    """

    seq: int
    operation: int
    model: str
    payload: np.ndarray
    projection: str = ""
    language: str = SOURCE


@dataclass(frozen=True)
class Reply:
    """What a client is answered. Where `status` is not OK, `sentence` says why. `notes` are bits, see above."""

    seq: int
    status: int
    arrays: tuple[np.ndarray, ...] = ()
    notes: int = 0

    @property
    def sentence(self) -> str:
        """The error's sentence; empty for a reply that is OK."""
        return "" if self.status == OK else self.arrays[0].tobytes().decode()


def pack_request(request: Request) -> bytes:
    """The frame of `request`; ValueError for a name that is empty or longer than 64 bytes, or a projection longer than 48."""
    name, projection = request.model.encode(), request.projection.encode()
    if not 1 <= len(name) <= LONGEST_NAME:
        raise ValueError(phrase("a model's name has 1 to {most} bytes, not {count}", most=LONGEST_NAME, count=len(name)))
    if len(projection) > LONGEST_PROJECTION:
        raise ValueError(phrase("a projection has at most {most} bytes, not {count}", most=LONGEST_PROJECTION, count=len(projection)))
    payload = np.ascontiguousarray(request.payload, "<f4").tobytes()
    return _HEADER.pack(request.seq, request.operation, len(name), len(projection)) + _padded(name) + _padded(projection) + payload


def unpack_request(frame: bytes, language: str = SOURCE) -> Request:
    """The request in `frame`, of a connection in a language.

    Raises
    ------
    ProtocolError
        If the frame is too long, too short, not laid out as above or holds numbers that are not finite. Its `seq` is
        the frame's, or 0 where the frame is too short to hold a header.
    """
    if len(frame) < _HEADER.size:
        raise ProtocolError(
            phrase("the frame has {count} bytes; a request starts with a header of {header}", count=len(frame), header=_HEADER.size)
        )
    seq, operation, length, more = _HEADER.unpack_from(frame)
    if len(frame) > LARGEST_REQUEST:
        raise ProtocolError(
            phrase(
                "the frame has {count:,} bytes; send at most {most:,} in one request",
                count=len(frame),
                most=LARGEST_REQUEST,
            ),
            seq,
        )
    middle = _HEADER.size + _up(length)
    start = middle + _up(more)
    named, projected = frame[_HEADER.size : _HEADER.size + length], frame[middle : middle + more]
    padding = frame[_HEADER.size + length : middle] + frame[middle + more : start]
    if not 1 <= length <= LONGEST_NAME or more > LONGEST_PROJECTION or len(frame) < start or len(frame) % 4 or any(padding):
        raise ProtocolError(phrase("the frame is cut short or not laid out as a request; reload the page"), seq)
    try:
        name, projection = named.decode(), projected.decode()
    except UnicodeDecodeError as error:
        raise ProtocolError(phrase("the model's name is not UTF-8; reload the page"), seq) from error
    payload = np.frombuffer(frame, "<f4", offset=start).copy()  # torch wants memory that may be written to
    if not np.isfinite(payload).all():
        raise ProtocolError(phrase("the request holds numbers that are not finite; send finite numbers only"), seq)
    return Request(seq, operation, name, payload, projection, language)


def pack_reply(seq: int, arrays: Sequence[np.ndarray], status: int = OK, notes: int = 0) -> bytes:
    """The frame of a reply with `arrays`, each uint8, float32 or int32; TypeError for any other dtype."""
    parts: list[bytes | memoryview] = [_HEADER.pack(seq, status, len(arrays), notes)]
    parts += [_described(array.dtype, array.shape) for array in arrays]
    for array in arrays:
        # Megabytes are joined from where they lie, if they lie row by row; a small array is sooner copied.
        parts.append(array.tobytes() if array.nbytes <= SMALL else array.ravel().view(np.uint8).data)
        if array.nbytes % 4:
            parts.append(bytes(-array.nbytes % 4))
    return b"".join(parts)


@lru_cache(1024)  # a hand on a slider asks for arrays of the same shapes again and again
def _described(dtype: np.dtype, shape: tuple[int, ...]) -> bytes:
    """What stands of an array before all arrays' bytes."""
    return _ARRAY.pack(_dtype(dtype), len(shape), 0) + struct.pack(f"<{len(shape)}I", *shape)


def pack_error(seq: int, status: int, sentence: str) -> bytes:
    """The frame of a reply that says why there is no answer and what to do."""
    return pack_reply(seq, [np.frombuffer(sentence.encode(), np.uint8)], status)


def unpack_reply(frame: bytes) -> Reply:
    """The reply in `frame`; ProtocolError if it is not laid out as above, to the last byte."""
    try:
        seq, status, count, notes = _HEADER.unpack_from(frame)
        at, heads = _HEADER.size, []
        for _ in range(count):
            dtype, ndim, _ = _ARRAY.unpack_from(frame, at)
            heads.append((DTYPES[dtype], struct.unpack_from(f"<{ndim}I", frame, at + _ARRAY.size)))
            at += _ARRAY.size + 4 * ndim
        arrays = []
        for dtype, shape in heads:
            size = int(np.prod(shape, dtype=np.int64))
            arrays.append(np.frombuffer(frame, dtype, size, at).reshape(shape))
            at += _up(size * dtype.itemsize)
    except (struct.error, ValueError, IndexError) as error:
        raise ProtocolError(phrase("the reply is damaged: {error}", error=error)) from error
    if at != len(frame):
        raise ProtocolError(phrase("the reply has {count} bytes where its header promises {at}", count=len(frame), at=at))
    return Reply(seq, status, tuple(arrays), notes)


def operation_of(frame: bytes | None) -> int:
    """The operation that a request's frame asks for, without looking at the rest; −1 where it has none."""
    return frame[4] if frame is not None and len(frame) >= _HEADER.size else -1


def status_of(frame: bytes) -> int:
    """The status of a reply's frame, without looking at the rest."""
    return frame[4]


def _dtype(dtype: np.dtype) -> int:
    try:
        return DTYPES.index(dtype)
    except ValueError:
        raise TypeError(f"a reply carries uint8, float32 or int32, not {dtype}") from None


def _up(size: int) -> int:
    return -(-size // 4) * 4


def _padded(data: bytes) -> bytes:
    return data if len(data) % 4 == 0 else data + bytes(-len(data) % 4)
