// The guard under concurrency: a write and a deletion of one organization wait for each other, and then know.
import { sql } from "drizzle-orm";
import { expect, test } from "vitest";
import { asMember } from "../src/access/as-member.ts";
import { build } from "../src/db/client.ts";
import { callerOf, database } from "./support/callers.ts";
import { accesses, outcome } from "./support/guarded.ts";
import { owner } from "./support/owner.ts";
import { signedIn } from "./support/people.ts";

/** A statement that lasts until another connection waits for a lock of its transaction (at most 5 s), and then does `last`. */
const untilAwaited = (last = "null") => `do $$
  begin
    for i in 1..500 loop
      if exists (select from pg_locks l where not l.granted and pg_backend_pid() = any (pg_blocking_pids(l.pid))) then
        ${last};
        return;
      end if;
      perform pg_sleep(0.01);
    end loop;
    raise exception 'nobody waited';
  end $$`;

/** Locks the organization as its deletion does, until somebody waits for it; says whether somebody did. */
async function holdUntilAwaited(orgId: number, last = "null"): Promise<boolean> {
  const lock = `perform from organisation where id = ${orgId} for update`;
  const held = owner(untilAwaited(last).replace("begin", `begin ${lock};`));
  return held.then(
    () => true,
    () => false,
  );
}

/** Waits until the row is locked, so that the next to ask for it meets the lock. */
async function whileHeld(orgId: number): Promise<void> {
  for (;;) {
    const free = await owner("select id from organisation where id = $1 for key share skip locked", [orgId]);
    if (free.length === 0) return;
  }
}

test.each(["write", "delete"] as const)(
  "a %s waits for a deletion that is under way, and then finds nothing",
  async (access) => {
    const boss = await signedIn();
    const held = holdUntilAwaited(boss.org_id, `delete from organisation where id = ${boss.org_id}`);
    await whileHeld(boss.org_id);
    expect(await outcome(callerOf(boss), boss.org_id, "organization:update", access)).toBe("not_found");
    expect(await held).toBe(true);
  },
);

test("what changed while a write waited counts", async () => {
  const boss = await signedIn();
  const held = holdUntilAwaited(boss.org_id, `update organisation set status = 1 where id = ${boss.org_id}`);
  await whileHeld(boss.org_id);
  expect(await outcome(callerOf(boss), boss.org_id, "organization:update", "write")).toBe(
    "organization_suspended",
  );
  expect(await held).toBe(true);
});

test("a read waits for no deletion, and a stranger for nothing", async () => {
  const [boss, stranger] = [await signedIn(), await signedIn()];
  const held = holdUntilAwaited(boss.org_id);
  await whileHeld(boss.org_id);
  expect(await outcome(callerOf(boss), boss.org_id, "organization:read", "read")).toBe(
    `inside ${boss.org_id}`,
  );
  for (const access of accesses)
    expect(await outcome(callerOf(stranger), boss.org_id, "organization:read", access)).toBe("not_found");
  // Still held by one for whom nobody waited so far; a writer lets it go.
  expect(await outcome(callerOf(boss), boss.org_id, "organization:update", "write")).toBe("changed 1");
  expect(await held).toBe(true);
});

test("a deletion waits for writes that are under way", async () => {
  const boss = await signedIn();
  const effects = [untilAwaited(), "select id from organisation"].map((statement) =>
    build.execute<{ id: number }>(sql.raw(statement)),
  );
  const here = { orgId: boss.org_id, needs: "organization:update", access: "write" } as const;
  const write = asMember({ db: database(), caller: callerOf(boss) }, here, effects);
  for (let held = false; !held; ) {
    const free = await owner("select id from organisation where id = $1 for update skip locked", [
      boss.org_id,
    ]);
    held = free.length === 0;
  }
  await owner("delete from organisation where id = $1", [boss.org_id]);
  expect((await write).at(-1)?.rows).toEqual([{ id: boss.org_id }]);
});
