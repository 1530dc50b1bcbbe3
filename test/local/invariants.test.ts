// `npm run invariants` from outside: what it says of a sound database, of one that is not, and of one that it cannot ask.
import { execFile } from "node:child_process";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { emptyDatabase, migratedDatabase } from "../database/scratch.ts";

const script = join(import.meta.dirname, "../../scripts/invariants.ts");
const scratch = await migratedDatabase();
const { owner, url } = scratch;
afterAll(() => scratch.drop());

type Result = { code: number; out: string; err: string };
const invariants = (databaseUrl: string, ...args: string[]) =>
  new Promise<Result>((resolve) => {
    const env = { ...process.env, DATABASE_URL: databaseUrl, GATEHOUSE_STATE_FOLDER: tmpdir() };
    execFile(process.execPath, [script, ...args], { env }, (error, out, err) =>
      resolve({ code: error ? Number(error.code) : 0, out, err }),
    );
  });

test("of a sound database it says that all hold", async () => {
  const { code, out, err } = await invariants(url);
  expect([code, err]).toEqual([0, ""]);
  const [, held, all] = /^(\d+) of (\d+) invariants hold\.\n$/.exec(out) ?? [];
  expect(Number(all)).toBeGreaterThan(80);
  expect(held).toBe(all);
});

test("of one that is not it names the rule and the rows, and ends with 1", async () => {
  const { rows } = await owner.query("insert into organisation (name) values ('Nobody''s') returning id");
  const { code, out, err } = await invariants(url);
  expect(code).toBe(1);
  expect(err).toContain(`childless_organization: 1 row against "An organization has members."`);
  expect(err).toContain(`{"id":${rows[0].id}}`);
  expect(out).toMatch(/^\d+ of \d+ invariants hold\.\n$/);
  await owner.query("delete from organisation");
});

test("one that it cannot ask it does not pass", async () => {
  const empty = await emptyDatabase();
  expect(await invariants(empty.url)).toMatchObject({
    code: 1,
    out: "",
    err: expect.stringContaining("db:migrate"),
  });
  await empty.drop();
  expect(await invariants("nonsense")).toMatchObject({ code: 2, out: "" });
  expect(await invariants(url, "--fix")).toMatchObject({ code: 2, out: "" });
});
