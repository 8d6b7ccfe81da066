"""A million odd inputs for every parser of what strangers send: a bounded script, `make fuzz`.

    python -m tests.hostile.fuzz [--inputs 1000000] [--seed 0]

Frames, requests of every operation, hosts and origins, addresses, captions, text for the screen and models' configs. Inputs follow
from the seed: sound ones in which bytes were turned, cut, doubled or exchanged, and ones made of nothing. A parser answers or
raises its own error; anything else ends the script with the input, which then becomes a test.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable

import numpy as np
from starlette.datastructures import Headers

from vae.data.captions import EXAMPLES, CaptionError, read_caption
from vae.live.wire import schema
from vae.live.wire.asking import unpack_asked
from vae.live.wire.frames import ProtocolError, Request, pack_reply, pack_request, unpack_reply, unpack_request
from vae.models import ModelConfig
from vae.ui import view
from vae.ui.plain import MOST, plain
from vae.ui.view import RULES
from vae.web.guard import Access

Parser = tuple[Callable[[bytes], object], tuple[type[Exception], ...], list[bytes]]
SIZES = {"D": 5, "C": 1, "H": 8, "W": 8, "images": 200, "classes": 3, "cells": 64, "K": 1000}
CONFIG = {"kind": "vae", "latent_dim": 2, "image_shape": [1, 8, 8], "data": "mnist", "hidden": [8], "beta": 1.0}


def asked(frame: bytes) -> object:
    request = unpack_request(frame)
    operation = schema.LIVE.get(request.operation) or schema.STUDIO.get(request.operation)
    return None if operation is None else unpack_asked(operation, request.payload, SIZES)


def address(text: bytes) -> object:
    words = text.decode(errors="replace")
    return [good(words) for rules in RULES.values() for good, _ in rules.values()]


def shown(text: bytes) -> None:
    assert len(plain(text.decode(errors="replace")).replace("`", "")) <= MOST


def admitted(text: bytes) -> None:
    said = Access().refusal(Headers(raw=[(b"host", text), (b"origin", b"http://" + text)]))
    assert said is not None or b"evil.example" not in text


def parsers() -> dict[str, Parser]:
    models, ladders = view.model_names(), view.ladder_names()  # which an address asks the disk for each time
    view.model_names, view.ladder_names = lambda: models, lambda: ladders
    known, twice = view.pairs(), view.shared()
    view.pairs, view.shared = lambda: known, lambda: twice
    frames = [
        pack_request(Request(7, number, "mnist-vae", np.arange(count, dtype=np.float32)))
        for number in range(20)
        for count in (0, 5, 13, 40)
    ]
    replies = [pack_reply(1, [np.zeros((2, 3), np.uint8), np.ones(4, np.float32)])]
    captions = [example.encode() for example in EXAMPLES]
    return {
        "frames and requests": (asked, (ProtocolError,), frames),
        "replies": (unpack_reply, (ProtocolError,), replies),
        "hosts and origins": (admitted, (), [b"127.0.0.1:8501", b"[::1]:80", b"localhost", b"evil.example", b"127.0.0.1.evil.example"]),
        "addresses": (address, (), [b"i12", b"cAAAAAAAAAAA", b"1.5_-2_8", b"0_7", b"mnist-vae", b"0.5", b"ffffffffffffffff"]),
        "captions": (lambda text: read_caption(text.decode(errors="replace")[:200]), (CaptionError,), captions),
        "text": (shown, (), [b"[a](http://evil.example) ![b](c) **d** $e$ :f: <g>", "über “alles” …".encode()]),
        "configs": (lambda text: ModelConfig.from_dict(json.loads(text)), (ValueError, RecursionError), [json.dumps(CONFIG).encode()]),
    }


def odd(dice: np.random.Generator, sound: list[bytes]) -> bytes:
    """A sound input with something done to it, or bytes made of nothing."""
    content = bytearray(sound[dice.integers(len(sound))])
    for _ in range(dice.integers(1, 5)):
        kind, at = dice.integers(7), int(dice.integers(len(content) + 1))
        if kind == 0:
            content = content[:at]
        elif kind == 1 and at < len(content):
            content[at] ^= int(dice.integers(1, 256))
        elif kind == 2:
            content[at:at] = dice.bytes(int(dice.integers(1, 9)))
        elif kind == 3:
            content[at:at] = content[: int(dice.integers(9))]
        elif kind == 4:
            content[at:at] = [b"\0", b"\xff", b"\r\n", "\u202e".encode(), b"%00", b"../", b"1e999", b"NaN", b"{}"][dice.integers(9)]
        elif kind == 5 and len(content) >= at + 4:
            content[at : at + 4] = [b"\xff\xff\xff\x7f", b"\0\0\xc0\x7f", b"\0\0\x80\xff", b"\xff\xff\xff\xff"][dice.integers(4)]
        elif kind == 6 and dice.random() < 0.1:
            content = bytearray(dice.bytes(int(dice.integers(60))))
    return bytes(content)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--inputs", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    known = parsers()
    for number, (name, (parse, errors, sound)) in enumerate(known.items()):
        dice, answered, began = np.random.default_rng([options.seed, number]), 0, time.monotonic()
        count = options.inputs // len(known) + 1
        for row in range(count):
            content = odd(dice, sound)
            try:
                parse(content)
                answered += 1
            except errors:
                pass
            except BaseException:
                print(f"{name}: input {row} of seed {options.seed} ends its parser: {content!r}", file=sys.stderr)
                raise
        print(f"{name}: {count:,} inputs, {answered:,} of them sound ({time.monotonic() - began:.0f} s)", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
