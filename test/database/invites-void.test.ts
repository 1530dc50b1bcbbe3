// What a link is worth (app.invite_outcome): one reason after the other, and which of them wins. Whoever looks is told the
// same as whoever accepts, and neither changes anything unless it is open.
import { expect, test } from "vitest";
import { accept, accepting, type Invite, invited } from "./invitations.ts";
import { type Company, outcomeOf, society } from "./society.ts";
import { joins, joinsWebsite, type Person } from "./tenants.ts";

const { owner, service, company, person, member, guest, role } = await society();

type Scene = { org: Company; inviter: Person; invitee: Person; invite: Invite; offered: number };

/** An open invite of an admin's (or of a guest's who runs the website) to a role with some permissions. */
async function scene(onWebsite = false): Promise<Scene> {
  const org = await company();
  const inviter = await (onWebsite ? guest(org, "website_admin") : member(org, "admin"));
  const invitee = await person();
  const roleName = await role(org, ["website:update"], onWebsite ? "website" : "organization");
  const invite = await invited(owner, inviter, org, { role: roleName, onWebsite, email: invitee.email });
  return { org, inviter, invitee, invite, offered: org.roles[roleName] as number };
}

/** The tables as they are: a change of any row shows. */
async function everything(): Promise<string> {
  const { rows } = await owner.query(`select md5(string_agg(line, ',' order by line)) as sum from (
    select concat(ctid, xmin) as line from invite union all select concat(ctid, xmin) from "user"
    union all select concat(ctid, xmin) from member union all select concat(ctid, xmin) from website_member
    union all select concat(ctid, xmin) from session union all select concat(ctid, xmin) from audit_event) t`);
  return rows[0].sum;
}

async function worth(invite: Invite): Promise<string> {
  const before = await everything();
  const looking = service.query("select app.look_at_invite($1, $2, null) as outcome", [
    invite.inviteId,
    invite.tokenHash,
  ]);
  const seen = await outcomeOf(looking);
  if (seen !== "open") expect(await accepting(service, invite)).toBe(seen);
  expect(await everything()).toBe(before);
  return seen;
}

const set = (table: string, values: string, id: number) =>
  owner.query(`update "${table}" set ${values} where id = $1`, [id]);
const memberships = (values: string, { userId }: Person) =>
  owner.query(`update member set ${values} where user_id = $1`, [userId]);
/** As if the trigger that ends invites had missed it: what is asked at the end holds by itself. */
const unnoticed = async (statement: string) => {
  for (const table of ["member", "website_member"])
    await owner.query(`alter table ${table} disable trigger user`);
  await owner.query(statement);
  for (const table of ["member", "website_member"])
    await owner.query(`alter table ${table} enable trigger user`);
};

const reasons: [string, string, (scene: Scene) => Promise<unknown>][] = [
  ["nothing is in its way", "open", async () => undefined],
  [
    "the organization is suspended",
    "organization_suspended",
    ({ org }) => set("organisation", "status = 1", org.orgId),
  ],
  ["the invitee is suspended", "user_suspended", ({ invitee }) => set("user", "status = 1", invitee.userId)],
  [
    "it was accepted",
    "invite_accepted",
    ({ invite }) => set("invite", "state = 'accepted', settled_at = 1", invite.inviteId),
  ],
  [
    "it was withdrawn",
    "invite_revoked",
    ({ invite }) => set("invite", "state = 'revoked', settled_at = 1", invite.inviteId),
  ],
  [
    "it was sent again",
    "invite_revoked",
    ({ invite }) => set("invite", "token = gen_random_uuid()", invite.inviteId),
  ],
  ["its time is over", "invite_expired", ({ invite }) => set("invite", "expires_at = 1", invite.inviteId)],
  [
    "it is gone",
    "invite_void",
    ({ invite }) => owner.query("delete from invite where id = $1", [invite.inviteId]),
  ],
  [
    "the organization is gone",
    "invite_void",
    ({ org }) => owner.query("delete from organisation where id = $1", [org.orgId]),
  ],
  ["the invitee is in by now", "already_member", ({ org, invitee }) => joins(owner, invitee, org)],
  [
    "who sent it is suspended everywhere",
    "invite_void",
    ({ inviter }) => set("user", "status = 1", inviter.userId),
  ],
  [
    "who sent it has not confirmed their address",
    "invite_void",
    ({ inviter }) => set("user", "email_verified_at = null", inviter.userId),
  ],
  ["who sent it is nobody", "invite_void", ({ invite }) => set("invite", "user_id = null", invite.inviteId)],
  [
    "who sent it is suspended there",
    "invite_void",
    ({ inviter }) => unnoticed(`update member set status = 1 where user_id = ${inviter.userId}`),
  ],
  [
    "who sent it is no member any more",
    "invite_void",
    ({ inviter }) => unnoticed(`delete from member where user_id = ${inviter.userId}`),
  ],
  [
    "who sent it may not invite any more",
    "invite_void",
    ({ org, inviter }) => memberships(`role_id = ${org.roles.member}`, inviter),
  ],
  [
    "who sent it holds less than the role by now",
    "invite_void",
    async ({ org, inviter }) =>
      memberships(`role_id = ${org.roles[await role(org, ["member:invite"])]}`, inviter),
  ],
  [
    "the role holds more than who sent it by now",
    "invite_void",
    ({ offered }) => set("role", "permissions = '{organization:delete}'", offered),
  ],
  [
    "the role has grown within what who sent it holds",
    "open",
    ({ offered }) => set("role", "permissions = '{audit:read}'", offered),
  ],
  [
    "it offers to be owner, and who sent it is none",
    "invite_void",
    ({ org, invite }) => set("invite", `role_id = ${org.roles.owner}`, invite.inviteId),
  ],
];

