// Suspension, of a membership, a person or a whole organization: what is left of somebody's standing, as the policies
// (my_orgs, my_open_orgs, my_websites, my_guest_orgs) and the guard (authorize, may) see it.
import { expect, test } from "vitest";
import { refusal, undone } from "./scratch.ts";
import { type Company, outcomeOf, prepare, shown, society } from "./society.ts";
import { enter, joinsWebsite, type Person } from "./tenants.ts";

const { owner, service, company, member, guest } = await society();

type Standing = {
  /** Organizations and websites: 1 when it is among them. */
  orgs: { any: number; read: number; open: number; update: number };
  websites: { mine: number; read: number; orgs: number };
  /** The guard's answers, inside the organization and on its website. */
  membership: string;
  read: string;
  update: string;
  deletion: string;
  website: string;
};

const listed = async (somebody: Person, call: string, id: number) =>
  (await shown(service, somebody, `select app.${call}`)).filter((value) => value === id).length;

async function guarded(somebody: Person, org: Company, needs: string, access: string, about = "{}") {
  await prepare(service, somebody, null);
  const asked = service.query("select app.authorize($1, $2, $3, $4)", [org.orgId, needs, access, about]);
  const outcome = await outcomeOf(asked);
  await service.query("rollback");
  return outcome === "done 1" ? "in" : outcome;
}

const standingOf = async (somebody: Person, org: Company): Promise<Standing> => ({
  orgs: {
    any: await listed(somebody, "my_orgs()", org.orgId),
    read: await listed(somebody, "my_orgs('organization:read')", org.orgId),
    open: await listed(somebody, "my_open_orgs()", org.orgId),
    update: await listed(somebody, "my_open_orgs('organization:update')", org.orgId),
  },
  websites: {
    mine: await listed(somebody, "my_websites()", org.websiteId),
    read: await listed(somebody, "my_websites('website:read')", org.websiteId),
    orgs: await listed(somebody, "my_guest_orgs()", org.orgId),
  },
  membership: await guarded(somebody, org, "membership", "read"),
  read: await guarded(somebody, org, "organization:read", "read"),
  update: await guarded(somebody, org, "organization:update", "write"),
  deletion: await guarded(somebody, org, "organization:delete", "delete"),
  website: await guarded(somebody, org, "website:update", "write", `{"website_id": ${org.websiteId}}`),
});

const noOrgs = { any: 0, read: 0, open: 0, update: 0 };
const noWebsites = { mine: 0, read: 0, orgs: 0 };
const refused = (code: string) => ({
  membership: code,
  read: code,
  update: code,
  deletion: code,
  website: code,
});
const missing = "TN403 permission_missing";
const memberSuspended = "TN403 member_suspended";
const orgSuspended = "TN403 organization_suspended";
const stranger: Standing = { orgs: noOrgs, websites: noWebsites, ...refused("TN404 not_found") };
const active = { any: 1, read: 1, open: 1, update: 1 };
const hosted = { mine: 1, read: 1, orgs: 1 };

const people: Record<string, (org: Company) => Promise<Person>> = {
  owner: async (org) => org.owner,
  member: (org) => member(org),
  "suspended member": (org) => member(org, "admin", 1),
  "suspended owner": (org) => member(org, "owner", 1),
  guest: (org) => guest(org),
  "suspended guest": async (org) => {
    const visitor = await guest(org);
    await owner.query("update website_member set status = 1 where user_id = $1", [visitor.userId]);
    return visitor;
  },
  "member and guest": async (org) => {
    const both = await member(org, []);
    await joinsWebsite(owner, both, org);
    return both;
  },
  "suspended member and guest": async (org) => {
    const both = await member(org, "admin", 1);
    await joinsWebsite(owner, both, org, "website_admin");
    return both;
  },
  "member and suspended guest": async (org) => {
    const both = await member(org);
    await joinsWebsite(owner, both, org, "website_admin");
    await owner.query("update website_member set status = 1 where user_id = $1", [both.userId]);
    return both;
  },
  stranger: async () => (await company()).owner,
};

const guestIn = {
  membership: "TN404 not_found",
  read: "TN404 not_found",
  update: "TN404 not_found",
  deletion: "TN404 not_found",
};
const inside = { orgs: active, membership: "in", read: "in", update: "in" };

const whileActive: Record<keyof typeof people, Standing> = {
  owner: { ...inside, websites: noWebsites, deletion: "in", website: "in" },
  member: { ...inside, websites: noWebsites, deletion: missing, website: "in" },
  "suspended member": { orgs: noOrgs, websites: noWebsites, ...refused(memberSuspended) },
  "suspended owner": { orgs: noOrgs, websites: noWebsites, ...refused(memberSuspended) },
  guest: { orgs: noOrgs, websites: hosted, ...guestIn, website: "in" },
  "suspended guest": { orgs: noOrgs, websites: noWebsites, ...guestIn, website: memberSuspended },
  "member and guest": {
    orgs: { any: 1, read: 0, open: 1, update: 0 },
    websites: hosted,
    membership: "in",
    read: missing,
    update: missing,
    deletion: missing,
    website: "in",
  },
  "suspended member and guest": { orgs: noOrgs, websites: noWebsites, ...refused(memberSuspended) },
  "member and suspended guest": { ...inside, websites: noWebsites, deletion: missing, website: "in" },
  stranger,
};

