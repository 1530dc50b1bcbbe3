// Making invites and sending them again under concurrency: one pending for an address, none of what is gone meanwhile, and
// nobody is told of a deadlock.
import type pg from "pg";
import { describe, expect, test } from "vitest";
import { accepting, create, type Invite, invited, resend, revoke } from "./invitations.ts";
import { atOnce, behind, type Run, together, whole } from "./races.ts";
import { type Company, outcomeOf, type Statement, society } from "./society.ts";
import type { Person } from "./tenants.ts";

const { scratch, owner, service, company, member, guest, role } = await society();
const [one, two] = [service, await scratch.connect("service")];

const request = (
  client: pg.Client,
  who: Person,
  orgId: number | null,
  effect: Statement,
  access?: string,
) => ({
  client,
  effect: whole(client, who, orgId, effect, access),
});
/** As the Worker asks for whatever writes the caller into an invite: with their own row held before all others. */
const inviting = (client: pg.Client, who: Person, orgId: number, effect: Statement) => ({
  client,
  effect: whole(client, who, orgId, effect, "write", true),
});

/** `inviter` makes or repeats an invite; a guest of the website is one who may invite to it. */
type Scene = { org: Company; inviter: Person; roleName: string; invite: Invite; onWebsite: boolean };
type Rival = {
  what: string;
  does(scene: Scene): Run;
  made: RegExp;
  resent: RegExp;
  onWebsite?: boolean;
  asGuest?: boolean;
  /** It was theirs before it is sent again. */
  own?: boolean;
};

const of = ({ org }: Scene, { userId }: Person) => `where org_id = ${org.orgId} and user_id = ${userId}`;
const byOwner = (scene: Scene, effect: Statement, access?: string) =>
  request(two, scene.org.owner, scene.org.orgId, effect, access);
const tableOf = ({ onWebsite }: Scene) => (onWebsite ? "website_member" : "member");
const deleteAccount: Pick<Rival, "what" | "does"> = {
  what: "who does it deletes their account",
  does: ({ inviter }) => request(two, inviter, null, "select app.delete_account(1, 0) as outcome"),
};
const missing = "TN404 not_found|TN403 member_suspended|TN410 invite_revoked";
const put = (effectOf: (scene: Scene) => Statement) => ({
  does: (scene: Scene) => byOwner(scene, effectOf(scene)),
  made: new RegExp(`^(created|${missing}), done 1$`),
  resent: new RegExp(`^(resent|${missing}), done 1$`),
});
const removal = {
  what: "who does it is removed",
  ...put((scene) => `delete from ${tableOf(scene)} ${of(scene, scene.inviter)}`),
};
const suspension = {
  what: "who does it is suspended",
  ...put((scene) => `update ${tableOf(scene)} set status = 1 ${of(scene, scene.inviter)}`),
};
/** It is done, or refused as to somebody who is not there any more; the rival always succeeds. */
const either = (rival: string) => ({
  made: new RegExp(`^(created|TN404 not_found|TN401 session_ended), ${rival}$`),
  resent: new RegExp(`^(resent|TN404 not_found|TN401 session_ended), ${rival}$`),
});

const rivals: Rival[] = [
  { ...deleteAccount, ...either("deleted") },
  {
    ...deleteAccount,
    ...either("deleted"),
    onWebsite: true,
    asGuest: true,
  },
  {
    what: "the organization is deleted",
    does: (scene) => byOwner(scene, `delete from organisation where id = ${scene.org.orgId}`, "delete"),
    ...either("done 1"),
  },
  {
    what: "the website is deleted",
    does: (scene) => byOwner(scene, `delete from website where id = ${scene.org.websiteId}`),
    ...either("done 1"),
    onWebsite: true,
  },
  {
    what: "the role is deleted",
    does: (scene) => byOwner(scene, `delete from role where id = ${scene.org.roles[scene.roleName]}`),
    made: /^(created, TN409 role_in_use|TN422 role_unknown, done 1)$/,
    resent: /^(resent, TN409 role_in_use|TN404 not_found, done 1)$/,
  },
  ...[false, true].flatMap((own) => [
    { ...removal, own },
    { ...removal, own, onWebsite: true, asGuest: true },
    { ...suspension, own },
    { ...suspension, own, onWebsite: true, asGuest: true },
  ]),
  {
    what: "somebody does the same",
    does: ({ org, invite, roleName }) =>
      inviting(two, org.owner, org.orgId, create(org, { email: invite.email, role: roleName })),
    made: /^(created, TN409 invite_pending|TN409 invite_pending, created)$/,
    resent: /^(resent, TN409 invite_pending|TN404 not_found, created)$/,
  },
  {
    what: "the cron prunes",
    does: () => ({ client: two, effect: () => outcomeOf(two.query("select app.prune(1000)")) }),
    made: /^created, done 1$/,
    resent: /^(resent|TN404 not_found), done 1$/,
  },
];

async function scene({ onWebsite = false, asGuest = false, own = false }: Rival): Promise<Scene> {
  const org = await company();
  const inviter = await (asGuest ? guest(org, "website_admin") : member(org, "admin"));
  const roleName = await role(org, [], onWebsite ? "website" : "organization");
  const invite = await invited(owner, own ? inviter : org.owner, org, {
    role: roleName,
    onWebsite,
    expiresAt: 1,
  });
  return { org, inviter, roleName, invite, onWebsite };
}

