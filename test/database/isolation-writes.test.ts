// Tenancy without a WHERE: what an entered person's unfiltered statements change is theirs.
import type pg from "pg";
import { expect, onTestFinished, test } from "vitest";
import { migratedDatabase, refusal, undone } from "./scratch.ts";
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
  // The organization last: everything of it goes with it.
  const names = tenantTableNames.filter((name) => name !== "organisation");
  for (const name of [...names, "organisation"]) {
    // The second reads no column, so that the policies for reading do not stand in for those for writing.
    const updates = (await columnsOf(owner, name)).flatMap((column) => [
      `update "${name}" set "${column}" = "${column}"`,
      `update "${name}" set "${column}" = default`,
    ]);
    const { codes } = await attempt(service, ann, [...updates, `delete from "${name}"`]);
    // The privilege, a column that has no default, or a rule of ours about one's own row.
    for (const code of codes) expect(code).toMatch(/^(42501|23502|TN4\d\d)$/);
  }
  const after = new Set(await rowsOf(owner));
  const changed = before.filter((line) => !after.has(line));
  expect(changed).toContainEqual(expect.stringContaining(`user of ${ann.userId}: `));
  expect(changed).toContainEqual(expect.stringContaining(`session of ${ann.userId}: `));
  const own = new RegExp(
    `^((user|session) of ${ann.userId}|(organisation|member|role|website|website_member|invite) of ${acme.orgId}): `,
  );
  expect(changed.filter((line) => !own.test(line))).toEqual([]);
  // Neither is a line of the trail.
  expect(before.filter((line) => line.startsWith("audit_event"))).not.toEqual([]);
});

// One's own organization may be changed: each of these does it, to all rows there, and to no other's.
test("of every table, an owner's own rows alone are reached", async () => {
  const { owner, service, ann, acme } = await scene();
  for (const [table, statement] of [
    ["organisation", "update organisation set name = 'Mine', personal = true"],
    ["organisation", "delete from organisation"],
    ["member", `update member set settings = '{"mine": true}'`],
    ["role", "update role set description = 'mine'"],
    ["website", "update website set name = 'Mine', url = 'https://mine.example'"],
    ["website", "delete from website"],
    ["website_member", "update website_member set status = 1"],
    ["website_member", "delete from website_member"],
  ] as const) {
    const { rows } = await owner.query<{ own: number; foreign: number }>(
      `select count(*) filter (where mine)::int as own, count(*) filter (where not mine)::int as foreign
        from (select ${tenantTables[table]} = $1 as mine from ${table}) t`,
      [acme.orgId],
    );
    expect(Math.min(rows[0]?.own ?? 0, rows[0]?.foreign ?? 0), table).toBeGreaterThan(0);
    const reached = await undone(service, async () => {
      await enter(service, ann);
      return (await service.query(statement)).rowCount;
    });
    expect(reached, statement).toBe(rows[0]?.own);
  }
});

test("a member who may change nothing of an organization reaches nothing of it", async () => {
  const { owner, service, cat } = await scene();
  // `member` may change organizations and websites, so the one that they hold here may nothing at all.
  await owner.query(
    `insert into role (org_id, name, scope) select id, 'none', 'organization' from organisation`,
  );
  await owner.query(
    `update member set role_id = (select id from role r where r.org_id = member.org_id and r.name = 'none')
      where user_id = $1`,
    [cat.userId],
  );
  const before = await rowsOf(owner);
  const statements = [
    "update organisation set name = 'Mine'",
    "delete from organisation",
    "update member set settings = '{}'",
    "delete from role",
    "update role set description = 'mine'",
    "update website set name = 'Mine'",
    "delete from website",
    "update website_member set status = 1",
    "delete from website_member",
  ];
  const { done } = await attempt(service, cat, statements);
  expect(done).toEqual(statements);
  expect(await rowsOf(owner)).toEqual(before);
});

