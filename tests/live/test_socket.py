import json
import socket
import urllib.error
import urllib.request
from dataclasses import replace
from queue import SimpleQueue
from threading import Event, Thread

import numpy as np
import pytest
import uvicorn
from starlette.applications import Starlette
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.exceptions import ConnectionClosedError
from websockets.sync.client import ClientConnection, connect

from vae.live import socket as live
from vae.live.wire.frames import BAD_REQUEST, NO_MODEL, OK, OTHER_VERSION, SERVER_FAILED, Request, pack_request, unpack_reply
from vae.live.wire.plain import HASH
from vae.store.files import CheckpointError
from vae.store.folders import ATLAS, CONFIG, LADDERS, METRICS
from vae.store.ladders import Ladder

CODE = np.array([0.5, -1, 0, 1, 2], np.float32)


class Server(uvicorn.Server):
    """Says when it listens."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.listening = Event()

    async def startup(self, sockets: list | None = None) -> None:
        await super().startup(sockets)
        self.listening.set()


@pytest.fixture
def serve():
    """Runs an app on a loopback port, as Streamlit would, and stops it after the test: `serve(routes)` -> (port, server)."""
    running: list[tuple[Server, Thread]] = []

    def serve(routes: list) -> tuple[int, Server]:
        listener = socket.socket()  # like Streamlit's, without TCP_NODELAY
        listener.bind(("127.0.0.1", 0))
        listener.listen(64)
        server = Server(uvicorn.Config(Starlette(routes=routes), ws="websockets-sansio", log_level="error", lifespan="off"))
        thread = Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        running.append((server, thread))
        assert server.listening.wait(60)
        return listener.getsockname()[1], server

    yield serve
    for server, thread in running:
        server.should_exit = server.force_exit = True
        thread.join(60)


@pytest.fixture
def server(serve, engine, library):
    return serve(live.routes(engine, library))


@pytest.fixture
def address(server) -> str:
    return f"127.0.0.1:{server[0]}"


@pytest.fixture
def client(address):
    with connect(f"ws://{address}/continuum/live", compression=None) as client:
        yield client


def frame(seq: int, operation: int = 1, model: str = "vae-5", payload: np.ndarray = CODE) -> bytes:
    return pack_request(Request(seq, operation, model, payload))


def answer(client: ClientConnection, message: bytes | str):
    client.send(message)
    return unpack_reply(client.recv(60))


def test_a_request_gets_one_reply(client, library):
    reply = answer(client, frame(41))
    assert (reply.seq, reply.status) == (41, OK)
    expected = library.get("vae-5").model.decode(CODE[None]).permute(0, 2, 3, 1).numpy()
    assert np.abs(reply.arrays[0] / 255 - expected).max() <= 1 / 255


def test_ladders_are_listed_described_and_mapped(address, models_root, monkeypatch):
    labels = np.array([0, 1, 300, 0], np.int32)
    places = np.random.default_rng(0).random((2, 4, 2), np.float32)
    ladder = Ladder(("ae-5", "vae-5"), labels, places, tuple(map(str, range(301))), {"method": "aligned umap"})
    monkeypatch.setattr("vae.live.socket.ladder_names", lambda: ["up", "broken"])
    monkeypatch.setattr(
        "vae.live.socket.load_ladder",
        lambda name: {"up": ladder, "broken": replace(ladder, models=("ae-5", "gone"))}.get(name) or refuse(name),
    )
    assert json.loads(fetch(address, "ladders")[2]) == ["up", "broken"]
    status, _, body = fetch(address, "ladders/up")
    facts = json.loads(body)
    assert (status, facts["name"], facts["count"], len(facts["classes"])) == (200, "up", 4, 301)
    assert [(step["name"], step["config"]["kind"]) for step in facts["steps"]] == [("ae-5", "ae"), ("vae-5", "vae")]
    answered = unpack_reply(fetch(address, "ladders/up/map")[2]).arrays
    assert np.array_equal(answered[0], places) and np.array_equal(answered[1], labels)
    assert fetch(address, "ladders/broken")[0] == 422  # one of its models is gone
    assert fetch(address, "ladders/down")[0] == fetch(address, "ladders/down/map")[0] == 404


def test_what_a_linear_map_misses_is_told_of_two_maps_of_the_same_images(address):
    status, _, body = fetch(address, "models/ae-5/linear/ae-5")
    share, lengths = unpack_reply(body).arrays
    assert (status, lengths.shape) == (200, (200,)) and share < 1e-6
    status, _, body = fetch(address, "models/ae-5/linear/ae-2")  # whose images have other classes
    assert status == 422 and "different images" in json.loads(body)["error"]


def test_progress_is_told_at_once_and_of_any_name(address, library, monkeypatch):
    assert json.loads(fetch(address, "models/vae-5/progress")[2]) == {"stage": "", "share": 1}
    monkeypatch.setitem(library._stages, "vae-5", ("reading the codes", 0.4))
    assert json.loads(fetch(address, "models/vae-5/progress")[2]) == {"stage": "reading the codes", "share": 0.4}


def test_lists_answer_whatever_lies_in_the_files(own_models_root, address, rewrite):
    bad = {
        "metrics": (METRICS, b'{"kl": NaN, "recon_mse": {"value": 1' + b"0" * 400 + b"}}"), "cut": (METRICS, b'{"kl": 1'),
        "config": (CONFIG, b'{"kind": "\\ud800"}'), "atlas": (ATLAS, b"nothing"),
    }  # fmt: skip
    for name, (file, content) in bad.items():
        rewrite(own_models_root / name, "vae", 5)
        (own_models_root / name / file).write_bytes(content)
    (own_models_root / LADDERS).mkdir()
    (own_models_root / LADDERS / "bad.safetensors").write_bytes(b"")
    status, _, body = fetch(address, "models")
    assert status == 200
    assert {each["name"]: each["usable"] for each in json.loads(body)} == {
        "mine": True, "metrics": True, "cut": True, "config": False, "atlas": False,
    }  # fmt: skip
    assert json.loads(fetch(address, "ladders")[2]) == ["bad"]
    assert fetch(address, "ladders/bad")[0] == 422
    assert json.loads(fetch(address, "models/metrics")[2])["metrics"] == {}
    facts = json.loads(fetch(address, "models/cut")[2])
    assert facts["metrics"] == {} and "python -m vae evaluate cut" in facts["metrics_sentence"]


def test_what_nobody_has_foreseen_is_a_sentence_and_not_a_page_of_the_server(address, library, monkeypatch):
    monkeypatch.setattr(library, "describe", lambda name: 1 / 0)
    status, _, body = fetch(address, "models/vae-5")
    assert status == 500 and "see its log" in json.loads(body)["error"]


def refuse(name: str):
    raise CheckpointError(f"there is no ladder {name!r}")


def test_replies_come_in_the_order_of_the_requests(client):
    for seq in range(40):
        client.send(frame(seq, payload=np.tile(CODE, 1 + seq % 7)))
    replies = [unpack_reply(client.recv(60)) for _ in range(40)]
    assert [reply.seq for reply in replies] == list(range(40))
    assert [len(reply.arrays[0]) for reply in replies] == [1 + seq % 7 for seq in range(40)]


@pytest.mark.parametrize(
    ("message", "seq", "status", "sentence"),
    [
        (frame(3, payload=np.zeros(20_000, np.float32)), 3, BAD_REQUEST, "65,536"),
        (frame(4, payload=np.array([np.nan], np.float32)), 4, BAD_REQUEST, "finite"),
        (frame(5, model="nothing"), 5, NO_MODEL, "choose one of"),
        (frame(6, model="../../etc"), 6, NO_MODEL, "choose one of"),
        (frame(7, operation=77), 7, BAD_REQUEST, "no operation 77"),
        ("hello", 0, BAD_REQUEST, "binary"),
        (b"", 0, BAD_REQUEST, "header"),
        (frame(8)[:5], 0, BAD_REQUEST, "header"),
        (frame(9)[:10], 9, BAD_REQUEST, "cut short"),
        (frame(10)[:-2], 10, BAD_REQUEST, "cut short"),
    ],
    ids=["oversize", "not finite", "unknown model", "a path", "operation", "text", "empty", "no header", "no name", "half a number"],
)
def test_a_bad_request_is_answered_and_the_socket_stays(client, message, seq, status, sentence):
    reply = answer(client, message)
    assert (reply.seq, reply.status) == (seq, status) and sentence in reply.sentence
    assert answer(client, frame(99)).status == OK


def test_replies_are_sent_without_delay(server, client):
    assert answer(client, frame(1)).status == OK
    (connection,) = server[1].server_state.connections
    assert connection.transport.get_extra_info("socket").getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)


def test_a_client_that_vanishes_has_its_request_forgotten(address, engine, library, monkeypatch):
    model, entered, opened, noticed, arrived, counts = library.get("vae-5").model, Event(), Event(), Event(), Event(), []
    decode, ask, lost = model.paint, engine.ask, WebSocketsSansIOProtocol.connection_lost

    def held(codes):
        counts.append(len(codes))
        entered.set()
        assert opened.wait(60)
        return decode(codes)

    url = f"ws://{address}/continuum/live"
    with connect(url) as stays, connect(url) as goes:
        monkeypatch.setattr(model, "paint", held)
        stays.send(frame(1))
        assert entered.wait(60)
        monkeypatch.setattr(engine, "ask", lambda *details: (ask(*details), arrived.set())[0])
        monkeypatch.setattr(WebSocketsSansIOProtocol, "connection_lost", lambda *details: (lost(*details), noticed.set())[0])
        goes.send(frame(2, payload=np.tile(CODE, 9)))
        assert arrived.wait(60)
        goes.socket.shutdown(socket.SHUT_RDWR)
        assert noticed.wait(60)
        opened.set()
        assert unpack_reply(stays.recv(60)).seq == 1
        assert answer(stays, frame(3)).seq == 3
    assert counts == [1, 1]  # never the 9 codes of the one that went


def test_a_worker_is_told_who_has_gone(address, engine, monkeypatch):
    clients, gone, ask = [], SimpleQueue(), engine.ask
    monkeypatch.setattr(engine, "ask", lambda *details: (clients.append(details[1]), ask(*details))[1])
    monkeypatch.setattr(engine, "left", gone.put)
    with connect(f"ws://{address}/continuum/live", compression=None) as goes:
        assert answer(goes, frame(1)).status == OK
    assert gone.get(timeout=60) is clients[0]


def test_a_server_that_stops_says_so(client, engine):
    engine.stop()
    reply = answer(client, frame(1))
    assert reply.status == SERVER_FAILED and "stopping" in reply.sentence


def test_a_message_far_too_large_ends_the_connection_before_it_has_come(client):
    client.send(b"\0" * (live.LARGEST_MESSAGE + 4))
    with pytest.raises(ConnectionClosedError) as ended:
        client.recv(60)
    assert ended.value.rcvd.code == 1009


def fetch(address: str, path: str, **headers: str) -> tuple[int, dict, bytes]:
    try:
        with urllib.request.urlopen(urllib.request.Request(f"http://{address}/continuum/{path}", headers=headers), timeout=60) as response:
            return response.status, dict(response.headers), response.read()
    except urllib.error.HTTPError as error:
        return error.code, dict(error.headers), error.read()


def test_the_models_are_listed_also_those_that_cannot_be_used(own_models_root, address, rewrite):
    rewrite(own_models_root / "broken", "ae", 2)
    (own_models_root / "broken" / "model.safetensors").write_bytes(b"nothing")
    status, _, body = fetch(address, "models")
    broken, mine = json.loads(body)
    assert status == 200 and (broken["name"], broken["usable"]) == ("broken", False) and "damaged" in broken["sentence"]
    facts = {
        "name": "mine",
        "kind": "vae",
        "data": "shapes",
        "latent_dim": 5,
        "architecture": "mlp",
        "likelihood": "gaussian",
        "beta": 1.0,
        "noise": 0.0,
        "l2": 0.0,
        "sphere": False,
    }
    assert mine == facts | {"originals": False, "usable": True, "sentence": None}


def test_a_model_is_described(address, library):
    status, _, body = fetch(address, "models/vae-5")
    assert status == 200 and json.loads(body) == library.describe("vae-5")


def test_the_map_is_one_frame_and_is_sent_once(address, library):
    status, headers, body = fetch(address, "models/vae-5/map")
    places, labels = unpack_reply(body).arrays
    assert status == 200 and np.array_equal(places, library.get("vae-5").atlas.places)
    assert labels.dtype == np.int32 and np.array_equal(labels, library.get("vae-5").atlas.labels)
    assert fetch(address, "models/vae-5/map", **{"If-None-Match": headers["etag"]})[0] == 304
    assert fetch(address, "models/vae-5/map", **{"If-None-Match": '"other"'})[0] == 200


def test_other_maps_and_how_far_each_can_be_trusted_are_told(address, library):
    places, labels = unpack_reply(fetch(address, "models/vae-5/map?projection=raw_4_0")[2]).arrays
    assert np.array_equal(places, library.get("vae-5").atlas.codes[:, [4, 0]])
    assert np.array_equal(labels, library.get("vae-5").atlas.labels)
    own, plane = (json.loads(fetch(address, f"models/vae-5/trust{query}")[2]) for query in ("", "?projection=raw_4_0"))
    assert own.keys() == plane.keys() == {"trustworthiness", "continuity", "overlap", "neighbours", "rows", "share"}
    assert own["share"] is None and 0 < plane["share"] < 1 and (plane["neighbours"], plane["rows"]) == (15, 200)
    for path in ("models/vae-5/map?projection=isomap", "models/vae-2/trust?projection=pca"):
        assert fetch(address, path)[0] == 422


@pytest.mark.parametrize("path", ["models/nothing", "models/nothing/map", "models/%2e%2e%2fvae-5"])
def test_an_unknown_model_is_not_found(address, path):
    status, _, body = fetch(address, path)
    assert status == 404
    assert path.startswith("models/%") or "choose one of" in json.loads(body)["error"]


@pytest.mark.parametrize("path", ["models/mine", "models/mine/map"])
def test_a_model_that_cannot_be_used_says_why(own_models_root, address, path):
    (own_models_root / "mine" / "atlas.safetensors").unlink()
    status, _, body = fetch(address, path)
    assert status == 422 and "python -m vae embed mine" in json.loads(body)["error"]


def test_routes_stand_under_the_base_path(serve, engine, library):
    port, _ = serve(live.routes(engine, library, "/lab/"))
    with connect(f"ws://127.0.0.1:{port}/lab/continuum/live") as client:
        assert answer(client, frame(1)).status == OK


# --- a page of another version -------------------------------------------------------------------------------------


def test_a_page_that_knows_another_wire_is_told_to_reload_whatever_it_asks(address):
    with connect(f"ws://{address}/continuum/live?schema=0123456789ab", compression=None) as client:
        for seq in (1, 2):
            client.send(pack_request(Request(seq, 1, "vae-5", CODE)))
            reply = unpack_reply(client.recv())
            assert (reply.seq, reply.status) == (seq, OTHER_VERSION) and "reload the page" in reply.sentence


@pytest.mark.parametrize("query", ["", f"?schema={HASH}", f"?x=1&schema={HASH}"])
def test_a_page_that_knows_the_same_wire_or_says_nothing_is_answered(address, query):
    with connect(f"ws://{address}/continuum/live{query}", compression=None) as client:
        client.send(pack_request(Request(1, 1, "vae-5", CODE)))
        assert unpack_reply(client.recv()).status == OK
