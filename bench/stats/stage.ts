// A seeded size with a Worker before it, and the people who ask: signed up through the API, put into their places by the
// owner's SQL.
import pg from "pg";
import { type Neon, startNeon } from "../../local/neon.ts";
import type { Stack } from "../../local/stack.ts";
import { type Caller, newCaller } from "../client.ts";
import { startTap, type Tap } from "../tap.ts";
import { startScript } from "../worker.ts";
import { foldAll, ownOrg, type Size, seed } from "./seed.ts";

export type Stage = {
  size: Size;
  foldRate: number;
  stack: Stack;
  url: string;
  tap: Tap;
  /** The owner, with numbers as numbers; and the service login, for what the Worker sends. */
  owner: pg.Client;
  service: pg.Client;
  /** Ends what runs before the database, to which nobody is connected then. */
  leave(): Promise<void>;
};

/** Seeds a size in an empty database, and puts a Worker before it. */
export async function openStage(size: Size, stack: Stack, script: string): Promise<Stage> {
  const closings: (() => Promise<unknown>)[] = [];
  const leave = async () => {
    for (const close of closings.splice(0).reverse()) await close();
  };
  try {
    const connect = async (url: string) => {
      const client = await connected(url);
      closings.push(() => client.end());
      return client;
    };
    const owner = await connect(stack.ownerUrl);
    const foldRate = await seed(owner, size);
    const { host, port, ssl } = owner;
    const neon: Neon = await startNeon({ postgres: { host, port, ssl: ssl as boolean } });
    closings.push(neon.close);
    const tap = await startTap(neon);
    closings.push(tap.close);
    const worker = await startScript(script, {
      ...stack.variables("http://127.0.0.1:8787"),
      LOCAL_NEON_ENDPOINT: tap.sqlUrl,
      PASSWORD_ITERATIONS: "1000",
    });
    closings.push(worker.stop);
    const service = await connect(stack.serviceUrl);
    return { size, foldRate, stack, url: worker.url, tap, owner, service, leave };
  } catch (error) {
    await leave();
    throw error;
  }
}

/** Numbers as numbers: none here is too large for that. */
export async function connected(url: string): Promise<pg.Client> {
  const bigint = 20;
  const numeric = 1700;
  const getTypeParser = (oid: number) =>
    oid === bigint || oid === numeric ? Number : pg.types.getTypeParser(oid, "text");
  const client = new pg.Client({ connectionString: url, types: { getTypeParser } as pg.CustomTypesConfig });
  await client.connect();
  return client;
}

/** Somebody who has signed up, without the organization that they signed up with. */
async function someone({ url, owner }: Stage): Promise<Caller> {
  const caller = await newCaller(url);
  await owner.query("delete from organisation where id = $1", [caller.org_id]);
  await owner.query(`update "user" set email_verified_at = 1 where id = $1`, [caller.user_id]);
  return caller;
}

/** The owner of one organization, and of nothing else. */
export async function newOwner(stage: Stage): Promise<Caller> {
  const caller = await holds(stage, await someone(stage), "owner", [ownOrg]);
  await settle(stage);
  return { ...caller, org_id: ownOrg };
}

export async function newPlatformAdmin(stage: Stage): Promise<Caller> {
  const caller = await someone(stage);
  await stage.owner.query(`update "user" set platform_admin = true where id = $1`, [caller.user_id]);
  await settle(stage);
  return caller;
}

/** An admin of a hundred organizations. */
export async function newAdminOf(stage: Stage, orgIds: number[]): Promise<Caller> {
  const caller = await holds(stage, await someone(stage), "admin", orgIds);
  await settle(stage);
  return caller;
}

async function holds({ owner }: Stage, caller: Caller, role: string, orgIds: number[]): Promise<Caller> {
  await owner.query(
    `insert into member (org_id, user_id, role_id)
     select org_id, $1, id from role where name = $2 and org_id = any ($3)`,
    [caller.user_id, role, orgIds],
  );
  return caller;
}

/** Everything folded, and the planner told. */
export async function settle({ owner }: Stage): Promise<void> {
  await foldAll(owner);
  await owner.query("vacuum analyze");
}
