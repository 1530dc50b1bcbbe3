// Every invariant notices what breaks it, none of them minds a sound database, and none prints what is secret.
import type pg from "pg";
import { expect, test } from "vitest";
import { references } from "../../scripts/invariants/references.ts";
import { checks, toLines, violations, violationsSeen } from "../../scripts/invariants/run.ts";
import { plants } from "./plants.ts";
import { undone } from "./scratch.ts";
import { fold } from "./tallies.ts";
import { tenantsDatabase } from "./tenants.ts";

const { owner } = await tenantsDatabase();
// Their invites were made by hand, and their mails are delivered.
await owner.query(`with mail as (insert into outbox (template, recipient, sent_at) values ('invitation', 'x', 1) returning id)
  update invite set mail_id = mail.id, delivery_state = 'sent' from mail`);

/** Nothing holds rows back any more: no trigger, no constraint, no unique index. */
async function unguard(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ statement: string }>(`
    select format('drop trigger %I on %s', tgname, tgrelid::regclass) as statement
    from pg_trigger where not tgisinternal and tgrelid in (select oid from pg_class where relnamespace = 'public'::regnamespace)
    union all
    (select format('alter table %s drop constraint if exists %I cascade', conrelid::regclass, conname) from pg_constraint
    where connamespace = 'public'::regnamespace and contype in ('f', 'c', 'u', 'p'))
    union all
    select format('drop index %s', indexrelid::regclass) from pg_index i join pg_class c on c.oid = i.indexrelid
    where c.relnamespace = 'public'::regnamespace and i.indisunique
      and not exists (select from pg_constraint where conindid = i.indexrelid)`);
  for (const { statement } of rows) await client.query(statement);
}

test("a sound database breaks none of them", async () => {
  expect(toLines(await violations(owner))).toEqual([]);
});

test("every foreign key of the schema is looked after, and no other", async () => {
  const { rows } = await owner.query<{ line: string }>(`
    select concat(conrelid::regclass, ' (', (select string_agg(a.attname, ', ' order by k.n) from unnest(conkey) with ordinality k (num, n)
      join pg_attribute a on a.attrelid = conrelid and a.attnum = k.num), ') → ', confrelid::regclass) as line
    from pg_constraint where contype = 'f' and connamespace = 'public'::regnamespace`);
  const known = references.map(
    ({ child, columns, parent }) =>
      `${child} (${columns.join(", ")}) → ${parent === "user" ? '"user"' : parent}`,
  );
  expect(rows.map((row) => row.line).sort()).toEqual(known.sort());
});

test("each has something that breaks it, and nothing breaks one that is not there", () => {
  expect([...Object.keys(plants), "index_broken"].sort()).toEqual(checks.map(({ name }) => name).sort());
});

test("the checks write nothing", async () => {
  await expect(owner.query("begin read only").then(() => violationsSeen(owner))).resolves.toEqual([]);
  await owner.query("rollback");
});

test("each notices what breaks it, and prints neither address nor hash", async () => {
  const { rows } = await owner.query<{ secret: string }>(`
    select email as secret from "user" union select password from "user" union select hash from mail_token
    union select hash from refresh_token union select token from invite`);
  await fold(owner);
  await unguard(owner);
  const unnoticed: string[] = [];
  for (const [name, statements] of Object.entries(plants)) {
    const broken = await undone(owner, async () => {
      for (const statement of statements) {
        const { command, rowCount } = await owner.query(statement);
        if (/INSERT|UPDATE|DELETE/.test(command) && !rowCount)
          unnoticed.push(`${name} does nothing: ${statement}`);
      }
      return violationsSeen(owner);
    });
    if (!broken.some((one) => one.name === name)) unnoticed.push(name);
    const printed = toLines(broken).join("\n");
    for (const { secret } of rows) expect(printed).not.toContain(secret);
  }
  expect(unnoticed).toEqual([]);
}, 120_000);

// Of its own: it cannot be undone with a transaction.
test("an index that could not be finished is noticed", async () => {
  await owner
    .query("create unique index concurrently planted on audit_event (target_type)")
    .catch(() => null);
  expect((await violations(owner)).map(({ name }) => name)).toContain("index_broken");
});
