// Tenancy without a WHERE: what an entered person's unfiltered selects show is theirs.
import type pg from "pg";
import { expect, test } from "vitest";
import { undone } from "./scratch.ts";
import {
  enter,
  type Person,
  type TenantTable,
  tenantsDatabase,
  tenantTableNames,
  tenantTables,
} from "./tenants.ts";

type Seen = Record<TenantTable, number[]>;

const { scratch, service, tenants } = await tenantsDatabase();

/** Whose rows an unfiltered select shows: the distinct owners, by table. */
async function seenBy(person: Person, orgId: number | null = null): Promise<Seen> {
  return undone(service, async () => {
    await enter(service, person, orgId);
    return ownersOf(service);
  });
}

async function ownersOf(client: pg.Client): Promise<Seen> {
  const seen: Partial<Seen> = {};
  for (const name of tenantTableNames) {
    const { rows } = await client.query<{ id: string | null }>(
      `select distinct ${tenantTables[name]} as id from "${name}"`,
    );
    // What is told of a person is told of no organization.
    seen[name] = rows.flatMap((row) => (row.id === null ? [] : Number(row.id))).sort((a, b) => a - b);
  }
  return seen as Seen;
}

const ids = (...people: Person[]) => people.map((person) => person.userId).sort((a, b) => a - b);

test("both tenants have rows in every table, so that there is something to leak", async () => {
  const all = await ownersOf(scratch.owner);
  const { ann, bob, cat, dan, gus, acme, globex } = tenants;
  const both = [acme.orgId, globex.orgId];
  expect(all).toEqual({
    user: ids(ann, bob, cat, dan, gus),
    session: ids(ann, bob, cat, dan, gus),
    organisation: both,
    member: both,
    role: both,
    website: both,
    website_member: both,
    invite: both,
    // The trail of what is gone stays.
    audit_event: expect.arrayContaining(both),
  });
});

test("an owner sees their organization, its people and their own sessions, nothing else", async () => {
  const { ann, cat, dan, gus, acme } = tenants;
  expect(await seenBy(ann)).toEqual({
    user: ids(ann, cat, dan, gus),
    session: [ann.userId],
    organisation: [acme.orgId],
    member: [acme.orgId],
    role: [acme.orgId],
    website: [acme.orgId],
    website_member: [acme.orgId],
    invite: [acme.orgId],
    audit_event: [acme.orgId],
  });
});

test("a member of two organizations sees both, and one of them with a token for that one", async () => {
  const { ann, bob, cat, dan, gus, acme, globex } = tenants;
  const both = [acme.orgId, globex.orgId];
  expect(await seenBy(cat)).toEqual({
    user: ids(ann, bob, cat, dan, gus),
    session: [cat.userId],
    organisation: both,
    member: both,
    role: both,
    website: both,
    website_member: both,
    invite: [],
    audit_event: [],
  });
  const one = [acme.orgId];
  expect(await seenBy(cat, acme.orgId)).toEqual({
    user: ids(ann, cat, dan, gus),
    session: [cat.userId],
    organisation: one,
    member: one,
    role: one,
    website: one,
    website_member: one,
    invite: [],
    audit_event: [],
  });
});

test("a token for an organization that one is not in shows none", async () => {
  const { ann, globex } = tenants;
  const nothing = {
    organisation: [],
    member: [],
    role: [],
    website: [],
    website_member: [],
    invite: [],
    audit_event: [],
  };
  expect(await seenBy(ann, globex.orgId)).toEqual({ ...nothing, user: [ann.userId], session: [ann.userId] });
});

test("a suspended member sees that they are one, and nothing of the organization", async () => {
  const { dan, acme } = tenants;
  expect(await seenBy(dan)).toEqual({
    user: [dan.userId],
    session: [dan.userId],
    organisation: [],
    member: [acme.orgId],
    role: [acme.orgId],
    website: [],
    website_member: [],
    invite: [],
    audit_event: [],
  });
  await undone(service, async () => {
    await enter(service, dan);
    expect((await service.query("select user_id from member")).rows).toEqual([{ user_id: dan.userId }]);
    expect((await service.query("select id from role")).rows).toEqual([{ id: acme.roles.admin }]);
  });
});

