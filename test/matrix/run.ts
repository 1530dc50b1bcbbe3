// Runs one case of the table. What is refused, or only read, goes first and together, and leaves every row of both
// tenants as it was. What changes something goes one by one, each upon something new, and leaves every row of the
// other tenant as it was.
import { expect } from "vitest";
import { call } from "../support/app.ts";
import { codeOf, isOwner, type Row, type Standing } from "./answers.ts";
import { type Cell, cellsOf, ownIds, requestOf } from "./cells.ts";
import { confirmAddresses } from "./invites.ts";
import { faultOf, secretsFrom } from "./judge.ts";
import type { Request } from "./requests.ts";
import { newCaller, newCallerAlone, type Scene } from "./scene.ts";
import { digestOf, lend, type Tenant } from "./tenants.ts";

async function send(row: Row, { ids, caller }: Cell): Promise<Response> {
  const [method = "", pattern = ""] = row.route.split(" ");
  const { body, query } = requestOf(row);
  const path = pattern.replace(/:(\w+)/g, (_, name) => String(ids[name]));
  const json = await body?.(ids, caller);
  return call(`${path}${query?.(ids) ?? ""}`, {
    method,
    ...(json && { json }),
    ...(caller.token && { token: caller.token }),
  });
}

function shownTo(scene: Scene, { shows }: Request, standing: Standing): string {
  if (!shows) return "";
  return scene.acme.secrets[standing === "website_elsewhere" ? "blog" : shows];
}

async function answerFault(scene: Scene, row: Row, cell: Cell): Promise<string | null> {
  const { standing, variation, answer } = cell;
  const fault = await faultOf(scene, await send(row, cell), {
    answer,
    secrets: secretsFrom(scene, standing),
    shown: shownTo(scene, requestOf(row), standing),
  });
  return fault && `${standing}, ${variation} ids: ${fault}`;
}

async function inParallel<T>(items: T[], work: (item: T) => Promise<string | null>): Promise<string[]> {
  const queue = [...items];
  const faults: string[] = [];
  const worker = async () => {
    for (let item = queue.shift(); item !== undefined; item = queue.shift()) {
      const fault = await work(item);
      if (fault !== null) faults.push(fault);
    }
  };
  await Promise.all(Array.from({ length: 8 }, worker));
  return faults;
}

/** Whether a request of this cell needs something new to act upon, since it will not be the same afterwards. */
function isLoud(row: Row, { variation, answer, standing }: Cell): boolean {
  const request = requestOf(row);
  if (variation !== "own" || row.route.startsWith("GET ") || request.quiet) return false;
  return codeOf(answer) === null || (request.alone === true && isOwner(standing));
}

/** The cell upon something new, in the tenant where that is. */
async function renewed(scene: Scene, row: Row, cell: Cell): Promise<{ cell: Cell; tenant: Tenant }> {
  const request = requestOf(row);
  const { standing } = cell;
  let { acme: tenant } = scene;
  let { caller } = cell;
  if (request.alone) ({ tenant, caller } = await newCallerAlone(standing, row.needs, scene.suspended));
  else if (request.self || request.spends) caller = await newCaller(standing, tenant);
  const target = (await request.target?.(tenant)) ?? {};
  return { cell: { ...cell, caller, ids: ownIds(tenant, target, caller, request) }, tenant };
}

async function loudFault(scene: Scene, row: Row, planned: Cell): Promise<string | null> {
  const { cell, tenant } = await renewed(scene, row, planned);
  const before = await digestOf(tenant.org_id);
  const fault = await answerFault(scene, row, cell);
  const changed = JSON.stringify(before) !== JSON.stringify(await digestOf(tenant.org_id));
  if (fault === null && changed !== (codeOf(cell.answer) === null))
    return `${cell.standing}: answered ${cell.answer}, and ${changed ? "something" : "nothing"} changed`;
  return fault;
}

/** `names`: the ids that are tried with wrong ones in their place. */
export async function runCase(scene: Scene, row: Row, names: string[]): Promise<void> {
  const { acme, globex } = scene;
  const { target: newTarget, unconfirmed = false } = requestOf(row);
  const callerIds = Object.values(scene.callers).map(({ user_id }) => user_id);
  await Promise.all([lend(acme, row.needs), confirmAddresses(callerIds, !unconfirmed)]);
  const target = (await newTarget?.(acme)) ?? {};
  const cells = cellsOf(scene, row, target, names);
  const loud = cells.filter((cell) => isLoud(row, cell));
  const still = cells.filter((cell) => !isLoud(row, cell));

  const theirs = await digestOf(globex.org_id);
  const ours = await digestOf(acme.org_id);
  expect(await inParallel(still, (cell) => answerFault(scene, row, cell))).toEqual([]);
  expect(await digestOf(acme.org_id), "what was refused, or read, changed nothing").toEqual(ours);
  const faults: (string | null)[] = [];
  for (const cell of loud) faults.push(await loudFault(scene, row, cell));
  expect(faults.filter((fault) => fault !== null)).toEqual([]);
  expect(await digestOf(globex.org_id), "nothing of the other tenant changed").toEqual(theirs);
}
