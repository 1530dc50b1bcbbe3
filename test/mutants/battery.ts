// The battery: the suites' tests, run once to see which mutants each of them meets, then again, one mutant awake, until a
// test fails. A test that also fails with none awake is dropped: it may only notice what is wrong with the code.
import type { Mutant } from "../../scripts/mutate/mutant.ts";
import { type Collected, collect, collected } from "./collect.ts";
import { calm, wake } from "./gate.ts";
import { isAbout, suites } from "./suites.ts";

export type Verdict = {
  id: number;
  status: "killed" | "timeout" | "survived" | "unmet";
  by?: string;
  ms: number;
};
type Known = Collected & { ms: number; asked: number; met: Set<number>; sound: boolean };

const known: Known[] = [];
export const dropped: string[] = [];
const { setTimeout: later, clearTimeout: never } = globalThis;
/** On top of what the test took. */
const patienceMs = 5_000;
/** Of the tests that are about something else, and meet the mutant on their way. */
const mostOthers = 6;

class TimedOut extends Error {}

async function outcomeOf(test: Collected, limitMs: number): Promise<unknown> {
  let timer: ReturnType<typeof later> | undefined;
  const limit = new Promise((resolve) => {
    timer = later(() => resolve(new TimedOut()), limitMs);
  });
  const run = test.run().then(
    () => null,
    (error: unknown) => error ?? new Error("nothing was thrown"),
  );
  return Promise.race([run, limit]).finally(() => never(timer));
}

/** Collects the tests that are about these mutants, and learns what each of them meets. */
export async function rehearse(mutants: Mutant[]): Promise<void> {
  const files = [...new Set(mutants.map(({ file }) => file))];
  for (const suite of suites) {
    if (files.some((file) => isAbout(suite, file))) await collect(suite.file, suite.load);
  }
  for (const test of collected) {
    calm();
    const met = new Set<number>();
    __mutants.met = met;
    const from = Date.now();
    const failure = await outcomeOf(test, 60_000);
    __mutants.met = null;
    if (failure === null)
      known.push({ ...test, ms: Date.now() - from, asked: __mutants.asked, met, sound: true });
    else drop(test, failure);
  }
  known.sort((a, b) => a.ms - b.ms);
}

function drop(test: Collected, failure: unknown): void {
  dropped.push(`${test.file}: ${test.name}: ${String(failure).slice(0, 300)}`);
}

/** The tests to show a mutant to. What runs when a module is loaded, every test about that file meets. */
function testsFor({ id, file, isStatic }: Mutant): Known[] {
  const near = new Set(suites.filter((suite) => isAbout(suite, file)).map((suite) => suite.file));
  const about = known.filter((test) => near.has(test.file) && (isStatic || test.met.has(id)));
  const others = known.filter((test) => !near.has(test.file) && test.met.has(id));
  return [...about, ...others.slice(0, mostOthers)].filter(({ sound }) => sound);
}

/** Does any test notice this mutant? */
export async function judge(mutant: Mutant): Promise<Verdict> {
  const { id } = mutant;
  const from = Date.now();
  const verdict = (status: Verdict["status"], by?: string): Verdict => ({
    id,
    status,
    ms: Date.now() - from,
    ...(by !== undefined && { by }),
  });
  const tests = testsFor(mutant);
  if (tests.length === 0) return verdict("unmet");
  for (const test of tests) {
    const failure = await outcomeWith(id, test);
    const endless = __mutants.asked > __mutants.mostAsked;
    calm();
    if (failure === null) continue;
    if (failure instanceof TimedOut || endless) return verdict("timeout", `${test.file}: ${test.name}`);
    const without = await outcomeOf(test, test.ms * 10 + patienceMs);
    if (without === null) return verdict("killed", `${test.file}: ${test.name}`);
    test.sound = false;
    drop(test, without);
  }
  return verdict("survived");
}

async function outcomeWith(id: number, test: Known): Promise<unknown> {
  try {
    wake(id, test.asked * 3 + 300);
  } catch (error) {
    return error; // It cannot even be loaded.
  }
  return outcomeOf(test, test.ms * 10 + patienceMs);
}
