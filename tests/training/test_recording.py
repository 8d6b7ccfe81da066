"""What was done under the hand is written down, read again as it was, and refused where it cannot be."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vae.training.recording import Change, Hand, Recording, RecordingError, Setup

hands = st.builds(
    Hand,
    beta=st.floats(0, 1000),
    learning_rate=st.floats(1e-8, 1),
    noise=st.floats(0, 10),
    l2=st.floats(0, 1000),
    batch_size=st.integers(2, 1024),
    left_out=st.frozensets(st.integers(0, 9), max_size=9),
)


@given(st.dictionaries(st.integers(0, 500), hands, max_size=8), st.integers(0, 500))
def test_a_recording_is_the_same_after_a_way_through_its_file(moves: dict[int, Hand], more: int) -> None:
    changes = tuple(Change(step=step, hand=moves[step]) for step in sorted(moves))
    recording = Recording(setup=Setup(data="mnist"), changes=changes, steps=max(moves, default=0) + more)
    assert Recording.from_json(recording.to_json()) == recording


@given(st.lists(st.tuples(st.integers(0, 50), hands), max_size=12))
def test_the_hand_at_a_step_is_the_last_that_was_set_at_or_before_it(moves: list[tuple[int, Hand]]) -> None:
    recording, step, set_at = Recording(setup=Setup(data="mnist")), 0, {}
    for forward, hand in moves:
        step += forward
        recording = recording.until(step).changed(step, hand)
        set_at[step] = hand
    for look in range(step + 2):
        earlier = [at for at in set_at if at <= look]
        assert recording.hand(look) == (set_at[max(earlier)] if earlier else Hand())


def test_going_back_and_changing_forgets_what_came_after() -> None:
    recording = Recording(setup=Setup(data="mnist")).until(10).changed(10, Hand(beta=5)).until(20).changed(20, Hand(beta=9)).until(30)
    forked = recording.until(15).changed(15, Hand(beta=0))
    assert forked.steps == 15
    assert [forked.hand(step).beta for step in (0, 9, 10, 14, 15, 99)] == [1, 1, 5, 5, 0, 0]


def test_a_move_that_changes_nothing_is_not_written_down() -> None:
    recording = Recording(setup=Setup(data="mnist")).until(3).changed(3, Hand(beta=5)).until(8).changed(8, Hand(beta=5))
    assert [change.step for change in recording.changes] == [3]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        '{"format": 2, "setup": {"data": "mnist"}}',
        '{"setup": {"data": "mnist", "latent_dim": 0}}',
        '{"setup": {"data": "mnist"}, "steps": 5, "changes": [{"step": 7, "hand": {}}]}',
        '{"setup": {"data": "mnist"}, "steps": 9, "changes": [{"step": 7, "hand": {}}, {"step": 7, "hand": {}}]}',
        '{"setup": {"data": "mnist"}, "steps": 9, "changes": [{"step": 2, "hand": {"beta": "much"}}]}',
        '{"setup": {"data": "mnist"}, "steps": 9, "changes": [{"step": 2, "hand": {"beta": NaN}}]}',
        '{"setup": {"data": "mnist"}, "more": 1}',
    ],
)
def test_what_is_no_recording_is_refused_in_a_sentence(tmp_path: Path, text: str) -> None:
    (tmp_path / "run.json").write_text(text)
    with pytest.raises(RecordingError, match="this is no recording of a training"):
        Recording.read(tmp_path / "run.json")
    with pytest.raises(RecordingError, match=r"missing.json cannot be read .*; name a recording"):
        Recording.read(tmp_path / "missing.json")
