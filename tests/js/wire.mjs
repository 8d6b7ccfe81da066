import { refusal, reply } from "./golden.mjs";

/** A network on a leash: it stands in for WebSocket, records what is sent and says what it is told to say. */
export class Wire {
  static OPEN = 1;
  /** @type {Wire[]} */
  static all = [];
  static get last() { return Wire.all.at(-1); }
  sent = []; readyState = 0;

  constructor(url) {
    this.url = url;
    Wire.all.push(this);
  }

  send(frame) {
    const view = new DataView(frame);
    this.sent.push({ sequence: view.getUint32(0, true), operation: view.getUint8(4), number: view.getFloat32(frame.byteLength - 4, true) });
  }

  /** As a browser does: the event comes also to one that never opened. */
  close() { if (this.readyState !== 3) this.fail(); }
  fail() { this.readyState = 3; this.onclose({}); }
  open() { this.readyState = 1; this.onopen({}); }
  say(frame) { this.onmessage({ data: frame }); }
  /** The newest request that ends in `number`. */
  of(number) { return this.sent.findLast((request) => request.number === number).sequence; }

  /** Answer the question for codes that end in `number` with a picture of that grey. */
  answer(number) {
    this.say(reply(this.of(number), [{ shape: [1, 1, 1, 1], data: Uint8Array.of(number) }, { shape: [1, 2], data: new Float32Array(2) }]));
  }

  refuse(number) { this.say(refusal(this.of(number), 1, "no")); }
  get numbers() { return this.sent.map(({ number }) => number); }
}
