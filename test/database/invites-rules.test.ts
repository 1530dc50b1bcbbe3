// The rules of invites as their senders meet them (app.create_invite, resend_invite, revoke_invite): domination, the right
// to invite, the role and its place, one pending for an address; and what an invite keeps of the role that it offers.
import { expect, test } from "vitest";
import { systemRoles } from "../../src/permissions.ts";
import {
  accepting,
  create,
  type Invite,
  invited,
  newAddress,
  resend,
  revoke,
  stateOf,
} from "./invitations.ts";
import { undone } from "./scratch.ts";
import { ask, type Company, outcomeOf, type Statement, society, tryOut } from "./society.ts";
import { joins, joinsWebsite, type Person } from "./tenants.ts";

const { owner, service, company, person, member, guest, role } = await society();
const everything = systemRoles.find((known) => known.name === "owner")?.permissions as string[];

const trying = (org: Company, who: Person, effect: Statement) => tryOut(service, who, org.orgId, effect);
const asking = (org: Company, who: Person, effect: Statement) => ask(service, who, org.orgId, effect);
const above = "TN403 role_above_own";
const ofOwners = "TN403 owner_required";
const missing = "TN403 permission_missing";

/** What becomes of making, repeating and withdrawing an invite to this role. */
async function allThree(org: Company, who: Person, roleName: string, onWebsite = false): Promise<string[]> {
  const invite = await invited(owner, org.owner, org, { role: roleName, onWebsite });
  return [
    await trying(org, who, create(org, { role: roleName, onWebsite })),
    await trying(org, who, resend(org, invite, onWebsite)),
    await trying(org, who, revoke(org, invite, onWebsite)),
  ];
}
const all = (outcome: string) => [outcome, outcome, outcome];
const done = ["created", "resent", "done 1"];

test("of invites to an organization, each touches no more than they dominate", async () => {
  const org = await company();
  const [same, more] = [await role(org, ["member:invite"]), await role(org, ["member:invite", "audit:read"])];
  const recruiter = await member(org, same);
  const nearly = await member(org, everything);
  const admin = await member(org, "admin");
  for (const [who, verdicts] of [
    [org.owner, { owner: done, admin: done, member: done, [same]: done, [more]: done }],
    [nearly, { owner: all(ofOwners), admin: done, [more]: done }],
    [admin, { owner: all(ofOwners), admin: done, member: done, [more]: done }],
    [
      recruiter,
      { owner: all(ofOwners), admin: all(above), member: all(above), [same]: done, [more]: all(above) },
    ],
  ] as [Person, Record<string, string[]>][])
    for (const [name, verdict] of Object.entries(verdicts))
      expect(await allThree(org, who, name), name).toEqual(verdict);
});

test("of invites to a website, its guests and its organization's members touch no more than they dominate there", async () => {
  const org = await company();
  const low = await role(org, ["website:invite"], "website");
  for (const [who, verdicts] of [
    [org.owner, { website_admin: done, website_user: done }],
    [await guest(org, "website_admin"), { website_admin: done, website_user: done }],
    [await guest(org, low), { website_admin: all(above), website_user: all(above), [low]: done }],
    [await member(org, ["website:invite"]), { website_admin: all(above), [low]: done }],
  ] as [Person, Record<string, string[]>][])
    for (const [name, verdict] of Object.entries(verdicts))
      expect(await allThree(org, who, name, true), name).toEqual(verdict);
});

test("who may not invite there makes, repeats and withdraws none", async () => {
  const org = await company();
  const nothing = [await role(org, []), await role(org, [], "website")] as const;
  const here = (who: Person) => allThree(org, who, nothing[0]);
  const onWebsite = (who: Person) => allThree(org, who, nothing[1], true);
  const plain = await member(org);
  expect([await here(plain), await onWebsite(plain)]).toEqual([all(missing), all(missing)]);
  // The one right is not the other.
  const [ofMembers, ofWebsites] = [
    await member(org, ["member:invite"]),
    await member(org, ["website:invite"]),
  ];
  expect([await here(ofMembers), await onWebsite(ofMembers)]).toEqual([done, all(missing)]);
  expect([await here(ofWebsites), await onWebsite(ofWebsites)]).toEqual([all(missing), done]);
  const visitor = await guest(org, "website_admin");
  expect([await here(visitor), await onWebsite(visitor)]).toEqual([all("TN404 not_found"), done]);
  expect(await onWebsite(await guest(org))).toEqual(all(missing));
});

test("who runs one website invites to no other of the same organization", async () => {
  const org = await company();
  const { rows } = await owner.query(
    "insert into website (org_id, name, url) values ($1, 'Other', 'https://other.example') returning id",
    [org.orgId],
  );
  const other = { ...org, websiteId: rows[0].id };
  const visitor = await guest(org, "website_admin");
  await joinsWebsite(owner, visitor, other);
  expect(await allThree(other, visitor, "website_user", true)).toEqual(all(missing));
  const invite = await invited(owner, org.owner, other, { onWebsite: true });
  // An invite is found where it is, and nowhere else.
  for (const elsewhere of [revoke(org, invite, true), revoke(org, invite), resend(org, invite, true)])
    expect(await trying(org, org.owner, elsewhere)).toBe("TN404 not_found");
});

