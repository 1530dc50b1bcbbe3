// The flows of invites hold by themselves, also when they are called as app_tenant without the guard before them: by
// strangers, with a token for another organization, by who is suspended, and before anybody has entered.
import { expect, test } from "vitest";
import { create, invited, resend, revoke, stateOf } from "./invitations.ts";
import { undone } from "./scratch.ts";
import { outcomeOf, type Statement, society } from "./society.ts";
import { enter, joins, type Person } from "./tenants.ts";

const { owner, service, company, person, member, guest } = await society();
const org = await company();
const elsewhere = await company();
const [admin, sleeper] = [await member(org, "admin"), await member(org, "admin", 1)];
const visitor = await guest(org, "website_admin");
const sleepingVisitor = await guest(org, "website_admin");
await owner.query("update website_member set status = 1 where user_id = $1", [sleepingVisitor.userId]);
const invites = {
  false: await invited(owner, org.owner, org),
  true: await invited(owner, org.owner, org, { onWebsite: true }),
};
const [here, there] = [org.orgId, elsewhere.orgId];

/** Each flow about the one organization, as somebody who has entered with this token and set this by hand. */
async function flows(
  who: Person,
  token: number | null,
  set: number | null,
  onWebsite: boolean,
): Promise<string[]> {
  const invite = invites[`${onWebsite}`];
  const ended: string[] = [];
  for (const effect of [
    create(org, { onWebsite }),
    resend(org, invite, onWebsite),
    revoke(org, invite, onWebsite),
  ])
    ended.push(
      await undone(service, async () => {
        await enter(service, who, token);
        if (set) await service.query("select set_config('app.org_id', $1, true)", [String(set)]);
        return outcomeOf(service.query(effect));
      }),
    );
  return ended;
}
const all = (outcome: string) => [outcome, outcome, outcome];
const unknown = all("TN404 not_found");
const done = ["created", "resent", "done 1"];

test("without the guard, and without a token for the organization, nothing is done", async () => {
  for (const who of [org.owner, admin, visitor, sleeper, elsewhere.owner, await person()])
    for (const onWebsite of [false, true]) {
      expect(await flows(who, null, null, onWebsite)).toEqual(unknown);
      expect(await flows(who, there, null, onWebsite)).toEqual(unknown);
    }
});

test.each<[string, Person, string[], string[]]>([
  ["an owner", org.owner, done, done],
  ["an admin", admin, done, done],
  ["a guest of the website", visitor, unknown, done],
  ["a suspended member", sleeper, all("TN403 member_suspended"), all("TN403 member_suspended")],
  ["a suspended guest", sleepingVisitor, unknown, all("TN403 member_suspended")],
  ["an owner of another organization", elsewhere.owner, unknown, unknown],
])(
  "with a token for it, or having said so, %s is asked for the right all the same",
  async (_who, who, inOrg, onSite) => {
    for (const [token, set] of [
      [here, null],
      [null, here],
      [there, here],
    ] as const) {
      expect(await flows(who, token, set, false)).toEqual(inOrg);
      expect(await flows(who, token, set, true)).toEqual(onSite);
    }
  },
);

test("in a suspended organization nobody invites, its owners neither", async () => {
  const closed = await company();
  const invite = await invited(owner, closed.owner, closed);
  await owner.query("update organisation set status = 1 where id = $1", [closed.orgId]);
  for (const effect of [create(closed), resend(closed, invite), revoke(closed, invite)])
    expect(
      await undone(service, async () => {
        await enter(service, closed.owner, closed.orgId);
        return outcomeOf(service.query(effect));
      }),
    ).toBe("TN403 organization_suspended");
});

test("an invite of one organization is not reached through another in which one may everything", async () => {
  await joins(owner, elsewhere.owner, org, "member");
  for (const [effect, refused] of [
    [revoke(elsewhere, invites.false), "TN404 not_found"],
    [resend(elsewhere, invites.false), "TN404 not_found"],
    [revoke({ ...elsewhere, websiteId: org.websiteId }, invites.true, true), "TN404 not_found"],
    [create({ ...elsewhere, websiteId: org.websiteId }, { onWebsite: true }), "TN404 not_found"],
    [revoke(org, invites.false), "TN403 permission_missing"],
  ] as [Statement, string][])
    expect(
      await undone(service, async () => {
        await enter(service, elsewhere.owner, refused.startsWith("TN404") ? there : here);
        return outcomeOf(service.query(effect));
      }),
    ).toBe(refused);
  expect(await stateOf(owner, invites.false)).toBe("pending");
});

test("before anybody has entered, the tenant's role gets nothing done and nothing told", async () => {
  const asNobody = (effect: Statement) =>
    undone(service, async () => {
      await service.query("set local role app_tenant");
      await service.query("select set_config('app.org_id', $1, true)", [String(here)]);
      return outcomeOf(service.query(effect));
    });
  for (const effect of [create(org), resend(org, invites.false), revoke(org, invites.false)])
    expect(await asNobody(effect)).toBe("TN404 not_found");
  expect(await asNobody("select app.resend_verification('hash', 1, 'sealed') as outcome")).toBe(
    "TN401 session_ended",
  );
  await undone(service, async () => {
    await service.query("set local role app_tenant");
    await service.query("select set_config('app.mail_ids', '1,2,3', true)");
    expect((await service.query("select app.posted_mails() as mails")).rows).toEqual([{ mails: [] }]);
  });
});

test("the state that is shown is the state and the time, and tells of no row", async () => {
  await undone(service, async () => {
    await enter(service, visitor);
    const { rows } = await service.query(
      `select app.state_of('pending', 1) as late, app.state_of('pending', 9000000000000) as open,
        app.state_of('accepted', 1) as accepted, app.state_of('revoked', 1) as revoked`,
    );
    expect(rows).toEqual([{ late: "expired", open: "pending", accepted: "accepted", revoked: "revoked" }]);
  });
});

test("who may invite sees the invites of that place, without their tokens, and nobody else any", async () => {
  const seen = (who: Person, token: number | null = null) =>
    undone(service, async () => {
      await enter(service, who, token);
      const { rows } = await service.query("select id from invite order by id");
      return rows.map((row) => row.id);
    });
  const both = [invites.false.inviteId, invites.true.inviteId].sort((a, b) => a - b);
  expect(await seen(org.owner)).toEqual(both);
  expect(await seen(admin, here)).toEqual(both);
  expect(await seen(await member(org, ["member:invite"]))).toEqual([invites.false.inviteId]);
  expect(await seen(await member(org, ["website:invite"]))).toEqual([invites.true.inviteId]);
  expect(await seen(visitor)).toEqual([invites.true.inviteId]);
  for (const who of [await member(org), await guest(org), sleeper, sleepingVisitor, await person()])
    expect(await seen(who)).toEqual([]);
  expect(await seen(admin, there)).toEqual([]);
});
