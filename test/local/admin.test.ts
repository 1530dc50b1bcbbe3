// `npm run admin` from outside: who is made an operator of the service, who is not, and what it says.
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { emptyDatabase } from "../database/scratch.ts";

const root = join(import.meta.dirname, "../..");
const home = mkdtempSync(join(tmpdir(), "gatehouse-admin-"));
const owner = new pg.Client(inject("ownerUrl"));
beforeAll(() => owner.connect());
afterAll(async () => {
  await owner.end();
  rmSync(home, { recursive: true, force: true });
});

type Result = { code: number; out: string; err: string };

/** Runs it with these arguments, on this database, or (null) on that of the stack in the state folder. */
function admin(
  args: string[],
  databaseUrl: string | null = inject("ownerUrl"),
  state = home,
): Promise<Result> {
  const { DATABASE_URL: _, ...env } = process.env;
  const options = {
    cwd: tmpdir(),
    env: {
      ...env,
      GATEHOUSE_STATE_FOLDER: state,
      ...(databaseUrl !== null && { DATABASE_URL: databaseUrl }),
    },
  };
  return new Promise((resolve) => {
    execFile(process.execPath, [join(root, "scripts/admin.ts"), ...args], options, (error, out, err) =>
      resolve({ code: error ? Number(error.code) : 0, out, err }),
    );
  });
}

type Account = { id: number; email: string };
async function account({ verified = true, status = 0, platformAdmin = false } = {}): Promise<Account> {
  const email = `Operator-${crypto.randomUUID()}@example.com`;
  const { rows } = await owner.query<Account>(
    `insert into "user" (email, password, status, email_verified_at, platform_admin)
     values ($1, 'no hash', $2, $3, $4) returning id, email`,
    [email, status, verified ? 1 : null, platformAdmin],
  );
  return rows[0] as Account;
}
const isAdmin = async ({ id }: Account): Promise<boolean> =>
  (await owner.query(`select platform_admin as it from "user" where id = $1`, [id])).rows[0].it;
const told = async ({ id }: Account) =>
  (
    await owner.query(
      `select actor_id, org_id, session_id, before, after from audit_event
       where target_type = 'user' and target_id = $1 and action = 'user.updated' order by id`,
      [id],
    )
  ).rows;
const byHand = { actor_id: null, org_id: null, session_id: null };
const made = { ...byHand, before: { platform_admin: false }, after: { platform_admin: true } };
const unmade = { ...byHand, before: { platform_admin: true }, after: { platform_admin: false } };

test("grant, list, revoke: each said in a line, done in the database and told in the trail", async () => {
  const ann = await account();
  expect(await admin(["grant", ann.email])).toEqual({
    code: 0,
    out: `${ann.email} is a platform admin now.\n`,
    err: "",
  });
  expect([await isAdmin(ann), await told(ann)]).toEqual([true, [made]]);
  const listed = await admin(["list"]);
  expect([listed.code, listed.err]).toEqual([0, ""]);
  expect(listed.out.split("\n")).toContain(`${ann.email} (user ${ann.id})`);

  expect(await admin(["revoke", ann.email])).toEqual({
    code: 0,
    out: `${ann.email} is a platform admin no more.\n`,
    err: "",
  });
  expect([await isAdmin(ann), await told(ann)]).toEqual([false, [made, unmade]]);
  expect((await admin(["list"])).out).not.toContain(ann.email);
});

test("so already: says that, and writes nothing", async () => {
  const [ann, bob] = [await account({ platformAdmin: true }), await account()];
  expect(await admin(["grant", ann.email])).toEqual({
    code: 0,
    out: `${ann.email} is a platform admin already.\n`,
    err: "",
  });
  expect(await admin(["revoke", bob.email])).toEqual({
    code: 0,
    out: `${bob.email} is no platform admin.\n`,
    err: "",
  });
  expect([await told(ann), await told(bob)]).toEqual([[], []]);
});

test("an address in any case", async () => {
  const ann = await account();
  expect((await admin(["grant", ann.email.toUpperCase()])).code).toBe(0);
  expect(await isAdmin(ann)).toBe(true);
  expect((await admin(["revoke", ann.email.toLowerCase()])).code).toBe(0);
  expect(await isAdmin(ann)).toBe(false);
});

