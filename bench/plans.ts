// npm run plans: what every route reads of a big database, behind the Worker and as its login, with policies and
// triggers on. Fails when a request reads without bound, or not through the index that is meant for it.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { startStack } from "../local/stack.ts";
import { measureBackground } from "./plans/background.ts";
import { type Case, usual } from "./plans/case.ts";
import { casesOf } from "./plans/cases.ts";
import { deletionMs, mostTimes } from "./plans/deletion.ts";
import { bigTablesOf, faultsOf, unwalked } from "./plans/judge.ts";
import { planModes } from "./plans/measure.ts";
import { type Batch, type Recorder, startRecorder } from "./plans/recorder.ts";
import { reportCase } from "./plans/report.ts";
import { seed, size } from "./plans/seed.ts";
import { type Shape, shapes, takeShape } from "./plans/shapes.ts";
import { walk } from "./plans/walk.ts";
import { enterWorld } from "./plans/world.ts";
import { everyRoute } from "./routes.ts";
import { head } from "./table.ts";
import { bundle, startScript } from "./worker.ts";

const faults: string[] = [];
const { script } = bundle();
const routes = everyRoute();

console.log(`# Query plans: ${JSON.stringify(size)}`);
for (const shape of shapes) await walkThrough(shape);
console.log(faults.length === 0 ? "\nEvery request is bounded." : `\n${faults.length} faults:`);
for (const fault of faults) console.log(`- ${fault}`);
process.exitCode = faults.length === 0 ? 0 : 1;

async function walkThrough(shape: Shape) {
  const folder = mkdtempSync(join(tmpdir(), "gatehouse-plans-"));
  const databaseUrl = process.env.DATABASE_URL;
  const stack = await startStack({ stateFolder: folder, throwaway: true, databaseUrl });
  const stops = [stack.stop];
  try {
    const owner = new pg.Client(stack.ownerUrl);
    await owner.connect();
    stops.push(() => owner.end());
    await seed(owner);
    const recorder = await startRecorder(stack.neon, stack.serviceUrl);
    stops.push(recorder.close);
    const worker = await startScript(script, {
      ...stack.variables("http://127.0.0.1:8787"),
      LOCAL_NEON_ENDPOINT: recorder.sqlUrl,
      PASSWORD_ITERATIONS: "1000",
    });
    stops.push(worker.stop);
    if (shape === shapes[0]) await endOfHugeOrganization(owner);
    const world = await enterWorld(worker.url, owner, stack.inbox);
    await takeShape(owner, shape);
    head(
      `route (${shape})`,
      "case",
      `rows (at most ${usual.rows})`,
      `pages (at most ${usual.pages})`,
      "ms",
      "rows, through",
    );
    const bigTables = await bigTablesOf(owner);
    for (const { found, batches } of await measureBackground(owner, stack.serviceUrl)) {
      judge(found, batches, { bigTables, shape });
    }
    await walkAll(casesOf(world), { recorder, url: worker.url, bigTables, shape });
  } finally {
    for (const stop of stops.reverse()) await stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

type Surroundings = { bigTables: Set<string>; shape: Shape };
type Walk = Surroundings & { recorder: Recorder; url: string };

async function walkAll(cases: Case[], { recorder, url, ...surroundings }: Walk) {
  faults.push(...unwalked(routes, cases));
  for (const found of cases) {
    try {
      judge(found, await walk(url, recorder, found), surroundings);
    } catch (error) {
      const message = error instanceof Error ? error.message : error;
      faults.push(`${labelOf(found, surroundings)}: ${message}`);
    }
  }
}

function labelOf({ route, name }: Case, { shape }: Surroundings): string {
  return `${[route, name].filter(Boolean).join(", ")} (${shape})`;
}

function judge(found: Case, batches: Batch[], surroundings: Surroundings) {
  reportCase(found, batches);
  for (const mode of planModes) {
    const reads = batches.flatMap((batch) => batch[mode]);
    for (const fault of faultsOf(found, reads, surroundings.bigTables)) {
      faults.push(`${labelOf(found, surroundings)}: ${fault}, ${mode} plan`);
    }
  }
}

async function endOfHugeOrganization(owner: pg.Client) {
  const { bare, ruled } = await deletionMs(owner);
  const times = ruled / bare;
  const told = `${ruled.toFixed(0)} ms with the rules, ${bare.toFixed(0)} ms bare: ${times.toFixed(1)} times`;
  console.log(`\nThe end of an organization of ${size.members.toLocaleString("en")} members: ${told}.`);
  if (times > mostTimes) faults.push(`the end of the huge organization: ${told}, at most ${mostTimes}`);
}
