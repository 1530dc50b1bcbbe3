// Whoever is removed, suspended or gone takes their pending invites along, those that they sent and those that were sent to
// them: of that organization or website, and of no other.
import { expect, test } from "vitest";
import { type Invite, invited, stateOf } from "./invitations.ts";
import { ask, type Company, type Statement, society } from "./society.ts";
import { joins, joinsWebsite, type Person } from "./tenants.ts";
import { toldOf } from "./trail.ts";

const { owner, service, company, member, guest } = await society();

async function anotherWebsite(org: Company): Promise<Company> {
  const { rows } = await owner.query(
    "insert into website (org_id, name, url) values ($1, 'Other', 'https://other.example') returning id",
    [org.orgId],
  );
  return { ...org, websiteId: rows[0].id };
}

/** Everything that somebody sent or was sent, in their organization and in another, and what is none of theirs. */
async function scene(inviter: (org: Company) => Promise<Person>) {
  const [org, elsewhere] = [await company(), await company()];
  const other = await anotherWebsite(org);
  const who = await inviter(org);
  await joins(owner, who, elsewhere, "admin");
  const onWebsite = true;
  const invites: Record<string, Invite> = {
    "sent, to the organization": await invited(owner, who, org),
    "sent, to the website": await invited(owner, who, org, { onWebsite }),
    "sent, to another website": await invited(owner, who, other, { onWebsite }),
    "got, to another website": await invited(owner, org.owner, other, {
      onWebsite,
      email: who.email.toUpperCase(),
    }),
    "sent elsewhere": await invited(owner, who, elsewhere),
    "got elsewhere": await invited(owner, elsewhere.owner, elsewhere, { onWebsite, email: who.email }),
    "somebody else's": await invited(owner, org.owner, org),
  };
  const settled = await invited(owner, who, org);
  await owner.query("update invite set state = 'accepted', settled_at = 1 where id = $1", [settled.inviteId]);
  const stillPending = async () => {
    expect(await stateOf(owner, settled)).toBe("accepted");
    const names: string[] = [];
    for (const [name, invite] of Object.entries(invites))
      if ((await stateOf(owner, invite)) === "pending") names.push(name);
    return names;
  };
  return { org, other, who, invites, stillPending };
}

const asMember = (org: Company) => member(org, "admin");
const asGuest = (org: Company) => guest(org, "website_admin");
const asBoth = async (org: Company) => {
  const both = await member(org, "admin");
  await joinsWebsite(owner, both, org, "website_admin");
  return both;
};
const untouched = ["sent elsewhere", "got elsewhere", "somebody else's"];
const ofWebsite = [
  "sent, to the organization",
  "sent, to another website",
  "got, to another website",
  ...untouched,
];

test.each<[string, typeof asMember, (who: Person, org: Company) => Statement, string[]]>([
  [
    "a member is suspended",
    asMember,
    ({ userId }, { orgId }) => `update member set status = 1 where user_id = ${userId} and org_id = ${orgId}`,
    untouched,
  ],
  [
    "a member is removed",
    asMember,
    ({ userId }, { orgId }) => `delete from member where user_id = ${userId} and org_id = ${orgId}`,
    untouched,
  ],
  [
    "who is a guest as well is removed",
    asBoth,
    ({ userId }, { orgId }) => `delete from member where user_id = ${userId} and org_id = ${orgId}`,
    untouched,
  ],
  [
    "a guest is suspended",
    asGuest,
    ({ userId }) => `update website_member set status = 1 where user_id = ${userId}`,
    ofWebsite,
  ],
  [
    "a guest is removed",
    asGuest,
    ({ userId }) => `delete from website_member where user_id = ${userId}`,
    ofWebsite,
  ],
])("%s: by an owner, by hand", async (_what, inviter, effectOf, left) => {
  for (const byHand of [false, true]) {
    const { org, who, stillPending } = await scene(inviter);
    const effect = effectOf(who, org);
    const lines = await toldOf(owner, async () => {
      if (byHand) await owner.query(effect as string);
      else expect(await ask(service, org.owner, org.orgId, effect)).toBe("done 1");
    });
    expect(await stillPending()).toEqual(expect.arrayContaining(left));
    expect(await stillPending()).toHaveLength(left.length);
    const revoked = lines.filter((line) => line.action === "invite.updated");
    expect(revoked).toHaveLength(7 - left.length);
    for (const line of revoked)
      expect(line).toMatchObject({
        org_id: org.orgId,
        actor_id: byHand ? null : org.owner.userId,
        before: { state: "pending" },
        after: { state: "revoked" },
      });
  }
});