describe("refused, in one line and with code 1:", () => {
  test("an address that nobody has, whatever is in it", async () => {
    for (const email of [`nobody-${crypto.randomUUID()}@example.com`, "' or true --", "%", "*"])
      for (const command of ["grant", "revoke"])
        expect(await admin([command, email])).toEqual({
          code: 1,
          out: "",
          err: `admin: there is no account with the address ${email}.\n`,
        });
  });

  test("an address that is not confirmed", async () => {
    const ann = await account({ verified: false });
    const { code, out, err } = await admin(["grant", ann.email]);
    expect([code, out, err]).toEqual([
      1,
      "",
      `admin: ${ann.email} is not confirmed: the link in its sign-up mail does that.\n`,
    ]);
    expect([await isAdmin(ann), await told(ann)]).toEqual([false, []]);
  });

  test("somebody who is suspended, an admin or not", async () => {
    for (const platformAdmin of [false, true]) {
      const ann = await account({ status: 1, platformAdmin });
      expect(await admin(["grant", ann.email])).toEqual({
        code: 1,
        out: "",
        err: `admin: ${ann.email} is suspended: restore the account first.\n`,
      });
      expect([await isAdmin(ann), await told(ann)]).toEqual([platformAdmin, []]);
    }
  });
});

test("the power is taken from anybody, suspended or not confirmed, and a suspended one is listed as such", async () => {
  for (const how of [{ status: 1 }, { verified: false }]) {
    const ann = await account({ ...how, platformAdmin: true });
    const line = `${ann.email} (user ${ann.id}${"status" in how ? ", suspended" : ""})`;
    expect((await admin(["list"])).out.split("\n")).toContain(line);
    expect((await admin(["revoke", ann.email])).code).toBe(0);
    expect([await isAdmin(ann), await told(ann)]).toEqual([false, [unmade]]);
  }
});

test.each([
  [[]],
  [["promote", "ann@example.com"]],
  [["grant"]],
  [["revoke"]],
  [["grant", ""]],
  [["grant", "ann@example.com", "bob@example.com"]],
  [["list", "ann@example.com"]],
  [["grant", "--force", "ann@example.com"]],
])("not understood, with code 2 and how it is used: %j", async (args) => {
  const { code, out, err } = await admin(args);
  expect([code, out]).toEqual([2, ""]);
  expect(err).toMatch(/^admin: .+\.\n\nUsage: npm run admin -- COMMAND\n/);
});

test("--help says how it is used, without a database", async () => {
  const { code, out, err } = await admin(["--help"], null);
  expect([code, err]).toEqual([0, ""]);
  expect(out).toContain("grant EMAIL");
});

describe("which database", () => {
  const stackFile = join(home, "stack.json");

  test("that of the running stack, unless DATABASE_URL names one", async () => {
    const ann = await account();
    expect(await admin(["grant", ann.email], null)).toEqual({
      code: 2,
      out: "",
      err: "admin: set DATABASE_URL to the owner's postgres:// URL of the database, or start `npm run dev`.\n",
    });
    writeFileSync(stackFile, JSON.stringify({ database_url: inject("ownerUrl") }));
    expect((await admin(["grant", ann.email], null)).out).toBe(`${ann.email} is a platform admin now.\n`);
    expect((await admin(["revoke", ann.email], "")).out).toBe(`${ann.email} is a platform admin no more.\n`);
    expect(await isAdmin(ann)).toBe(false);

    const nowhere = "postgres://somebody:secret@127.0.0.1:1/nowhere";
    expect((await admin(["grant", ann.email], nowhere)).code).toBe(1);
    writeFileSync(stackFile, JSON.stringify({ database_url: nowhere }));
    expect((await admin(["grant", ann.email])).code).toBe(0);
    writeFileSync(stackFile, "{");
    expect(await admin(["list"], null)).toEqual({
      code: 1,
      out: "",
      err: "admin: the file of the running `npm run dev` cannot be read.\n",
    });
    rmSync(stackFile);
  });

  test("one that does not work is told in a line that holds no URL, login or password", async () => {
    const empty = await emptyDatabase();
    const changed = (change: (url: URL) => void, from = inject("ownerUrl")) => {
      const url = new URL(from);
      change(url);
      return url.href;
    };
    for (const [url, message, expected = 1] of [
      ["garbage", "DATABASE_URL is not the postgres:// URL of a database", 2],
      ["https://somebody:hunter2@db.example/x", "DATABASE_URL is not the postgres:// URL of a database", 2],
      ["postgres://somebody:hunter2@[bad/x", "the database cannot be reached, or failed (ERR_INVALID_URL)"],
      [
        "postgres://somebody:hunter2@127.0.0.1:1/x",
        "the database cannot be reached, or failed (ECONNREFUSED)",
      ],
      [
        changed((url) => {
          url.username = "nobody";
        }),
        "the database refuses this login (28…)",
      ],
      [
        changed((url) => {
          url.pathname = "/gatehouse_nowhere";
        }),
        "the database refuses this login (3D000)",
      ],
      [inject("serviceUrl"), "DATABASE_URL has to be the owner's, not the service login's"],
      [empty.url, "the database is not migrated: run `npm run db:migrate` first"],
    ] as const) {
      const { err, ...rest } = await admin(["list"], url);
      expect(err.replace(/28\w{3}/, "28…")).toBe(`admin: ${message}.\n`);
      expect(rest).toEqual({ code: expected, out: "" });
    }
    await empty.drop();
  });
});
