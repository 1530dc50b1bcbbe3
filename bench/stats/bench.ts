// npm run bench -- stats: the statistics at three sizes, as the database sees them: each batch as the Worker sends it, sent
// many times over on this machine. Ratios are what counts; absolute numbers belong to the machine.
import { mkdtempSync } from "node:fs";
import { rm } from "node:fs/promises";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { type Stack, startStack } from "../../local/stack.ts";
import { head, row } from "../table.ts";
import { bundle } from "../worker.ts";
import { captureWrites } from "./capture.ts";
import { changeMembers, freshChanges } from "./fresh.ts";
import { againTable, type Column, goals, ownAsker, ownTables, wideTable } from "./reads.ts";
import { sizes } from "./seed.ts";
import { newAdminOf, newOwner, newPlatformAdmin, openStage, type Stage, settle } from "./stage.ts";
import { makeTwins } from "./twin.ts";
import { writeTables } from "./writes.ts";

const all = [sizes.few, sizes.many, sizes.one];
/** So many people join and leave at once. */
const crowd = 100;

export async function benchStatistics(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "gatehouse-bench-"));
  const closings: (() => Promise<void>)[] = [() => rm(folder, { recursive: true, force: true })];
  try {
    const { script } = bundle();
    // All on one server, which the first one starts and ends; one after the other, since they share a login.
    let databaseUrl = process.env.DATABASE_URL;
    const stacks: Stack[] = [];
    for (const { name } of all) {
      const stack = await startStack({ stateFolder: join(folder, name), throwaway: true, databaseUrl });
      closings.push(stack.stop);
      stacks.push(stack);
      databaseUrl ??= stack.ownerUrl;
    }
    const stages = await Promise.all(
      all.map(async (size, i) => {
        const stage = await openStage(size, stacks[i] as Stack, script);
        closings.push(stage.leave);
        return stage;
      }),
    );
    await tables(stages as [Stage, Stage, Stage]);
  } finally {
    for (const close of closings.reverse()) await close();
  }
}

async function tables(stages: [Stage, Stage, Stage]): Promise<void> {
  const [, many] = stages;
  const title = `${cpus().length} cores (${cpus()[0]?.model ?? "unknown"}), Node ${process.versions.node}`;
  console.log(`# Bench of the statistics, ${title}`);
  head("members, organizations", ...stages.map(({ size }) => size.name));
  row("changes folded a second, 5,000 at a time", ...stages.map(({ foldRate }) => foldRate.toFixed(0)));

  const owners = [];
  for (const stage of stages) owners.push(ownAsker(stage, await newOwner(stage)));
  const admin = { stage: many, caller: await newPlatformAdmin(many), scope: null };
  const hundred = Array.from({ length: 100 }, (_, i) => 1 + (i * many.size.organizations) / 100);
  const some = { stage: many, caller: await newAdminOf(many, hundred), scope: hundred };

  const ownMedians = await ownTables(owners);
  const adminMedians = await wideTable(`all organizations: ${many.size.name}`, admin, goals.all);
  await wideTable(`a hundred organizations of ${many.size.name}`, some);

  for (const stage of stages) await changeMembers(stage);
  const columns: Column[] = owners.map((asker, i) => ({
    name: `own, ${asker.stage.size.name}`,
    asker,
    before: ownMedians.map((medians) => medians[i] ?? Number.NaN),
    most: goals.own,
  }));
  const before = adminMedians.map(([median = Number.NaN]) => median);
  columns.push({ name: `all, ${many.size.name}`, asker: admin, before, most: goals.all });
  await againTable(
    `with ${freshChanges.toLocaleString("en")} changes not folded yet: median / p95 in ms`,
    columns,
  );

  await settle(many);
  const people = await captureWrites(many, owners[1]?.caller as (typeof admin)["caller"], crowd);
  const { ownerUrl, serviceUrl } = many.stack;
  await many.leave();
  const twins = await makeTwins(ownerUrl, serviceUrl);
  try {
    await writeTables(twins, people);
  } finally {
    await twins.close();
  }
}
