// Bare statements, without a WHERE, as every kind of person: what the policies let each of them see and change. Nothing
// of it stays.
import type pg from "pg";
import { invited } from "./invitations.ts";
import type { Scratch } from "./scratch.ts";
import type { society } from "./society.ts";
import { enter, joins, joinsWebsite, type Person } from "./tenants.ts";

/** Whoever asks, by what they are; `token`: the one organization that their access token names. */
export type Asker = { what: string; person: Person | null; token?: number };

/**
 * Two organizations, a suspended third, a fourth without anybody, and somebody of every kind. The kinds that show the
 * most come first.
 */
export async function askersOf({
  owner,
  company,
  person,
  member,
  guest,
  role,
}: Awaited<ReturnType<typeof society>>): Promise<{ askers: Asker[]; orgIds: number[] }> {
  const [acme, globex, closed] = [await company(), await company(), await company()];
  const both = await person();
  await joins(owner, both, acme);
  await joins(owner, both, globex);
  for (const org of [acme, globex]) await joinsWebsite(owner, both, org);
  const visitor = await person();
  for (const org of [acme, globex]) await joinsWebsite(owner, visitor, org, "website_admin");
  const visitorOfNothing = await guest(acme, await role(acme, [], "website"));
  const [sleeper, sleepingGuest] = [await member(acme, "admin", 1), await guest(acme)];
  await joinsWebsite(owner, sleeper, acme, "website_admin");
  const halfAsleep = await member(acme, []);
  await joinsWebsite(owner, halfAsleep, acme);
  await owner.query("update website_member set status = 1 where user_id = any ($1)", [
    [sleepingGuest.userId, halfAsleep.userId],
  ]);
  const shutOut = await member(closed, "admin");
  await joinsWebsite(owner, shutOut, closed);
  const people: [string, Person | null, number?][] = [
    ["a member with no permission", await member(acme, [])],
    ["an owner", acme.owner],
    ["an admin", await member(acme, "admin")],
    ["who may invite members", await member(acme, ["member:invite"])],
    ["who may invite to websites", await member(acme, ["website:invite"])],
    ["a member of two organizations", both],
    ["a member of two, with a token for one", both, acme.orgId],
    ["a website's admin, in two organizations", visitor],
    ["a website's admin in two, with a token for one", visitor, acme.orgId],
    ["a guest with no permission", visitorOfNothing],
    ["a guest", await guest(acme)],
    ["a suspended member, who is a website's admin", sleeper],
    ["a suspended guest", sleepingGuest],
    ["a member who is a suspended guest", halfAsleep],
    ["an owner of another organization", globex.owner],
    ["an owner of a suspended organization", closed.owner],
    ["a member and guest of a suspended organization", shutOut],
    ["a guest of a suspended organization", await guest(closed, "website_admin")],
    ["a stranger", await person()],
    ["nobody", null],
  ];
  for (const org of [acme, globex, closed])
    for (const onWebsite of [false, true]) await invited(owner, org.owner, org, { onWebsite });
  await owner.query("update organisation set status = 1 where id = $1", [closed.orgId]);
  await owner.query("update session set ended_at = null");
  await owner.query(
    `insert into session (user_id, expires_at, ended_at) select id, 9000000000000, 1 from "user"`,
  );
  const askers = people.map(([what, somebody, token]) => ({
    what,
    person: somebody,
    ...(token && { token }),
  }));
  const { rows } = await owner.query<{ id: number }>(
    "insert into organisation (name) values ('Empty') returning id",
  );
  return { askers, orgIds: [acme.orgId, globex.orgId, closed.orgId, ...rows.map((row) => row.id)] };
}

const changes: Record<string, string> = {
  user: `settings = '{"mine": true}'`,
  session: "ended_at = 1",
  organisation: "name = 'Mine'",
  member: `settings = '{"mine": true}'`,
  role: "description = 'mine'",
  website: "name = 'Mine'",
  website_member: `settings = '{"mine": true}'`,
};

/**
 * A table's own. Reading shows which rows; a change reads no column, so that the policies for reading do not stand in
 * for its own.
 */
export function statementsFor(table: string, orgIds: number[]): string[] {
  const key = table === "version" ? "version" : "id";
  const change = changes[table];
  const inserts = orgIds.map(
    (id) => `insert into role (org_id, name, scope) values (${id}, 'mine', 'organization')`,
  );
  return [
    `select md5(string_agg(${key}::text, ',' order by ${key})) from "${table}"`,
    ...(change ? [`update "${table}" set ${change}`, `delete from "${table}"`] : []),
    ...(table === "role" ? inserts : []),
  ];
}

// One round trip for all of them. What a statement did is told by an error, which undoes it.
const tryOut = `create or replace function pg_temp.try_out(_statements text[]) returns text[] language plpgsql as $$
declare
  _statement text;
  _seen text;
  _rows bigint;
  _constraint text;
  _outcomes text[] := '{}';
begin
  foreach _statement in array _statements loop
    begin
      if _statement like 'select%' then
        execute _statement into _seen;
        raise exception using errcode = 'TN000', message = coalesce(_seen, 'nothing');
      else
        execute _statement;
        get diagnostics _rows = row_count;
        raise exception using errcode = 'TN000', message = _rows || ' rows';
      end if;
    exception when others then
      get stacked diagnostics _constraint = constraint_name;
      _outcomes := _outcomes || case sqlstate when 'TN000' then sqlerrm else sqlstate || ' ' || _constraint end;
    end;
  end loop;
  return _outcomes;
end $$`;

/** A connection of the Worker's login that can run a battery. */
export async function batteryClient(scratch: Scratch): Promise<pg.Client> {
  const client = await scratch.connect("service");
  await client.query(tryOut);
  return client;
}

/** What became of each statement as this person. */
export async function outcomesFor(client: pg.Client, asker: Asker, statements: string[]): Promise<string[]> {
  await client.query("begin");
  if (asker.person) await enter(client, asker.person, asker.token ?? null);
  const { rows } = await client.query<{ outcomes: string[] }>("select pg_temp.try_out($1) as outcomes", [
    statements,
  ]);
  await client.query("rollback");
  return rows[0]?.outcomes ?? [];
}
