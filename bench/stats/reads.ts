// The tables of the four endpoints: an owner's own organization at three sizes; all organizations, and a hundred.
import type { Caller } from "../client.ts";
import { head, row } from "../table.ts";
import { type Asked, asked } from "./asked.ts";
import type { Scope } from "./bare.ts";
import { questions } from "./questions.ts";
import { ownOrg } from "./seed.ts";
import type { Stage } from "./stage.ts";
import { type Effort, type Times, timesInTurn } from "./timing.ts";
import { factor, ms, told, verdict } from "./told.ts";

const often: Effort = { times: 200, seconds: 6, least: 40 };
const seldom: Effort = { times: 100, seconds: 2, least: 20 };
const bare: Effort = { times: 20, seconds: 1, least: 3 };
/** Milliseconds, and times the first size. */
export const goals = { own: 25, all: 250, growth: 3 };

export type Asker = { stage: Stage; caller: Caller; scope: Scope };
/** Of each question. */
export type Medians = number[][];

export const ownAsker = (stage: Stage, caller: Caller): Asker => ({ stage, caller, scope: [ownOrg] });

/** Every asker's own organization, at sizes of which the first is what the others are compared with. */
export async function ownTables(askers: Asker[]): Promise<Medians> {
  const names = askers.map(({ stage }) => stage.size.name);
  const medians: Medians = [];
  const minima: string[][] = [];
  head(
    "own organization: median / p95 in ms",
    ...names.map((name, i) => name + (i === 0 ? "" : " (÷ the first)")),
    `p95 at most ${goals.own}, median at most ${goals.growth} × the first`,
  );
  for (const question of questions) {
    const asking = await inTurn(askers, (asker) => asked(asker.stage, question, asker));
    if (medians.length === 0) await enteringRow(asking);
    const taken = await timesInTurn(
      often,
      asking.map(({ ours }) => ours),
    );
    const first = taken[0]?.median;
    const faults = taken.flatMap(({ median, p95 }, i) => [
      ...(p95 > goals.own ? [`${ms(p95)} ms at ${names[i]}`] : []),
      ...(median > goals.growth * (first ?? 0) ? [`${factor(median, first)} at ${names[i]}`] : []),
    ]);
    const cells = taken.map((one, i) => told(one) + (i === 0 ? "" : ` (${factor(one.median, first)})`));
    row(question.name, ...cells, verdict(faults));
    medians.push(taken.map(({ median }) => median));
    minima.push([question.name, ...(await inTurn(asking, (one, i) => minimum(one, taken[i])))]);
  }
  head("the same numbers by bare SQL: median in ms (ours ÷ it)", ...names);
  for (const cells of minima) row(...cells);
  return medians;
}

/** What every request begins with, alone: how fast this machine is, and how steady. */
async function enteringRow(asking: Asked[]): Promise<void> {
  const taken = await timesInTurn(
    often,
    asking.map(({ entering }) => entering),
  );
  row("(entering alone)", ...taken.map(told), "");
}

/** Many organizations at once. `most`: the goal, if there is one. */
export async function wideTable(
  title: string,
  { stage, caller, scope }: Asker,
  most?: number,
): Promise<Medians> {
  const medians: Medians = [];
  head(title, "median / p95 in ms", "bare SQL, median (ours ÷ it)", ...(most ? [`p95 at most ${most}`] : []));
  for (const question of questions) {
    const one = await asked(stage, question, { caller, scope });
    const [taken = nothing] = await timesInTurn(most ? often : seldom, [one.ours]);
    const faults = most && taken.p95 > most ? [`${ms(taken.p95)} ms`] : [];
    row(question.name, told(taken), await minimum(one, taken), ...(most ? [verdict(faults)] : []));
    medians.push([taken.median]);
  }
  return medians;
}

export type Column = { name: string; asker: Asker; before: number[]; most: number };

/** The same questions again, beside the medians of before. */
export async function againTable(title: string, columns: Column[]): Promise<void> {
  head(title, ...columns.map(({ name, most }) => `${name} (÷ before; p95 at most ${most})`), "goal");
  for (const [i, question] of questions.entries()) {
    const asking = await inTurn(columns, ({ asker }) => asked(asker.stage, question, asker));
    const taken = await timesInTurn(
      seldom,
      asking.map(({ ours }) => ours),
    );
    const pairs = columns.map((column, at) => ({ ...column, time: taken[at] ?? nothing }));
    row(
      question.name,
      ...pairs.map(({ time, before }) => `${told(time)} (${factor(time.median, before[i])})`),
      verdict(
        pairs.flatMap(({ time, most, name }) => (time.p95 > most ? [`${ms(time.p95)} ms at ${name}`] : [])),
      ),
    );
  }
}

const nothing: Times = { median: Number.NaN, p95: Number.NaN };

async function minimum({ bare: ask }: Asked, ours: Times = nothing): Promise<string> {
  const [{ median } = nothing] = await timesInTurn(bare, [ask]);
  return `${ms(median)} (${factor(ours.median, median)})`;
}

async function inTurn<T, Done>(all: T[], one: (each: T, i: number) => Promise<Done>): Promise<Done[]> {
  const done: Done[] = [];
  for (const [i, each] of all.entries()) done.push(await one(each, i));
  return done;
}
