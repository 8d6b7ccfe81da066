import pytest
from hypothesis import given
from hypothesis import strategies as st

from vae.live.queue import FairQueue

ARRIVALS = st.lists(st.tuples(st.sampled_from([None, "a", "b", "c"]), st.integers()), max_size=40)


def filled(arrivals: list[tuple[object, int]]) -> FairQueue:
    line: FairQueue = FairQueue()
    for client, number in arrivals:
        line.add(client, (client, number))
    return line


@given(ARRIVALS)
def test_everything_comes_out_once_and_each_client_in_order(arrivals):
    line = filled(arrivals)
    assert len(line) == len(arrivals)
    taken = [line.take() for _ in arrivals]
    assert len(line) == 0
    for client in (None, "a", "b", "c"):
        assert [item for item in taken if item[0] == client] == [item for item in arrivals if item[0] == client]


@given(ARRIVALS)
def test_nobody_is_served_twice_while_another_waits(arrivals):
    line, waiting = filled(arrivals), [client for client, _ in arrivals]
    since: dict[object, int] = {}
    for turn in range(len(arrivals)):
        client, _ = line.take()
        waiting.remove(client)
        assert all(since.get(other, -1) >= since.get(client, -1) for other in waiting if other != client)
        since[client] = turn


def test_what_is_put_back_comes_first_again():
    line = filled([("a", 1), ("a", 2), ("b", 3)])
    first = line.take()
    line.put_back("a", first)
    assert [line.take() for _ in range(3)] == [("a", 1), ("b", 3), ("a", 2)]


def test_an_empty_line_has_nobody_to_serve():
    with pytest.raises(KeyError):
        FairQueue().take()
