// Who is told by mail that they were removed or got another role: whatever the path, in the transaction of the deed; not
// of what they do themselves, nor of what follows from something else, nor of what nobody does who has entered.
import { expect, test } from "vitest";
import { create, newAddress } from "./invitations.ts";
import { type Company, finish, prepare, type Statement, society } from "./society.ts";
import { joinsWebsite, type Person } from "./tenants.ts";

const { owner, service, company, member, guest } = await society();

type Mail = { template: string; recipient: string; params: object };

/** The mails that `work` wrote, and what the sender of this transaction is handed: the same. */
async function mailsOf(who: Person | null, orgId: number | null, effect: Statement, access = "write") {
  const { rows: last } = await owner.query("select coalesce(max(id), 0) as id from outbox");
  let handed: unknown[] | null = null;
  if (who) {
    await prepare(service, who, orgId, access);
    await service.query(effect);
    handed = (await service.query("select app.posted_mails() as mails")).rows[0].mails;
    await service.query("commit");
  } else await owner.query(effect);
  const { rows } = await owner.query<Mail & { id: string }>(
    "select id, template, recipient, params from outbox where id > $1 order by id",
    [last[0].id],
  );
  if (handed)
    expect((handed as { id: number }[]).map((mail) => String(mail.id))).toEqual(rows.map((row) => row.id));
  return rows.map(({ template, recipient, params }) => ({ template, recipient, params }));
}

const asOwner = (org: Company, effect: Statement, access?: string) =>
  mailsOf(org.owner, org.orgId, effect, access);
const row = (org: Company, { userId }: Person) => `org_id = ${org.orgId} and user_id = ${userId}`;

test("another role in the organization, and on a website", async () => {
  const org = await company();
  const [somebody, visitor] = [await member(org), await guest(org)];
  const raise = `update member set role_id = ${org.roles.admin} where ${row(org, somebody)}`;
  const params = { organization: "Acme", role: "admin", previous_role: "member" };
  expect(await asOwner(org, raise)).toEqual([
    { template: "role-changed", recipient: somebody.email, params: { ...params, website: null } },
  ]);
  const onWebsite = `update website_member set role_id = ${org.roles.website_admin} where ${row(org, visitor)}`;
  expect(await asOwner(org, onWebsite)).toEqual([
    {
      template: "role-changed",
      recipient: visitor.email,
      params: { organization: "Acme", website: "Shop", role: "website_admin", previous_role: "website_user" },
    },
  ]);
});

test("removed from the organization (once, also from its websites), and from a website", async () => {
  const org = await company();
  const [both, visitor] = [await member(org), await guest(org)];
  await joinsWebsite(owner, both, org);
  expect(await asOwner(org, `delete from member where ${row(org, both)}`)).toEqual([
    { template: "removed", recipient: both.email, params: { organization: "Acme", website: null } },
  ]);
  expect(await asOwner(org, `delete from website_member where ${row(org, visitor)}`)).toEqual([
    { template: "removed", recipient: visitor.email, params: { organization: "Acme", website: "Shop" } },
  ]);
});

test("a handed-over organization: its new owner, and not the one who did it", async () => {
  const org = await company();
  const heir = await member(org);
  expect(await asOwner(org, `select app.transfer_ownership(${org.orgId}, ${heir.userId})`)).toEqual([
    {
      template: "role-changed",
      recipient: heir.email,
      params: { organization: "Acme", website: null, role: "owner", previous_role: "member" },
    },
  ]);
});

test("of one statement about many, everybody but whoever makes it", async () => {
  const org = await company();
  const [second, ...others] = [await member(org, "owner"), await member(org), await member(org)];
  const all = `update member set role_id = ${org.roles.admin} where org_id = ${org.orgId} and user_id <> ${org.owner.userId}`;
  const mails = await mailsOf(second, org.orgId, all);
  expect(mails.map((mail) => mail.recipient).sort()).toEqual(others.map((other) => other.email).sort());
});

