// Which mutant is awake; the instrumented sources ask (scripts/mutate/instrument.ts).

type Gate = {
  awake: number;
  /** While somebody listens: the mutants that were asked for. */
  met: Set<number> | null;
  /** How often they were asked, and how often they may be: a loop without an end would keep every timer waiting. */
  asked: number;
  mostAsked: number;
  renew: (() => void)[];
  on(id: number): boolean;
};

declare global {
  var __mutants: Gate;
}

/** With this mutant the code does not come to an end. */
export class EndlessError extends Error {}

globalThis.__mutants ??= {
  awake: -1,
  met: null,
  asked: 0,
  mostAsked: Number.POSITIVE_INFINITY,
  renew: [],
  on(id) {
    this.met?.add(id);
    if (++this.asked > this.mostAsked) throw new EndlessError();
    return this.awake === id;
  },
};

/** Wakes one mutant, and lets every instrumented module start anew. Errors: whatever a module then throws. */
export function wake(id: number, mostAsked = Number.POSITIVE_INFINITY): void {
  __mutants.awake = id;
  __mutants.mostAsked = Number.POSITIVE_INFINITY;
  for (const renew of __mutants.renew) renew();
  __mutants.asked = 0;
  __mutants.mostAsked = mostAsked;
}

/** Nothing is mutated any more. */
export const calm = (): void => wake(-1);
