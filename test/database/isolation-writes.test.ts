// Tenancy without a WHERE: what an entered person's unfiltered statements change is theirs.
import type pg from "pg";
import { expect, onTestFinished, test } from "vitest";
import { migratedDatabase, refusal } from "./scratch.ts";
import {
  enter,
  type Person,
  type TenantTable,
  tenantTableNames,
  tenantTables,
  twoTenants,
} from "./tenants.ts";

/** A database of the test's own: what is one's own may be gone afterwards. */
async function scene() {
  const scratch = await migratedDatabase();
  onTestFinished(() => scratch.drop());
  const service = await scratch.connect("service");
  return { owner: scratch.owner, service, ...(await twoTenants(scratch, service)) };
}

/** Every row of the database by table and whose it is, and with its version: any update or delete of it shows. */
async function rowsOf(client: pg.Client): Promise<string[]> {
  const lines: string[] = [];
  const { rows: all } = await client.query("select tablename from pg_tables where schemaname = 'public'");
  for (const { tablename: name } of all) {
    const whose = name in tenantTables ? tenantTables[name as TenantTable] : "null::integer";
    const { rows } = await client.query<{ line: string }>(
      `select concat('${name} of ', ${whose}, ': ', ctid, ' ', xmin, ' ', t) as line from "${name}" t`,
    );
    lines.push(...rows.map((row) => row.line));
  }
  return lines.sort();
}

/** Runs each statement as the person and keeps what it did; what is refused is undone alone. */
async function attempt(
  client: pg.Client,
  person: Person,
  statements: string[],
): Promise<{ done: string[]; codes: Set<string | undefined> }> {
  const done: string[] = [];
  const codes = new Set<string | undefined>();
  for (const statement of statements) {
    await client.query("begin");
    await enter(client, person);
    const refused = await refusal(client, statement);
    if (refused) codes.add(refused.code);
    else done.push(statement);
    await client.query("commit");
  }
  return { done, codes };
}

async function columnsOf(owner: pg.Client, name: string): Promise<string[]> {
  const { rows } = await owner.query<{ column: string }>(
    `select column_name::text as column from information_schema.columns where table_name = $1
      and table_schema = 'public' and is_generated = 'NEVER' and identity_generation is null`,
    [name],
  );
  return rows.map((row) => row.column);
}

test("updating and deleting everything changes nobody else's rows", async () => {
  const { owner, service, ann, acme } = await scene();
  const before = await rowsOf(owner);
  for (const name of tenantTableNames) {
    // The second reads no column, so that the policies for reading do not stand in for those for writing.
    const updates = (await columnsOf(owner, name)).flatMap((column) => [
      `update "${name}" set "${column}" = "${column}"`,
      `update "${name}" set "${column}" = default`,
    ]);
    const { codes } = await attempt(service, ann, [...updates, `delete from "${name}"`]);
    // The privilege, or a rule of ours about one's own row.
    for (const code of codes) expect(code).toMatch(/^(42501|TN4\d\d)$/);
  }
  const after = new Set(await rowsOf(owner));
  const changed = before.filter((line) => !after.has(line));
  expect(changed).toContainEqual(expect.stringContaining(`user of ${ann.userId}: `));
  expect(changed).toContainEqual(expect.stringContaining(`session of ${ann.userId}: `));
  const own = new RegExp(
    `^((user|session) of ${ann.userId}|(organisation|member|role|website|website_member) of ${acme.orgId}): `,
  );
  expect(changed.filter((line) => !own.test(line))).toEqual([]);
});

test("nothing can be put into another tenant, nor into one's own past the flows", async () => {
  const { owner, service, ann, bob, cat, globex } = await scene();
  const rowsBefore = await rowsOf(owner);
  const org = globex.orgId;
  const { done, codes } = await attempt(service, ann, [
    `insert into member (org_id, user_id, role_id) values (${org}, ${ann.userId}, ${globex.roles.owner})`,
    `insert into website (org_id, name, url) values (${org}, 'Mine', 'https://mine.example')`,
    `insert into website_member (website_id, org_id, user_id, role_id)
      values (${globex.websiteId}, ${org}, ${ann.userId}, ${globex.roles.website_admin})`,
    `insert into role (org_id, name, scope, permissions) values (${org}, 'mine', 'organization', '{member:read}')`,
    "insert into organisation (name) values ('Mine')",
    "insert into \"user\" (email, password) values ('mine@example.com', '')",
    `insert into session (user_id, expires_at) values (${bob.userId}, 9000000000000)`,
    `update session set user_id = ${bob.userId}`,
    `update member set org_id = ${org}, role_id = ${globex.roles.owner} where user_id = ${cat.userId}`,
    `update website set org_id = ${org}`,
    `update role set org_id = ${org}`,
    "insert into refresh_token (hash, session_id, issued_at, expires_at) values ('mine', 1, 0, 9000000000000)",
    `insert into mail_token (hash, kind, user_id, expires_at) values ('mine', 'reset', ${bob.userId}, 9000000000000)`,
    `insert into outbox (template, recipient) values ('verify-email', '${bob.email}')`,
    "insert into \"version\" (version, description) values ('9', '')",
  ]);
  expect(done).toEqual([]);
  for (const code of codes) expect(code).toMatch(/^(42501|TN4\d\d)$/);
  expect(await rowsOf(owner)).toEqual(rowsBefore);
});