test("an invite offers a role of its organization that fits its place", async () => {
  const [org, elsewhere] = [await company(), await company()];
  const foreign = await role(elsewhere, []);
  for (const [offer, refused] of [
    [{ role: "nobody" }, "TN422 role_unknown"],
    [{ role: foreign }, "TN422 role_unknown"],
    [{ role: elsewhere.roles.member }, "TN404 not_found"],
    [{ role: 0 }, "TN404 not_found"],
    [{ role: "website_user" }, "TN422 role_of_other_scope"],
    [{ role: "member", onWebsite: true }, "TN422 role_of_other_scope"],
    [{ role: org.roles.website_user }, "TN422 role_of_other_scope"],
    [{ role: "MEMBER" }, "created"],
    [{ role: org.roles.member }, "created"],
    [{ role: org.roles.website_user, onWebsite: true }, "created"],
  ] as [Parameters<typeof create>[1], string][])
    expect(await trying(org, org.owner, create(org, offer)), JSON.stringify(offer)).toBe(refused);
  const foreignWebsite = { ...org, websiteId: elsewhere.websiteId };
  expect(await trying(org, org.owner, create(foreignWebsite, { onWebsite: true }))).toBe("TN404 not_found");
});

test("an address has one pending invite at a place, however it is written, until that is settled or over", async () => {
  const [org, email] = [await company(), newAddress()];
  const make = (onWebsite = false, address = email) =>
    asking(org, org.owner, create(org, { email: address, onWebsite }));
  expect([await make(), await make(true)]).toEqual(["created", "created"]);
  expect([await make(false, email.toUpperCase()), await make(true)]).toEqual(
    all("TN409 invite_pending").slice(1),
  );
  const settle = (set: string) =>
    owner.query(`update invite set ${set} where org_id = $1 and state = 'pending'`, [org.orgId]);
  await settle("state = 'revoked', settled_at = 1");
  expect([await make(), await make(true)]).toEqual(["created", "created"]);
  await settle("expires_at = 1");
  expect([await make(false, email.toUpperCase()), await make(true)]).toEqual(["created", "created"]);
  const { rows } = await owner.query(
    "select state, count(*)::int as n from invite where org_id = $1 group by 1 order by 1",
    [org.orgId],
  );
  expect(rows).toEqual([
    { state: "pending", n: 2 },
    { state: "revoked", n: 2 },
  ]);
});

test("who is in already is not invited, also when they joined since", async () => {
  const org = await company();
  const [somebody, visitor] = [await member(org, "member", 1), await guest(org)];
  const already = "TN409 already_member";
  const make = (who: Person, onWebsite = false) =>
    trying(org, org.owner, create(org, { email: who.email.toUpperCase(), onWebsite }));
  expect([await make(somebody), await make(visitor, true)]).toEqual([already, already]);
  expect([await make(visitor), await make(somebody, true)]).toEqual(["created", "created"]);
  const late = await person();
  const invite = await invited(owner, org.owner, org, { email: late.email });
  await joins(owner, late, org);
  expect(await trying(org, org.owner, resend(org, invite))).toBe(already);
});

test("who has not confirmed their own address invites nobody, and may withdraw", async () => {
  const org = await company();
  const admin = await member(org, "admin");
  const invite = await invited(owner, org.owner, org);
  await owner.query('update "user" set email_verified_at = null where id = $1', [admin.userId]);
  const unverified = "TN403 email_not_verified";
  expect(await trying(org, admin, create(org))).toBe(unverified);
  expect(await trying(org, admin, resend(org, invite))).toBe(unverified);
  expect(await trying(org, admin, revoke(org, invite))).toBe("done 1");
  // The right comes first, and what is wrong with the role.
  expect(await trying(org, admin, create(org, { role: "nobody" }))).toBe("TN422 role_unknown");
  expect(await trying(org, admin, create(org, { role: "owner" }))).toBe(unverified);
});

test("sent again, an invite is the sender's, works as long as at first, and the older link is dead", async () => {
  const org = await company();
  const admin = await member(org, "admin");
  const invite = await invited(owner, org.owner, org, { expiresAt: 1 });
  await owner.query(
    "update invite set delivery_state = 'failed', delivery_error = 'gone', mail_id = 1 where id = $1",
    [invite.inviteId],
  );
  const newer = { ...invite, tokenHash: crypto.randomUUID() };
  expect(await asking(org, admin, resend(org, invite, false, newer.tokenHash))).toBe("resent");
  const { rows } = await owner.query(
    `select i.user_id, i.state, i.delivery_state, i.delivery_error, o.template, o.recipient, o.secrets,
        expires_at between app.now_ms() + 590000 and app.now_ms() + 600000 as in_time
      from invite i join outbox o on o.id = i.mail_id where i.id = $1`,
    [invite.inviteId],
  );
  expect(rows).toEqual([
    {
      user_id: admin.userId,
      state: "pending",
      delivery_state: "queued",
      delivery_error: null,
      template: "invitation",
      recipient: invite.email,
      secrets: "sealed",
      in_time: true,
    },
  ]);
  expect(await accepting(service, invite)).toBe("invite_revoked");
  expect(await accepting(service, newer)).toBe("accepted");
});