const gates = [
  ({ org }: Scene) => `select from organisation where id = ${org.orgId} for update`,
  ({ inviter }: Scene) => `select from "user" where id = ${inviter.userId} for update`,
  ({ org, roleName }: Scene) => `select from role where id = ${org.roles[roleName]} for update`,
  ({ invite }: Scene) => `select from invite where id = ${invite.inviteId} for update`,
  ({ org }: Scene) => `select from website where id = ${org.websiteId} for update`,
  null,
];

/** Open invites from whoever may not invite there any more. */
const strays = async ({ org, inviter, onWebsite }: Scene) => {
  const { rows } = await owner.query(
    `select i.id from invite i where i.user_id = $1 and i.org_id = $2 and i.state = 'pending' and i.expires_at > app.now_ms()
      and not exists (select from ${onWebsite ? "website_member" : "member"} m
        where m.user_id = $1 and m.org_id = $2 and m.status = 0)
      and not exists (select from member m where m.user_id = $1 and m.org_id = $2 and m.status = 0)`,
    [inviter.userId, org.orgId],
  );
  return rows;
};

/** Each as it is begun before the rival and after it, behind each gate. */
async function outcomes(
  rival: Rival,
  first: boolean,
  effectOf: (scene: Scene) => Statement,
): Promise<string[]> {
  const all: string[] = [];
  for (const gate of gates) {
    const made = await scene(rival);
    const doing = inviting(one, made.inviter, made.org.orgId, effectOf(made));
    const both = first ? [doing, rival.does(made)] : [rival.does(made), doing];
    const ended = await (gate ? together(owner, gate(made), both) : atOnce(both));
    all.push((first ? ended : ended.reverse()).join(", "));
    expect(await strays(made)).toEqual([]);
  }
  return all;
}

describe.each(rivals)("$what (a guest: $asGuest, theirs before: $own)", (rival) => {
  test.each([true, false])(
    "while an invite takes the place of an expired one (begun first: %s)",
    async (first) => {
      const anew = ({ org, invite, roleName, onWebsite }: Scene) =>
        create(org, { email: invite.email, role: roleName, onWebsite });
      for (const ended of await outcomes(rival, first, anew)) expect(ended).toMatch(rival.made);
    },
  );

  test.each([true, false])("while an expired invite is sent again (begun first: %s)", async (first) => {
    const again = ({ org, invite, onWebsite }: Scene) => resend(org, invite, onWebsite);
    for (const ended of await outcomes(rival, first, again)) expect(ended).toMatch(rival.resent);
  });
});

test.each([false, true])(
  "somebody who is invited while they accept is a member then, and has no invite (to a website: %s)",
  async (onWebsite) => {
    const org = await company();
    const invite = await invited(owner, org.owner, org, { onWebsite });
    await two.query("begin");
    expect(await accepting(two, invite)).toBe("accepted");
    const again = create(org, { email: invite.email, onWebsite });
    expect(await behind(two, [inviting(one, org.owner, org.orgId, again)])).toEqual(["TN409 already_member"]);
    const { rows } = await owner.query("select state from invite where org_id = $1", [org.orgId]);
    expect(rows).toEqual([{ state: "accepted" }]);
  },
);

test("an invite that is sent again, withdrawn and accepted at once, over and over, ends as one of them says", async () => {
  const [org, three] = [await company(), await scratch.connect("service")];
  for (let round = 0; round < 20; round += 1) {
    const invite = await invited(owner, org.owner, org);
    const tokenHash = crypto.randomUUID();
    const ended = await atOnce([
      inviting(one, org.owner, org.orgId, resend(org, invite, false, tokenHash)),
      request(two, org.owner, org.orgId, revoke(org, invite)),
      { client: three, effect: () => accepting(three, invite) },
    ]);
    expect(ended.join(", ")).toMatch(
      /^(TN410 invite_accepted, TN410 invite_accepted, accepted|TN410 invite_revoked, done 1, invite_revoked|resent, done 1, invite_revoked)$/,
    );
    // The newer link is as dead as the older.
    expect(await accepting(three, { ...invite, tokenHash })).toMatch(/^invite_(accepted|revoked)$/);
  }
});

test("an invite that is over while it is accepted and its role deleted lets one of them through", async () => {
  const three = await scratch.connect("owner");
  for (const acceptsFirst of [true, false, true, false]) {
    const org = await company();
    const name = await role(org, []);
    const { rows } = await owner.query<{ soon: string }>("select app.now_ms() + 200 as soon");
    const invite = await invited(owner, org.owner, org, { role: name, expiresAt: Number(rows[0]?.soon) });
    const untilOver = async () => {
      for (;;) {
        const { rowCount } = await three.query("select where app.now_ms() > $1", [rows[0]?.soon]);
        if (rowCount) return "over";
      }
    };
    const accepts: Run = { client: one, effect: () => accepting(one, invite) };
    const removal = `delete from role where id = ${org.roles[name]}`;
    const deletes = request(two, org.owner, org.orgId, removal);
    const both = acceptsFirst ? [accepts, deletes] : [deletes, accepts];
    const lock = `select from role where id = ${org.roles[name]} for update`;
    const ended = await together(owner, lock, [...both, { client: three, effect: untilOver }]);
    const [accepted, deleted] = acceptsFirst ? ended : [ended[1], ended[0]];
    expect(`${accepted}, ${deleted}`).toMatch(
      /^(accepted, TN409 role_in_use|(invite_expired|invite_void), done 1)$/,
    );
  }
});