test("who leaves takes them along", async () => {
  const { org, who, stillPending } = await scene(asMember);
  const leave = `delete from member where user_id = ${who.userId} and org_id = ${org.orgId}`;
  expect(await ask(service, who, org.orgId, leave)).toBe("done 1");
  expect((await stillPending()).sort()).toEqual([...untouched].sort());
});

test("an account that ends takes along all that it sent, also where its owner was no member any more", async () => {
  for (const byHand of [false, true]) {
    const { who, invites, stillPending } = await scene(asMember);
    const stray = await company();
    const there = await invited(owner, who, stray);
    const toThem = await invited(owner, stray.owner, stray, { email: who.email });
    if (byHand) await owner.query('delete from "user" where id = $1', [who.userId]);
    else expect(await ask(service, who, null, "select app.delete_account(1, 0) as outcome")).toBe("deleted");
    // What was sent to the address waits for whoever has it.
    expect(await stillPending()).toEqual(["got, to another website", "got elsewhere", "somebody else's"]);
    expect([await stateOf(owner, there), await stateOf(owner, toThem)]).toEqual(["revoked", "pending"]);
    const { rows } = await owner.query("select user_id from invite where id = $1", [
      invites["sent elsewhere"]?.inviteId,
    ]);
    expect(rows).toEqual([{ user_id: null }]);
  }
});

test("a change of role or settings, and what undoes a suspension, revoke nothing and bring nothing back", async () => {
  const { org, who, stillPending } = await scene(asBoth);
  const before = await stillPending();
  expect(before).toHaveLength(7);
  for (const effect of [
    `update member set role_id = ${org.roles.member}, settings = '{"new": true}' where org_id = ${org.orgId} and user_id = ${who.userId}`,
    `update website_member set role_id = ${org.roles.website_user} where user_id = ${who.userId}`,
  ])
    expect(await ask(service, org.owner, org.orgId, effect)).toBe("done 1");
  expect(await stillPending()).toEqual(before);
  for (const status of [1, 0])
    await ask(
      service,
      org.owner,
      org.orgId,
      `update member set status = ${status} where org_id = ${org.orgId} and user_id = ${who.userId}`,
    );
  expect((await stillPending()).sort()).toEqual([...untouched].sort());
});

test("what one statement does to many members, it does to the invites of each", async () => {
  const org = await company();
  const people = [await member(org, "admin"), await member(org, "admin"), await member(org, "admin")];
  const invites: Invite[] = [];
  for (const who of people) invites.push(await invited(owner, who, org));
  const kept = await invited(owner, org.owner, org);
  const suspend = `update member set status = 1 where user_id <> ${org.owner.userId} and org_id = ${org.orgId}`;
  expect(await ask(service, org.owner, org.orgId, suspend)).toBe("done 3");
  for (const invite of invites) expect(await stateOf(owner, invite)).toBe("revoked");
  expect(await stateOf(owner, kept)).toBe("pending");
});

test("invites go with their organization, and with their website, and with no other", async () => {
  const { org, other, invites } = await scene(asMember);
  const there = async () => {
    const { rows } = await owner.query("select id from invite where id = any ($1)", [
      Object.values(invites).map((invite) => invite.inviteId),
    ]);
    return Object.keys(invites).filter((name) => rows.some((row) => row.id === invites[name]?.inviteId));
  };
  await ask(service, org.owner, org.orgId, `delete from website where id = ${other.websiteId}`);
  expect(await there()).toEqual(["sent, to the organization", "sent, to the website", ...untouched]);
  await ask(service, org.owner, org.orgId, `delete from organisation where id = ${org.orgId}`, "delete");
  expect(await there()).toEqual(["sent elsewhere", "got elsewhere"]);
});