test("a settled invite is not sent again; withdrawing twice is no different from once", async () => {
  const org = await company();
  const [withdrawn, accepted, late] = [
    await invited(owner, org.owner, org),
    await invited(owner, org.owner, org),
    await invited(owner, org.owner, org, { expiresAt: 1 }),
  ];
  expect(await accepting(service, accepted)).toBe("accepted");
  const now = (invite: Invite) => asking(org, org.owner, revoke(org, invite));
  expect([await now(withdrawn), await now(withdrawn), await now(late)]).toEqual(all("done 1"));
  expect(await now(accepted)).toBe("TN410 invite_accepted");
  expect(await trying(org, org.owner, resend(org, withdrawn))).toBe("TN410 invite_revoked");
  // Who is in already is told before that.
  expect(await trying(org, org.owner, resend(org, accepted))).toMatch(
    /^TN4(10 invite_accepted|09 already_member)$/,
  );
  expect([await stateOf(owner, withdrawn), await stateOf(owner, late)]).toEqual(["revoked", "revoked"]);
});

test("a role that somebody is invited to is not deleted and keeps its scope; a settled invite holds nothing", async () => {
  const org = await company();
  for (const [onWebsite, scope, other] of [
    [false, "organization", "website"],
    [true, "website", "organization"],
  ] as const) {
    const name = await role(org, [], scope);
    const id = org.roles[name];
    const remove = () => trying(org, org.owner, `delete from role where id = ${id}`);
    const rescope = () =>
      undone(owner, () => outcomeOf(owner.query(`update role set scope = '${other}' where id = ${id}`)));
    expect([await remove(), await rescope()]).toEqual(["done 1", "done 1"]);
    const invite = await invited(owner, org.owner, org, { role: name, onWebsite });
    const held = "23503 invite_role_place_fkey";
    expect([await remove(), await rescope()]).toEqual(["TN409 role_in_use", held]);
    await owner.query("update invite set expires_at = 1 where id = $1", [invite.inviteId]);
    expect([await remove(), await rescope()]).toEqual(["done 1", held]);
    await owner.query("update invite set state = 'accepted', settled_at = 1 where id = $1", [
      invite.inviteId,
    ]);
    expect([await remove(), await rescope()]).toEqual(["done 1", "done 1"]);
    // Its role gone, a settled invite is still there to say so.
    expect(await asking(org, org.owner, `delete from role where id = ${id}`)).toBe("done 1");
    expect(await stateOf(owner, invite)).toBe("accepted");
  }
});

/** What became of the mail that a fresh invite was sent by, and what the invite says of it. */
async function mailAfter(effect: (org: Company, invite: Invite) => Promise<unknown>) {
  const org = await company();
  const email = newAddress();
  expect(await asking(org, org.owner, create(org, { email }))).toBe("created");
  const { rows } = await owner.query("select id, mail_id, token from invite where email = $1", [email]);
  const [{ id, mail_id, token }] = rows;
  await effect(org, { inviteId: id, tokenHash: token, email });
  const { rows: after } = await owner.query(
    `select o.sent_at is not null as sent, o.failed_at is not null as failed, o.last_error, o.secrets,
      i.delivery_state, i.delivery_error from outbox o, invite i where o.id = $1 and i.id = $2`,
    [mail_id, id],
  );
  return after[0];
}

test("a mail that waits while its link dies is not sent any more, and the invite says so", async () => {
  const withdrawn = { sent: false, failed: true, last_error: "withdrawn", secrets: null };
  const [failed, queued] = [
    { delivery_state: "failed", delivery_error: "withdrawn" },
    { delivery_state: "queued", delivery_error: null },
  ];
  expect(await mailAfter((org, invite) => asking(org, org.owner, revoke(org, invite)))).toEqual({
    ...withdrawn,
    ...failed,
  });
  // The newer mail waits.
  expect(await mailAfter((org, invite) => asking(org, org.owner, resend(org, invite)))).toEqual({
    ...withdrawn,
    ...queued,
  });
  // Whoever accepted got it, whatever was heard of it.
  expect(await mailAfter((_org, invite) => accepting(service, invite))).toEqual({
    sent: true,
    failed: false,
    last_error: null,
    secrets: null,
    delivery_state: "sent",
    delivery_error: null,
  });
  const waits = { sent: false, failed: false, last_error: null, secrets: "sealed" };
  expect(await mailAfter((org) => asking(org, org.owner, create(org)))).toEqual({ ...waits, ...queued });
});
