import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";
import { Channel } from "../../vae/ui/static/wire/channel.js";
import { DECODE, DRAW, SAMPLE } from "../../vae/ui/static/wire/schema.js";
import { Session } from "../../vae/ui/static/wire/session.js";
import { refusal, reply } from "./golden.mjs";
import { Wire } from "./wire.mjs";

let channel, session, wire, log, errors;
beforeEach(() => {
  mock.timers.enable({ apis: ["setTimeout"] });
  globalThis.WebSocket = Wire;
  Wire.all = [];
  [log, errors] = [[], []];
  channel = new Channel("ws://nowhere/continuum/live");
  session = new Session(channel, { model: "mnist-vae", onError: (error) => errors.push(error.message) });
  [wire] = Wire.all;
});
afterEach(() => {
  session.close();
  mock.timers.reset();
});

const note = ({ pixels }) => log.push(pixels.data[0]);
const ask = (number, options) => session.ask(DECODE, { codes: [0, number] }, { onReply: note, ...options });
/** Let whatever awaits an answer go on. */
const settle = () => new Promise((resolve) => setImmediate(resolve));

test("an answer runs inside the socket's handler, and whoever awaits it right after", async () => {
  wire.open();
  const order = [];
  session.ask(DECODE, { codes: [0, 1] }, { onReply: () => order.push("callback") }).then(({ pixels }) => order.push(pixels.shape));
  wire.answer(1);
  order.push("handler done");
  await Promise.resolve();
  assert.deepEqual(order, ["callback", "handler done", [1, 1, 1, 1]]);
});

test("a lane has one request under way and remembers only the newest", async () => {
  ask(1, { lane: "slider" });
  const awaited = ask(2, { lane: "slider" }).then(() => "answered");
  assert.deepEqual(wire.numbers, []);
  wire.open();
  for (const number of [3, 4, 5]) ask(number, { lane: "slider" });
  ask(6, { lane: "map" });
  assert.deepEqual(wire.numbers, [2, 6], "another lane does not wait; 1 was replaced before there was a connection");
  wire.answer(2);
  assert.deepEqual(wire.numbers, [2, 6, 5], "3 and 4 were replaced while 2 was under way");
  wire.answer(5);
  wire.answer(6);
  assert.deepEqual(log, [2, 5, 6]);
  assert.equal(await awaited, "answered");
});

test("the next request leaves before an answer is painted", () => {
  wire.open();
  const seen = [];
  ask(1, { lane: "slider", onReply: () => seen.push(...wire.numbers) });
  ask(2, { lane: "slider" });
  wire.answer(1);
  assert.deepEqual(seen, [1, 2]);
});

test("without a lane every question is answered", () => {
  wire.open();
  for (const number of [1, 2, 3]) ask(number);
  for (const number of [3, 1, 2]) wire.answer(number);
  assert.deepEqual(log, [3, 1, 2]);
});

test("stale, unknown and dropped answers are ignored", () => {
  wire.open();
  ask(1, { lane: "slider" });
  wire.say(reply(4000000000, []));
  wire.say(new ArrayBuffer(3));
  wire.answer(1);
  wire.answer(1);
  ask(2, { lane: "hover" });
  ask(3, { lane: "hover" });
  session.drop("hover");
  wire.answer(2);
  ask(4, { lane: "hover" });
  wire.answer(4);
  assert.deepEqual([log, wire.numbers, errors], [[1, 4], [1, 2, 4], []]);
});

// --- leaving -------------------------------------------------------------------------------------------------------

test("after an abort neither handler runs and nobody who awaits goes on", async () => {
  wire.open();
  const page = new AbortController(), { signal } = page, onError = () => log.push("error");
  let resumed = false;
  ask(1, { lane: "slider", signal, onError }).then(() => { resumed = true; });
  ask(2, { lane: "slider", signal, onError }).then(() => { resumed = true; });
  ask(3, { lane: "map", signal, onError });
  page.abort();
  ask(4, { signal, onError }).then(() => { resumed = true; });
  wire.answer(1);
  wire.say(refusal(wire.of(3), 1, "choose another place"));
  await settle();
  assert.deepEqual([log, resumed, errors, wire.numbers], [[], false, [], [1, 3]], "what waited is not even sent");
  ask(5, { lane: "slider" });
  wire.answer(5);
  assert.deepEqual(log, [5], "the lane goes on");
});

test("an answer whose own handler aborts does not resume others that left with it", async () => {
  wire.open();
  const page = new AbortController(), resumed = [];
  ask(1, { lane: "slider", signal: page.signal, onReply: () => page.abort() });
  ask(2, { lane: "map", signal: page.signal }).then(() => resumed.push(2));
  wire.answer(1);
  wire.answer(2);
  await settle();
  assert.deepEqual([log, resumed], [[], []]);
});

