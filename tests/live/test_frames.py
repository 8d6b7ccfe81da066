import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from vae.live.wire.frames import (
    BAD_REQUEST,
    DTYPES,
    LARGEST_REQUEST,
    NO_MODEL,
    OK,
    ProtocolError,
    Request,
    pack_error,
    pack_reply,
    pack_request,
    unpack_reply,
    unpack_request,
)

FRAMES = json.loads(Path(__file__).with_name("frames.json").read_text("utf-8"))
SEQ = st.integers(0, 2**32 - 1)
PAYLOADS = arrays("<f4", st.integers(0, 50), elements=st.floats(-1e9, 1e9, width=32))
ARRAYS = st.sampled_from(DTYPES).flatmap(lambda dtype: arrays(dtype, array_shapes(max_dims=4, min_side=0)))


def about(frame: dict) -> str:
    return frame["about"]


@pytest.mark.parametrize("golden", FRAMES["requests"], ids=about)
def test_a_request_has_exactly_these_bytes(golden):
    projection = golden.get("projection", "")
    request = Request(golden["seq"], golden["operation"], golden["model"], np.array(golden["payload"], np.float32), projection)
    assert pack_request(request).hex() == golden["hex"]
    read = unpack_request(bytes.fromhex(golden["hex"]))
    assert (read.seq, read.operation, read.model, read.projection) == (request.seq, request.operation, request.model, projection)
    assert np.array_equal(read.payload, request.payload)


@pytest.mark.parametrize("golden", FRAMES["replies"], ids=about)
def test_a_reply_has_exactly_these_bytes(golden):
    content = [np.array(array["values"], float).astype(array["dtype"]).reshape(array["shape"]) for array in golden["arrays"]]
    assert pack_reply(golden["seq"], content, golden["status"]).hex() == golden["hex"]
    read = unpack_reply(bytes.fromhex(golden["hex"]))
    assert (read.seq, read.status, read.sentence) == (golden["seq"], golden["status"], golden["sentence"])
    assert all(np.array_equal(a, b, equal_nan=True) and a.dtype == b.dtype for a, b in zip(read.arrays, content, strict=True))


@pytest.mark.parametrize("golden", FRAMES["refused"], ids=about)
def test_a_bad_request_is_refused_under_its_number(golden):
    with pytest.raises(ProtocolError) as refusal:
        unpack_request(bytes.fromhex(golden["hex"]))
    assert (refusal.value.seq, refusal.value.status) == (golden["seq"], BAD_REQUEST)
    assert ";" in str(refusal.value)  # what is wrong; what to do


@given(SEQ, st.integers(0, 255), st.text(min_size=1, max_size=16), PAYLOADS)
def test_what_is_packed_is_unpacked_as_it_was(seq, operation, model, payload):
    read = unpack_request(pack_request(Request(seq, operation, model, payload)))
    assert (read.seq, read.operation, read.model) == (seq, operation, model)
    assert np.array_equal(read.payload, payload)


@given(SEQ, st.integers(0, 4), st.lists(ARRAYS, max_size=5))
def test_replies_carry_any_arrays(seq, status, content):
    frame = pack_reply(seq, content, status)
    assert len(frame) % 4 == 0
    read = unpack_reply(frame)
    assert (read.seq, read.status) == (seq, status)
    assert all(a.dtype == b.dtype and np.array_equal(a, b, equal_nan=True) for a, b in zip(read.arrays, content, strict=True))


@given(st.binary(max_size=200))
def test_any_bytes_are_either_read_or_refused(data):
    for unpack in (unpack_request, unpack_reply):
        try:
            unpack(data)
        except ProtocolError as refusal:
            assert str(refusal)


def test_a_frame_that_is_too_long_is_refused_under_its_number():
    frame = pack_request(Request(77, 1, "a", np.zeros(LARGEST_REQUEST // 4, np.float32)))
    with pytest.raises(ProtocolError, match=r"65,536") as refusal:
        unpack_request(frame)
    assert refusal.value.seq == 77


def test_a_reply_that_is_cut_short_or_too_long_is_damaged():
    frame = pack_reply(1, [np.zeros((2, 3), np.float32)])
    for damaged in (frame[:-4], frame[:10], frame + bytes(4)):
        with pytest.raises(ProtocolError, match="reply"):
            unpack_reply(damaged)


def test_an_error_is_a_sentence():
    reply = unpack_reply(pack_error(3, NO_MODEL, "train one – it takes 5 minutes"))
    assert (reply.seq, reply.status, reply.sentence) == (3, NO_MODEL, "train one – it takes 5 minutes")
    assert unpack_reply(pack_reply(3, [])).status == OK


def test_what_no_frame_can_hold_is_refused():
    with pytest.raises(TypeError, match="float64"):
        pack_reply(1, [np.zeros(3)])
    with pytest.raises(ValueError, match="64 bytes"):
        pack_request(Request(1, 1, "ä" * 33, np.zeros(0, np.float32)))
    with pytest.raises(ValueError, match="48 bytes"):
        pack_request(Request(1, 1, "a", np.zeros(0, np.float32), "p" * 49))
