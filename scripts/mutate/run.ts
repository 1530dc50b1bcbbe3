// Runs the mutants in the Workers runtime and reports the score by folder, and every mutant that nothing notices.
import { join } from "node:path";
import { startVitest, type TestCase } from "vitest/node";
import { folderOf, type Mutant } from "./mutant.ts";
import { findMutants } from "./mutants.ts";

type Verdict = { id: number; status: string; by?: string; ms: number };

const leastScore = 0.9;

/** The exit code. `only`: how the files begin whose mutants are meant. */
export async function runMutants(only: string): Promise<number> {
  process.env.MUTATE_ONLY = only;
  const from = Date.now();
  const root = join(import.meta.dirname, "../..");
  const vitest = await startVitest("test", [], {
    root,
    config: join(import.meta.dirname, "vitest.config.ts"),
    watch: false,
    reporters: [{ onTestCaseResult: showSurvivor }],
  });
  const tests = vitest.state.getTestModules().flatMap((module) => [...module.children.allTests()]);
  await vitest.close();
  const verdicts = tests.flatMap((test) => verdictOf(test) ?? []);
  const failed = tests.filter((test) => test.result().state !== "passed");
  for (const test of failed) {
    console.log(
      `\nfailed: ${test.fullName}\n${test
        .result()
        .errors?.map((e) => e.message)
        .join("\n")}`,
    );
  }
  const judged = verdicts.map((verdict) => ({ ...verdict, mutant: mutants[verdict.id] as Mutant }));
  const folders = [...new Set(judged.map(({ mutant }) => folderOf(mutant.file)))].sort();
  console.log(`\n${row(["", "mutants", "equivalent", "killed", "timeout", "survived", "score"])}`);
  const scores = folders.map((folder) => {
    const own = judged.filter(({ mutant }) => folderOf(mutant.file) === folder);
    const count = (...statuses: string[]) => own.filter(({ status }) => statuses.includes(status)).length;
    const noticed = count("killed", "timeout");
    const score = noticed / Math.max(1, own.length - count("equivalent"));
    const counts = [own.length, count("equivalent"), count("killed"), count("timeout")];
    console.log(row([folder, ...counts, count("survived", "unmet"), `${(score * 100).toFixed(1)} %`]));
    return score;
  });
  console.log(`${judged.length} mutants in ${Math.round((Date.now() - from) / 1000)} s`);
  return judged.length > 0 && failed.length === 0 && Math.min(...scores) >= leastScore ? 0 : 1;
}

const mutants = findMutants({ every: true });

/** As they come: the whole takes a while. */
function showSurvivor(test: TestCase): void {
  const verdict = verdictOf(test);
  const mutant = mutants[verdict?.id ?? -1];
  if (!mutant || !verdict || !/survived|unmet/.test(verdict.status)) return;
  console.log(`${verdict.status} (${verdict.ms} ms) ${shown(mutant)}`);
}

const verdictOf = (test: TestCase): Verdict | undefined => (test.meta() as { verdict?: Verdict }).verdict;

const row = (cells: (string | number)[]): string =>
  cells.map((cell, i) => (i === 0 ? String(cell).padEnd(12) : String(cell).padStart(11))).join("");

const shown = ({ file, line, kind, original, replacement }: Mutant): string => {
  const short = (text: string) => text.replace(/\s+/g, " ").slice(0, 140);
  return `src/${file}:${line} ${kind}\n  - ${short(original)}\n  + ${short(replacement) || "(left out)"}`;
};