test("nothing can be put into another tenant, nor into one's own past the flows", async () => {
  const { owner, service, ann, bob, cat, acme, globex } = await scene();
  const rowsBefore = await rowsOf(owner);
  const org = globex.orgId;
  const { rows: foreign } = await owner.query("select id, website_id from invite where org_id = $1", [org]);
  expect(foreign.length).toBeGreaterThan(3);
  const { done, codes } = await attempt(service, ann, [
    `insert into member (org_id, user_id, role_id) values (${org}, ${ann.userId}, ${globex.roles.owner})`,
    `insert into website (org_id, name, url) values (${org}, 'Mine', 'https://mine.example')`,
    `insert into website_member (website_id, org_id, user_id, role_id)
      values (${globex.websiteId}, ${org}, ${ann.userId}, ${globex.roles.website_admin})`,
    `insert into role (org_id, name, scope, permissions) values (${org}, 'mine', 'organization', '{member:read}')`,
    `insert into role (org_id, name, scope) values (${org}, 'mine', 'organization')`,
    `insert into role (org_id, name, scope, system) values (${acme.orgId}, 'mine', 'organization', true)`,
    `insert into member (org_id, user_id, role_id) values (${acme.orgId}, ${bob.userId}, ${acme.roles.member})`,
    `insert into website (org_id, name, url) values (${acme.orgId}, 'Mine', 'https://mine.example')`,
    `insert into audit_event (org_id, action, target_type, target_id) values (${acme.orgId}, 'mine', 'mine', 1)`,
    `select app.create_website(${org}, 'Mine', 'https://mine.example', '{}', null, null)`,
    `select app.transfer_ownership(${org}, ${bob.userId})`,
    `select app.create_invite(${org}, null, 'mine@example.com', '"member"', 600000, 'mine', 'sealed', null, null)`,
    `select app.create_invite(${acme.orgId}, ${globex.websiteId}, 'mine@example.com', '"website_user"', 600000, 'mine',
      'sealed', null, null)`,
    ...foreign.flatMap(({ id, website_id }) => [
      `select app.resend_invite(${org}, ${website_id}, ${id}, 'mine', 'sealed')`,
      `select app.resend_invite(${acme.orgId}, null, ${id}, 'mine', 'sealed')`,
      `select app.revoke_invite(${org}, ${website_id}, ${id})`,
      `select app.revoke_invite(${acme.orgId}, null, ${id})`,
    ]),
    `insert into invite (token, org_id, email, role_id, lifetime_ms, expires_at)
      values ('mine', ${acme.orgId}, 'mine@example.com', ${acme.roles.owner}, 1, 9000000000000)`,
    `select app.role_for(${org}, '"owner"', 'organization')`,
    `select app.find_members(${org}, null, null, null, null, 10)`,
    `select app.may(${org}, 'member:read')`,
    "insert into organisation (name) values ('Mine')",
    "insert into \"user\" (email, password) values ('mine@example.com', '')",
    `insert into session (user_id, expires_at) values (${bob.userId}, 9000000000000)`,
    `update session set user_id = ${bob.userId}`,
    `update member set org_id = ${org}, role_id = ${globex.roles.owner} where user_id = ${cat.userId}`,
    `update website set org_id = ${org}`,
    `update role set org_id = ${org}`,
    "insert into refresh_token (hash, session_id, issued_at, expires_at) values ('mine', 1, 0, 9000000000000)",
    `insert into mail_token (hash, kind, address, expires_at) values ('mine', 'reset', app.address_hash('${bob.email}'), 9000000000000)`,
    `insert into outbox (template, recipient) values ('verify-email', '${bob.email}')`,
    "insert into \"version\" (version, description) values ('9', '')",
  ]);
  expect(done).toEqual([]);
  for (const code of codes) expect(code).toMatch(/^(42501|TN4\d\d)$/);
  expect(await rowsOf(owner)).toEqual(rowsBefore);
});
