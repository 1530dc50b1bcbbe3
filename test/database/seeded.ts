// Random choices that are the same for the same seed, so that a failure can be run again.

export type Random = {
  /** From 0 until before 1. */
  fraction(): number;
  /** A whole number from `least` to `most`, both included. */
  whole(least: number, most: number): number;
  /** With this probability. */
  chance(probability: number): boolean;
  oneOf<T>(choices: readonly T[]): T;
};

/** mulberry32. */
export function seeded(seed: number): Random {
  let state = Math.imul(seed, 0x9e3779b1) | 0;
  const fraction = () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const whole = (least: number, most: number) => least + Math.floor(fraction() * (most - least + 1));
  return {
    fraction,
    whole,
    chance: (probability) => fraction() < probability,
    oneOf: <T>(choices: readonly T[]) => {
      if (choices.length === 0) throw new Error("nothing to choose from");
      return choices[whole(0, choices.length - 1)] as T;
    },
  };
}
