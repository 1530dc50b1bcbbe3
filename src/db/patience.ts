// How long a request waits for the database: 4 s for one trip, 4.5 s for all of them, so that the client hears of us
// within 5 s. Counted in ticks rather than by the clock: while other requests' password hashing holds this isolate's
// one thread, an answer that has arrived cannot be seen, and that time must not count against the database.

const tickMs = 250;
const tripTicks = 16;
const requestTicks = 18;

export class Patience {
  #left: number;

  /** `ticks` for all trips together; background work has no end to keep. */
  constructor(ticks = requestTicks) {
    this.#left = ticks;
  }

  /** Begins one trip. `signal` aborts it when patience is over; `stop` has to be called when the trip ends. */
  start(): { signal: AbortSignal; stop: () => void } {
    const abort = new AbortController();
    let left = Math.min(tripTicks, Math.max(1, this.#left));
    const timer = setInterval(() => {
      this.#left -= 1;
      left -= 1;
      if (left <= 0) abort.abort(new DOMException("no answer in time", "TimeoutError"));
    }, tickMs);
    return { signal: abort.signal, stop: () => clearInterval(timer) };
  }
}