test("of nothing else is anybody told", async () => {
  const org = await company();
  const [admin, somebody, visitor] = [await member(org, "admin"), await member(org), await guest(org)];
  await joinsWebsite(owner, somebody, org);
  const none: [Person | null, string, string?][] = [
    [org.owner, `update member set status = 1 where ${row(org, somebody)}`],
    [
      org.owner,
      `update member set status = 0, settings = '{"new": true}', role_id = role_id where ${row(org, somebody)}`,
    ],
    [admin, `update member set role_id = ${org.roles.member} where ${row(org, admin)}`],
    [admin, `delete from member where ${row(org, admin)}`],
    [visitor, `delete from website_member where ${row(org, visitor)}`],
    [null, `update member set role_id = ${org.roles.admin} where ${row(org, somebody)}`],
    [null, `update website_member set role_id = ${org.roles.website_admin} where ${row(org, somebody)}`],
    [null, `delete from website_member where ${row(org, somebody)}`],
    [org.owner, `delete from website where id = ${org.websiteId}`],
    [null, `delete from member where ${row(org, somebody)}`],
  ];
  for (const [who, effect] of none) expect(await mailsOf(who, org.orgId, effect), effect).toEqual([]);
});

test("the end of an organization, and of an account, is no removal", async () => {
  const [org, shared] = [await company(), await company()];
  await member(org);
  await guest(org);
  expect(await asOwner(org, `delete from organisation where id = ${org.orgId}`, "delete")).toEqual([]);
  const leaver = await member(shared);
  await joinsWebsite(owner, leaver, shared);
  expect(await mailsOf(leaver, null, "select app.delete_account(1, 0)")).toEqual([]);
  const gone = await member(shared);
  expect(await mailsOf(null, null, `delete from "user" where id = ${gone.userId}`)).toEqual([]);
});

test("what is refused or undone tells nobody", async () => {
  const org = await company();
  const { rows: before } = await owner.query("select count(*) as n from outbox");
  await prepare(service, await member(org, "admin"), org.orgId);
  expect(await finish(service, `delete from member where ${row(org, org.owner)}`)).toBe(
    "TN403 owner_required",
  );
  const { rows: after } = await owner.query("select count(*) as n from outbox");
  expect(after).toEqual(before);
});

test("a transaction is handed its own mails and no other's, whatever it says that it posted", async () => {
  const org = await company();
  await asOwner(org, create(org, { email: newAddress() }));
  const { rows } = await owner.query<{ ids: string }>("select string_agg(id::text, ',') as ids from outbox");
  const handed = async (setting: string, effect?: Statement) => {
    await prepare(service, org.owner, org.orgId);
    await service.query("select set_config('app.mail_ids', $1, true)", [setting]);
    if (effect) await service.query(effect);
    const { rows } = await service.query("select app.posted_mails() as mails");
    await service.query("rollback");
    return rows[0].mails.map((mail: Mail) => mail.template);
  };
  expect(await handed("")).toEqual([]);
  expect(await handed(rows[0]?.ids ?? "")).toEqual([]);
  expect(await handed(rows[0]?.ids ?? "", create(org))).toEqual(["invitation"]);
  const next = Array.from({ length: 200 }, (_, index) => index + 1).join(",");
  expect(await handed(next, create(org))).toEqual(["invitation"]);
});

test("several mails of one transaction are handed over in their order, each once", async () => {
  const org = await company();
  const somebody = await member(org);
  await prepare(service, org.owner, org.orgId);
  await service.query(create(org));
  await service.query(`update member set role_id = ${org.roles.admin} where ${row(org, somebody)}`);
  await service.query(`delete from member where ${row(org, somebody)}`);
  const { rows } = await service.query("select app.posted_mails() as mails");
  await service.query("commit");
  expect(rows[0].mails.map((mail: Mail) => mail.template)).toEqual(["invitation", "role-changed", "removed"]);
  expect(rows[0].mails[0]).toMatchObject({ secrets: "sealed", attempts: 1, body: null });
});