test("a guest of a website sees that website, its people and the roles there, nothing of its organization", async () => {
  const { gus, acme } = tenants;
  expect(await seenBy(gus)).toEqual({
    user: [gus.userId],
    session: [gus.userId],
    organisation: [],
    member: [],
    role: [acme.orgId],
    website: [acme.orgId],
    website_member: [acme.orgId],
    invite: [],
    audit_event: [],
  });
  await undone(service, async () => {
    await enter(service, gus);
    const { rows } = await service.query<{ name: string }>("select name from role");
    expect(rows.map((role) => role.name).sort()).toEqual(["website_admin", "website_user"]);
    expect((await service.query("select user_id from website_member")).rows).toEqual([
      { user_id: gus.userId },
    ]);
  });
});

test("a guest who is suspended on the website sees that they are, and no longer the website", async () => {
  const { gus, acme } = tenants;
  const suspend = (status: number) =>
    scratch.owner.query("update website_member set status = $1 where user_id = $2", [status, gus.userId]);
  await suspend(1);
  try {
    expect(await seenBy(gus)).toMatchObject({ website: [], website_member: [acme.orgId] });
    await undone(service, async () => {
      await enter(service, gus);
      expect((await service.query("select id from role")).rows).toEqual([{ id: acme.roles.website_user }]);
    });
  } finally {
    await suspend(0);
  }
});

test("a token for one organization shows the other neither to select nor to join", async () => {
  const { cat, acme } = tenants;
  await undone(service, async () => {
    await enter(service, cat, acme.orgId);
    const { rows } = await service.query(`select distinct m.org_id, w.org_id as website, o.id as organisation
      from member m full join website w on true full join organisation o on true`);
    expect(rows).toEqual([{ org_id: acme.orgId, website: acme.orgId, organisation: acme.orgId }]);
  });
});

test("functions that look past the policies tell no more than they", async () => {
  const { ann, bob, cat, dan, gus, acme, globex } = tenants;
  const answer = (person: Person, call: string, orgId: number | null = null) =>
    undone(service, async () => {
      await enter(service, person, orgId);
      const { rows } = await service.query(`select app.${call} as answer`);
      return rows[0].answer;
    });
  const name = `organization_name(${acme.orgId})`;
  for (const person of [ann, cat, gus]) expect(await answer(person, name)).toBe("ann's");
  for (const person of [bob, dan]) expect(await answer(person, name)).toBeNull();
  expect(await answer(cat, name, globex.orgId)).toBeNull();

  for (const [person, orgIds] of [
    [gus, [acme.orgId]],
    [bob, [globex.orgId]],
    [ann, []],
  ] as const) {
    const { rows } = await undone(service, async () => {
      await enter(service, person);
      return service.query("select org_id from app.guest_org_names()");
    });
    expect(rows.map((row) => row.org_id)).toEqual(orgIds);
  }

  const members = `find_members(${acme.orgId}, null, null, null, null, 10)`;
  for (const person of [ann, cat])
    expect((await answer(person, members)).rows.map((row: { user_id: number }) => row.user_id)).toEqual(
      ids(ann, cat, dan),
    );
  const missing = { code: "TN403", constraint: "permission_missing" };
  for (const person of [bob, dan, gus]) await expect(answer(person, members)).rejects.toMatchObject(missing);
  await expect(answer(cat, members, globex.orgId)).rejects.toMatchObject(missing);
  const make = `create_website(${acme.orgId}, 'Mine', 'https://mine.example', '{}', null, null)`;
  for (const person of [bob, dan, gus]) await expect(answer(person, make)).rejects.toMatchObject(missing);
});

test.each(tenantTableNames)(
  "it is the row security of %s that holds this: without it, the other tenant shows",
  async (name) => {
    const { ann, bob, globex } = tenants;
    const foreign = name === "user" || name === "session" ? bob.userId : globex.orgId;
    expect((await seenBy(ann))[name]).not.toContain(foreign);
    await scratch.owner.query(`alter table "${name}" disable row level security`);
    try {
      expect((await seenBy(ann))[name]).toContain(foreign);
    } finally {
      await scratch.owner.query(`alter table "${name}" enable row level security`);
    }
  },
);
