/** Asking by numbers in place of names; what still does so moves to `session.ask`. */
import { arraysOf, unpackReply } from "./protocol.js";

export class OldChannel {
  #channel;

  /** @param {import("./channel.js").Channel} channel */
  constructor(channel) {
    this.#channel = channel;
  }

  ask(lane, number, model, payload, onReply, onError = () => {}) {
    this.#channel.ask(
      lane,
      { number, model, payload },
      (frame) => {
        let arrays;
        try {
          arrays = arraysOf(unpackReply(frame));
        } catch (error) {
          onError(error);
          return;
        }
        onReply(arrays);
      },
      onError,
    );
  }

  drop(lane) {
    this.#channel.drop(lane);
  }

  close() {
    this.#channel.close();
  }
}