test.each(reasons)("of an invite to an organization when %s: %s", async (_what, outcome, happens) => {
  const made = await scene();
  await happens(made);
  expect(await worth(made.invite)).toBe(outcome);
});

const onWebsite: typeof reasons = [
  ["nothing is in its way", "open", async () => undefined],
  ["the invitee is in by now", "already_member", ({ org, invitee }) => joinsWebsite(owner, invitee, org)],
  ["the invitee is a member of the organization", "open", ({ org, invitee }) => joins(owner, invitee, org)],
  [
    "the website is gone",
    "invite_void",
    ({ org }) => owner.query("delete from website where id = $1", [org.websiteId]),
  ],
  [
    "who sent it is suspended there",
    "invite_void",
    ({ inviter }) => unnoticed(`update website_member set status = 1 where user_id = ${inviter.userId}`),
  ],
  [
    "who sent it is no guest any more",
    "invite_void",
    ({ inviter }) => unnoticed(`delete from website_member where user_id = ${inviter.userId}`),
  ],
  [
    "who sent it is a suspended member of the organization",
    "invite_void",
    async ({ org, inviter }) => {
      await joins(owner, inviter, org);
      await unnoticed(`update member set status = 1 where user_id = ${inviter.userId}`);
    },
  ],
  [
    "who sent it may not invite to it any more",
    "invite_void",
    ({ org, inviter }) =>
      owner.query("update website_member set role_id = $1 where user_id = $2", [
        org.roles.website_user,
        inviter.userId,
      ]),
  ],
  [
    "who sent it may as a member what they no longer may as a guest",
    "open",
    async ({ org, inviter }) => {
      await joins(owner, inviter, org, "admin");
      await unnoticed(`delete from website_member where user_id = ${inviter.userId}`);
    },
  ],
];

test.each(onWebsite)("of an invite to a website when %s: %s", async (_what, outcome, happens) => {
  const made = await scene(true);
  await happens(made);
  expect(await worth(made.invite)).toBe(outcome);
});

test("an owner's invite to be owner is open, until they are none", async () => {
  const org = await company();
  const second = await member(org, "owner");
  const invite = await invited(owner, second, org, { role: "owner" });
  expect(await worth(invite)).toBe("open");
  await memberships(`role_id = ${org.roles.admin}`, second);
  expect(await worth(invite)).toBe("invite_void");
});

test("of several reasons the first of the contract is told", async () => {
  const order = [
    "the organization is suspended",
    "the invitee is suspended",
    "it was accepted",
    "it was sent again",
    "its time is over",
    "the invitee is in by now",
    "who sent it may not invite any more",
  ].map((what) => reasons.find(([name]) => name === what) as (typeof reasons)[number]);
  for (const [index, [first, outcome, happens]] of order.entries())
    for (const [second, , alsoHappens] of order.slice(index + 1)) {
      const made = await scene();
      await alsoHappens(made);
      await happens(made);
      expect(await worth(made.invite), `${first}, ${second}`).toBe(outcome);
    }
});

test("a link serves its own address alone, and an invite that never was is void", async () => {
  const { invite } = await scene();
  const stranger = await person();
  expect(await accepting(service, { ...invite, email: stranger.email })).toBe("invite_void");
  expect(await worth({ ...invite, inviteId: 2_147_483_647 })).toBe("invite_void");
  expect(await worth({ ...invite, tokenHash: "" })).toBe("invite_revoked");
  expect(await worth(invite)).toBe("open");
});

test("whoever looks learns what is offered, by whom, and whether the address has an account", async () => {
  const { org, inviter, invitee, invite } = await scene(true);
  const offer = async () =>
    (
      await service.query("select app.look_at_invite($1, $2, null) as seen", [
        invite.inviteId,
        invite.tokenHash,
      ])
    ).rows[0].seen.offer;
  const seen = {
    org_id: org.orgId,
    organization: "Acme",
    website: { website_id: org.websiteId, name: "Shop", url: "https://shop.example" },
    role: expect.stringMatching(/^custom/),
    invited_by: inviter.email,
    email: invite.email,
    expires_at: 9_000_000_000_000,
  };
  expect(await offer()).toEqual({ ...seen, account: "verified" });
  await set("user", "email_verified_at = null", invitee.userId);
  expect(await offer()).toEqual({ ...seen, account: "unverified" });
  await owner.query('delete from "user" where id = $1', [invitee.userId]);
  expect(await offer()).toEqual({ ...seen, account: "none" });
});

test("a bearer token of a session that is over sees and accepts nothing", async () => {
  const { invite, invitee } = await scene();
  const asked = { ...accept(invite), text: accept(invite).text.replace("null)", "$5)") };
  const withSession = (sessionId: number) =>
    outcomeOf(service.query({ text: asked.text, values: [...asked.values, sessionId] }));
  const looking = (sessionId: number) =>
    outcomeOf(
      service.query("select app.look_at_invite($1, $2, $3) as outcome", [
        invite.inviteId,
        invite.tokenHash,
        sessionId,
      ]),
    );
  for (const ask of [looking, withSession]) {
    await set("session", "ended_at = null", invitee.sessionId);
    expect(await ask(9_000_000)).toBe("session_ended");
    await set("session", "ended_at = 1", invitee.sessionId);
    expect(await ask(invitee.sessionId)).toBe("session_ended");
  }
  await set("session", "ended_at = null", invitee.sessionId);
  expect(await looking(invitee.sessionId)).toBe("open");
  expect(await withSession(invitee.sessionId)).toBe("accepted");
});