// Its owners read; nobody does anything else. Strangers and guests elsewhere learn nothing of it.
const whileSuspended: Record<keyof typeof people, Standing> = {
  owner: {
    orgs: { any: 1, read: 1, open: 0, update: 0 },
    websites: noWebsites,
    membership: "in",
    read: "in",
    update: orgSuspended,
    deletion: orgSuspended,
    website: orgSuspended,
  },
  member: { orgs: { any: 1, read: 0, open: 0, update: 0 }, websites: noWebsites, ...refused(orgSuspended) },
  "suspended member": { orgs: noOrgs, websites: noWebsites, ...refused(memberSuspended) },
  "suspended owner": { orgs: noOrgs, websites: noWebsites, ...refused(memberSuspended) },
  guest: { orgs: noOrgs, websites: noWebsites, ...guestIn, website: orgSuspended },
  "suspended guest": { orgs: noOrgs, websites: noWebsites, ...guestIn, website: memberSuspended },
  "member and guest": {
    orgs: { any: 1, read: 0, open: 0, update: 0 },
    websites: noWebsites,
    ...refused(orgSuspended),
  },
  "suspended member and guest": { orgs: noOrgs, websites: noWebsites, ...refused(memberSuspended) },
  "member and suspended guest": {
    orgs: { any: 1, read: 0, open: 0, update: 0 },
    websites: noWebsites,
    ...refused(orgSuspended),
  },
  stranger,
};

test.each(Object.keys(people))("in an active and in a suspended organization: %s", async (kind) => {
  const org = await company();
  const somebody = (await people[kind]?.(org)) as Person;
  expect(await standingOf(somebody, org)).toEqual(whileActive[kind]);
  await owner.query("update organisation set status = 1 where id = $1", [org.orgId]);
  expect(await standingOf(somebody, org)).toEqual(whileSuspended[kind]);
  await owner.query("update organisation set status = 0 where id = $1", [org.orgId]);
  expect(await standingOf(somebody, org)).toEqual(whileActive[kind]);
});

test("a suspended person enters nowhere, and is back once restored", async () => {
  const org = await company();
  const somebody = await member(org);
  const suspend = (status: number) =>
    owner.query('update "user" set status = $1 where id = $2', [status, somebody.userId]);
  await suspend(1);
  const entering = "select set_config('role', 'app_tenant', true) from app.enter($1, $2, null, '', '')";
  const refusedWith = await undone(service, () =>
    refusal(service, entering, [somebody.sessionId, somebody.userId]),
  );
  expect(refusedWith).toMatchObject({ code: "TN401", constraint: "session_ended" });
  await suspend(0);
  expect(await guarded(somebody, org, "member:read", "read")).toBe("in");
});

test("the check of a permission answers as the guard would, and nothing but reading in a suspended organization", async () => {
  const org = await company();
  const [plain, sleeping, visitor] = [await member(org), await member(org, "admin", 1), await guest(org)];
  const may = async (somebody: Person, permission: string, about = "{}") => {
    await prepare(service, somebody, null);
    const text = "select jsonb_build_object('outcome', app.may($1, $2, $3)) as outcome";
    const outcome = await outcomeOf(service.query(text, [org.orgId, permission, about]));
    await service.query("rollback");
    return outcome;
  };
  const here = `{"website_id": ${org.websiteId}}`;
  expect(await may(org.owner, "organization:delete")).toBe(true);
  expect([await may(plain, "organization:update"), await may(plain, "member:invite")]).toEqual([true, false]);
  expect(await may(sleeping, "organization:read")).toBe("TN403 member_suspended");
  expect(await may(visitor, "website:update")).toBe("TN404 not_found");
  expect([await may(visitor, "website:update", here), await may(visitor, "website:delete", here)]).toEqual([
    true,
    false,
  ]);
  expect([
    await may(plain, "website:update", here),
    await may(plain, "website:update", '{"website_id": 0}'),
  ]).toEqual([true, "TN404 not_found"]);
  await owner.query("update organisation set status = 1 where id = $1", [org.orgId]);
  expect([await may(org.owner, "audit:read"), await may(org.owner, "member:update")]).toEqual([true, false]);
  expect(await may(plain, "organization:read")).toBe("TN403 organization_suspended");
  expect(await may(visitor, "website:read", here)).toBe("TN403 organization_suspended");
});

test("suspension bites on the next statement of whoever is in already", async () => {
  const org = await company();
  const [admin, target] = [await member(org, "admin"), await member(org)];
  const seen = async () => (await service.query("select from member")).rowCount;
  await service.query("begin");
  await enter(service, admin);
  expect(await seen()).toBe(3);
  await owner.query("update member set status = 1 where user_id = $1", [admin.userId]);
  expect(await seen()).toBe(1);
  const change = `update member set status = 1 where user_id = ${target.userId}`;
  expect(await outcomeOf(service.query(change))).toBe("done 0");
  await service.query("rollback");
});
