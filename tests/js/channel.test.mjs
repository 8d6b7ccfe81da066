import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";
import { Channel } from "../../vae/ui/static/wire/channel.js";
import { Wire } from "./wire.mjs";

let channel, wire, clock, lost, answered;
beforeEach(() => {
  mock.timers.enable({ apis: ["setTimeout"] });
  clock = 0;
  mock.method(performance, "now", () => clock);
  mock.method(Math, "random", () => 0.5); // no jitter
  globalThis.WebSocket = Wire;
  Wire.all = [];
  [lost, answered] = [[], []];
  channel = new Channel("ws://nowhere/continuum/live");
  wire = Wire.last;
});
afterEach(() => {
  channel.close();
  mock.restoreAll();
  mock.timers.reset();
});

/** Let this many milliseconds pass. */
const pass = (milliseconds) => {
  clock += milliseconds;
  mock.timers.tick(milliseconds);
};
const ask = (number, lane = "slider", signal) =>
  channel.ask(lane, { number: 1, model: "m", payload: [number], signal }, () => answered.push(number), (error) => lost.push(error.message));

// --- a refused request rests -------------------------------------------------------------------------------------

test("a refused request rests one second before it is sent again, and twice as long each time, up to half a minute", () => {
  wire.open();
  ask(1);
  wire.refuse(1);
  for (const rest of [1000, 2000, 4000, 8000, 16_000, 30_000, 30_000]) {
    const before = wire.sent.length;
    ask(1);
    pass(rest - 1);
    assert.equal(wire.sent.length, before, `it still rests just before ${rest} ms`);
    pass(1);
    assert.equal(wire.sent.length, before + 1, `it is sent after ${rest} ms`);
    wire.refuse(1);
  }
});

test("while a refused request rests another one goes at once, and its answer ends the rest", () => {
  wire.open();
  ask(1);
  wire.refuse(1);
  ask(1);
  ask(2);
  assert.deepEqual(wire.numbers, [1, 2], "it also takes the place of the one that waited");
  wire.answer(2);
  ask(1);
  assert.deepEqual(wire.numbers, [1, 2, 1]);
  wire.refuse(1);
  ask(1);
  pass(1000);
  assert.deepEqual(wire.numbers, [1, 2, 1, 1], "the rest begins anew with one second");
});

test("another request that is refused, too, rests one second again", () => {
  wire.open();
  ask(1);
  wire.refuse(1);
  ask(1);
  pass(1000);
  wire.refuse(1);
  ask(2);
  wire.refuse(2);
  ask(2);
  pass(1000);
  assert.deepEqual(wire.numbers, [1, 1, 2, 2]);
});

test("a rest holds one lane only", () => {
  wire.open();
  ask(1, "slider");
  wire.refuse(1);
  ask(1, "map");
  assert.deepEqual(wire.numbers, [1, 1]);
});

test("what rests is not sent if it is dropped or its signal is aborted meanwhile", () => {
  wire.open();
  ask(1);
  wire.refuse(1);
  ask(1);
  channel.drop("slider");
  pass(60_000);
  const page = new AbortController();
  ask(2, "map");
  wire.refuse(2);
  ask(2, "map", page.signal);
  page.abort();
  pass(60_000);
  assert.deepEqual(wire.numbers, [1, 2]);
});

// --- a connection that is lost again and again ---------------------------------------------------------------------

test("a request whose connection was lost three times has failed, and says so once", () => {
  wire.open();
  ask(1);
  for (const sent of [1, 2, 3]) {
    assert.equal(Wire.all.flatMap(({ numbers }) => numbers).length, sent);
    assert.deepEqual(lost, []);
    Wire.last.close();
    pass(5000);
    Wire.last.open();
  }
  assert.equal(lost.length, 1);
  assert.match(lost[0], /connection was lost each time that this was asked/);
  assert.deepEqual(Wire.last.numbers, [], "it is not asked a fourth time");
});

test("a request that comes newly counts its own losses, and one that was overtaken has not failed", () => {
  wire.open();
  ask(1);
  for (let i = 0; i < 2; i++) {
    Wire.last.close();
    pass(5000);
    Wire.last.open();
  }
  ask(2);
  Wire.last.close();
  pass(5000);
  Wire.last.open();
  assert.deepEqual([lost, Wire.last.numbers], [[], [2]]);
  Wire.last.answer(2);
  assert.deepEqual(answered, [2]);
});

test("a connection that cannot be had counts as a try and is tried again, later each time", () => {
  for (const [tries, wait] of [250, 500, 1000, 2000, 4000, 5000, 5000].entries()) {
    assert.equal(channel.tries, tries);
    Wire.last.close();
    const before = Wire.all.length;
    pass(wait - 1);
    assert.equal(Wire.all.length, before);
    pass(1);
    assert.equal(Wire.all.length, before + 1, `after ${wait} ms`);
  }
});

test("a connection counts as one once something was heard on it, or after two quiet seconds", () => {
  wire.close();
  pass(250);
  Wire.last.open();
  assert.equal(channel.tries, 1, "it may be lost at once");
  ask(1);
  Wire.last.answer(1);
  assert.equal(channel.tries, 0);
  Wire.last.close();
  pass(250);
  Wire.last.open();
  pass(1999);
  assert.equal(channel.tries, 1);
  pass(1);
  assert.equal(channel.tries, 0);
});

test("a connection that has not opened after ten seconds is given up and tried anew", () => {
  pass(9999);
  assert.deepEqual([Wire.all.length, wire.readyState], [1, 0]);
  pass(1);
  assert.deepEqual([wire.readyState, channel.tries], [3, 1]);
  pass(250);
  assert.equal(Wire.all.length, 2);
});

test("one that has opened is not given up, however long it stays quiet", () => {
  wire.open();
  pass(600_000);
  assert.deepEqual([Wire.all.length, channel.connected], [1, true]);
});

// --- silence -------------------------------------------------------------------------------------------------------

test("silence is how long the server has said nothing though it was asked", () => {
  wire.open();
  pass(5000);
  assert.equal(channel.silence, 0, "nothing was asked");
  ask(1, "slider");
  pass(700);
  ask(2, "map");
  pass(300);
  assert.equal(channel.silence, 1000, "the oldest counts");
  wire.answer(2);
  assert.equal(channel.silence, 0, "it is there");
  pass(400);
  assert.equal(channel.silence, 400, "and still owes an answer");
  wire.answer(1);
  pass(5000);
  assert.equal(channel.silence, 0);
});

// --- lanes that hold nothing ---------------------------------------------------------------------------------------

test("a lane that holds nothing is forgotten", () => {
  wire.open();
  let kept = 0;
  class Counted extends Map {
    set(key, value) { super.set(key, value); kept = Math.max(kept, this.size); return this; }
  }
  const Original = globalThis.Map;
  globalThis.Map = Counted;
  const other = new Channel("ws://nowhere/continuum/live");
  globalThis.Map = Original;
  Wire.last.open();
  for (let number = 1; number <= 100; number++) {
    other.ask(Symbol("once"), { number: 1, model: "m", payload: [number] }, () => {});
    if (number % 2) Wire.last.answer(number);
    else Wire.last.refuse(number);
  }
  for (let number = 1; number <= 100; number++) {
    other.ask(`lane ${number}`, { number: 1, model: "m", payload: [number] }, () => {});
    Wire.last.answer(number);
  }
  other.close();
  assert.equal(kept, 1);
});
