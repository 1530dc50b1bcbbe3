// updated_at, on every table that has it: it moves with a change of the row, and only with one.
import type pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { migratedDatabase, type Scratch, undone } from "./scratch.ts";
import { twoTenants } from "./tenants.ts";

let scratch: Scratch;
let owner: pg.Client;

beforeAll(async () => {
  scratch = await migratedDatabase();
  owner = scratch.owner;
  await twoTenants(scratch, await scratch.connect("service"));
});
afterAll(() => scratch.drop());

const settled = ["organisation", "user", "role", "member", "website", "website_member", "invite"];

test("every table with updated_at is asked whether it moves", async () => {
  const { rows } = await owner.query(`select table_name::text as name from information_schema.columns
    where table_schema = 'public' and column_name = 'updated_at'`);
  expect(rows.map((row) => row.name).sort()).toEqual([...settled].sort());
});

test.each(settled)("updated_at of a %s moves with a change, and only with one", async (table) => {
  await undone(owner, async () => {
    // A past that no clock reaches: the trigger's own writes stand out.
    await owner.query(`alter table "${table}" disable trigger user`);
    await owner.query(`update "${table}" set updated_at = 1`);
    await owner.query(`alter table "${table}" enable trigger user`);
    const moved = async () =>
      (await owner.query(`select distinct updated_at > 1 as moved from "${table}"`)).rows.map(
        (row) => row.moved,
      );
    const column = { role: "description", invite: "delivery_error" }[table] ?? "settings";
    await owner.query(`update "${table}" set ${column} = ${column}`);
    expect(await moved()).toEqual([false]);
    await owner.query(`update "${table}" set ${column} = '{"new": true}'`);
    expect(await moved()).toEqual([true]);
    const { rows } = await owner.query(
      `select max(abs(updated_at - extract(epoch from clock_timestamp()) * 1000)) as ms from "${table}"`,
    );
    expect(Number(rows[0]?.ms)).toBeLessThan(10_000);
    await owner.query(`update "${table}" set ${column} = '{"newer": true}', updated_at = 5`);
    expect((await owner.query(`select from "${table}" where updated_at = 5`)).rowCount).toBe(0);
  });
});