test("whoever awaits an answer does not go on if the page is left by the handler of that answer", async () => {
  wire.open();
  const page = new AbortController();
  let resumed = false;
  ask(1, { signal: page.signal, onReply: () => page.abort() }).then(() => { resumed = true; });
  wire.answer(1);
  await settle();
  assert.equal(resumed, false);
});

test("a signal is let go of by every question that is answered, overtaken or dropped", () => {
  wire.open();
  const held = new Set();
  const signal = { aborted: false, addEventListener: (_, heard) => held.add(heard), removeEventListener: (_, heard) => held.delete(heard) };
  for (let number = 1; number <= 50; number++) ask(number, { lane: "slider", signal });
  assert.equal(held.size, 2, "one under way, one that waits");
  wire.answer(1);
  wire.answer(50);
  ask(60, { lane: "map", signal });
  session.drop("map");
  assert.equal(held.size, 0);
  ask(61, { lane: "slider", signal });
  session.close();
  assert.equal(held.size, 0);
});

// --- errors --------------------------------------------------------------------------------------------------------

test("an error is shown in one place, unless the caller handles it, and nobody who awaits goes on", async () => {
  wire.open();
  let settled = false;
  ask(1).then(() => { settled = true; }, () => { settled = true; });
  wire.say(refusal(wire.of(1), 1, "choose a place nearer to the data"));
  ask(2, { onError: ({ status, message }) => log.push(status, message) });
  wire.say(refusal(wire.of(2), 3, "choose another floor"));
  await settle();
  assert.deepEqual([errors, log, settled], [["choose a place nearer to the data"], ["not available", "choose another floor"], false]);
});

test("an answer that is not one to the question says that the page must be reloaded", () => {
  wire.open();
  const pixels = { shape: [1, 1, 1, 1], data: new Uint8Array(1) };
  for (const [number, arrays] of [[1, [pixels]], [2, [pixels, { shape: [1, 3], data: new Float32Array(3) }]]]) {
    ask(number);
    wire.say(reply(wire.of(number), arrays));
  }
  ask(3);
  wire.say(refusal(wire.of(3), 5, "this page is older or newer than the server; reload the page"));
  ask(4);
  wire.say(reply(wire.of(4), [pixels, { shape: [1, 2], data: new Float32Array(2) }]).slice(0, -4));
  assert.deepEqual(errors, Array(4).fill("this page is older or newer than the server; reload the page"));
  assert.deepEqual(log, []);
});

test("as many are answered as were asked for", () => {
  wire.open();
  session.ask(SAMPLE, { seed: 1, count: 2, temperature: 1, source: "prior" }, { onReply: () => log.push("misread") });
  const arrays = [[[1, 1, 1, 1], Uint8Array], [[1, 2], Float32Array], [[1, 2], Float32Array], [[1, 4], Float32Array]]
    .map(([shape, type]) => ({ shape, data: new type(shape.reduce((a, b) => a * b)) }));
  wire.say(reply(wire.sent[0].sequence, arrays));
  assert.deepEqual([log, errors.length], [[], 1]);
});

test("a fault of the page is thrown at once", () => {
  assert.throws(() => session.ask(DECODE, {}), /asks for codes/);
  assert.throws(() => session.ask(DRAW, {}), /draw is not asked on the socket live/);
});

// --- a connection that goes and comes ------------------------------------------------------------------------------

test("after a lost connection everything without an answer is asked again, and nothing that nobody waits for", () => {
  const states = [], page = new AbortController();
  channel.watch((connected) => states.push(connected));
  wire.open();
  ask(1, { lane: "slider" });
  ask(2, { lane: "map" });
  ask(3, { lane: "map" });
  ask(7, { lane: "left", signal: page.signal });
  page.abort();
  wire.fail();
  mock.timers.tick(6000);
  Wire.all[1].fail();
  ask(4, { lane: "path" });
  mock.timers.tick(6000);
  const next = Wire.all[2];
  next.open();
  assert.deepEqual(next.numbers.toSorted(), [1, 3, 4], "3 had replaced 2; 4 came while there was no connection");
  wire.answer(1);
  assert.deepEqual(log, [], "an answer on the old connection is stale");
  for (const number of [1, 3, 4]) next.answer(number);
  assert.deepEqual(log.toSorted(), [1, 3, 4]);
  assert.deepEqual(states, [false, true, false, false, true]);
  session.close();
  next.fail();
  mock.timers.tick(60000);
  assert.equal(Wire.all.length, 3, "a closed session stays closed");
});
