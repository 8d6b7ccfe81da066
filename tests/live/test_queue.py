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


def test_a_newcomer_comes_before_all_who_have_just_had_long_work_done():
    line = filled([(client, number) for client in "abc" for number in range(3)])
    for _ in range(3):
        client, _ = line.take()
        line.charge(client, 5.0)
    line.add("new", ("new", 0))
    assert line.take() == ("new", 0)
    line.charge("new", 0.001)
    line.add("new", ("new", 1))
    assert line.take() == ("new", 1)  # it has had a thousandth of what the others have


def test_nobody_saves_up_by_being_away():
    line = filled([("a", 0)])
    line.take()
    line.charge("a", 100.0)
    line.add("a", ("a", 1))
    assert line.take() == ("a", 1)
    line.charge("a", 1.0)
    line.add("b", ("b", 0))
    line.add("a", ("a", 2))
    assert line.take() == ("b", 0)  # who was not there for a hundred seconds
    line.charge("b", 2.0)
    line.add("b", ("b", 1))
    assert line.take() == ("a", 2)


@given(st.lists(st.floats(0.001, 1), min_size=2, max_size=5), st.integers(20, 60))
def test_each_gets_an_equal_share_of_the_time_whatever_a_piece_of_its_work_takes(costs, turns):
    line: FairQueue = FairQueue()
    spent = dict.fromkeys(range(len(costs)), 0.0)
    for client in spent:
        line.add(client, client)
    for _ in range(turns):
        client = line.take()
        line.charge(client, costs[client])
        spent[client] += costs[client]
        line.add(client, client)
    assert max(spent.values()) - min(spent.values()) <= max(costs) + 1e-6


def test_who_has_gone_is_forgotten():
    line: FairQueue = FairQueue()
    for client in range(1000):
        line.add(client, client)
        line.take()
        line.charge(client, 0.001)
    assert len(line._spent) < 200


def test_of_equals_who_asks_for_little_comes_before_who_asks_for_much_but_no_crowd_of_newcomers_always_does():
    line: FairQueue = FairQueue()
    for client in "abc":
        line.add(client, client, 4.0)
    served = []
    for number in range(20):
        line.add(number, number, 1.0)  # another one each time
        served.append(line.take())
        line.charge(served[-1], 1.0 if served[-1] == number else 4.0)
    assert served[0] == 0
    assert set("abc") <= set(served[:10])


def test_what_was_expected_wrongly_is_charged_as_it_was():
    line: FairQueue = FairQueue()
    line.add("a", 1, 100.0)
    assert line.take() == 1
    line.charge("a", 0.5)
    assert line.spent("a") == 0.5
