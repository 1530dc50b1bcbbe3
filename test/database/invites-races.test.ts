// Invites under concurrency: whatever happens while somebody accepts, there is one membership or none, each side is told
// what became of it, and nobody is told of a deadlock.
import { describe, expect, test } from "vitest";
import {
  accepting,
  type Invite,
  invited,
  membershipsOf,
  newAddress,
  resend,
  revoke,
  stateOf,
} from "./invitations.ts";
import { atOnce, type Run, together, whole } from "./races.ts";
import { type Company, outcomeOf, type Statement, society } from "./society.ts";
import { type Person, passwordHash } from "./tenants.ts";

const { scratch, owner, service, company, person, member, role } = await society();
const [one, two] = [service, await scratch.connect("service")];

/** By the Worker's login, before anybody has entered. */
const flow = (effect: Statement) => ({ client: two, effect: () => outcomeOf(two.query(effect)) });
const request = (who: Person, orgId: number | null, effect: Statement, access?: string) => ({
  client: two,
  effect: whole(two, who, orgId, effect, access),
});

type Scene = {
  org: Company;
  inviter: Person;
  invitee: Person;
  invite: Invite;
  mailId: number;
  onWebsite: boolean;
};
type Rival = {
  what: string;
  does(scene: Scene): Run;
  /** What became of the acceptance, and of the other. */
  ends: RegExp;
  onWebsite?: boolean;
  /** The membership goes again afterwards. */
  gone?: boolean;
  /** The invitee has no account yet. */
  newcomer?: boolean;
};
const of = ({ org }: Scene, { userId }: Person) => `where org_id = ${org.orgId} and user_id = ${userId}`;
const byOwner = (scene: Scene, effect: Statement, access?: string) =>
  request(scene.org.owner, scene.org.orgId, effect, access);
const deleteAccount = "select app.delete_account(1, 0) as outcome";

const rivals: Rival[] = [
  {
    what: "it is withdrawn",
    does: (scene) => byOwner(scene, revoke(scene.org, scene.invite, scene.onWebsite)),
    ends: /^(accepted, TN410 invite_accepted|invite_revoked, done 1)$/,
  },
  {
    what: "it is sent again",
    does: (scene) => byOwner(scene, resend(scene.org, scene.invite, scene.onWebsite)),
    ends: /^(accepted, TN410 invite_accepted|invite_revoked, resent)$/,
  },
  {
    what: "who sent it is removed",
    does: (scene) => byOwner(scene, `delete from member ${of(scene, scene.inviter)}`),
    ends: /^(accepted|invite_revoked|invite_void), done 1$/,
  },
  {
    what: "who sent it is suspended",
    does: (scene) => byOwner(scene, `update member set status = 1 ${of(scene, scene.inviter)}`),
    ends: /^(accepted|invite_revoked|invite_void), done 1$/,
  },
  {
    what: "who sent it is demoted",
    does: (scene) =>
      byOwner(scene, `update member set role_id = ${scene.org.roles.member} ${of(scene, scene.inviter)}`),
    ends: /^(accepted|invite_void), done 1$/,
  },
  {
    what: "who sent it deletes their account",
    does: ({ inviter }) => request(inviter, null, deleteAccount),
    ends: /^(accepted|invite_revoked|invite_void), deleted$/,
  },
  {
    what: "the organization is deleted",
    does: (scene) => byOwner(scene, `delete from organisation where id = ${scene.org.orgId}`, "delete"),
    ends: /^(accepted|invite_void), done 1$/,
    gone: true,
  },
  {
    what: "the website is deleted",
    does: (scene) => byOwner(scene, `delete from website where id = ${scene.org.websiteId}`),
    ends: /^(accepted|invite_void), done 1$/,
    onWebsite: true,
    gone: true,
  },
  {
    what: "the role is deleted",
    does: (scene) =>
      byOwner(scene, `delete from role where name like 'custom%' and org_id = ${scene.org.orgId}`),
    ends: /^accepted, TN409 role_in_use$/,
  },
  {
    what: "the invitee deletes their account",
    does: ({ invitee }) => request(invitee, null, deleteAccount),
    // Of an account that is gone, a new one is made.
    ends: /^accepted, deleted$/,
    gone: true,
  },
  {
    what: "its mail is settled",
    does: ({ mailId }) => flow(`select app.settle_mail('{"id": ${mailId}, "outcome": "sent"}')`),
    ends: /^accepted, done 1$/,
  },
  { what: "the cron prunes", does: () => flow("select app.prune(1000)"), ends: /^accepted, done 1$/ },
  {
    what: "somebody signs up with the address",
    does: ({ invitee }) =>
      flow({
        text: "select app.sign_up($1, $2, '{}', 'New', '{}', '{}', $3, 9000000000000, 'sealed', null, '{}') as outcome",
        values: [invitee.email, passwordHash, crypto.randomUUID()],
      }),
    ends: /^accepted, (created|email_taken)$/,
    newcomer: true,
  },
];

async function scene({ onWebsite = false, newcomer = false }: Rival): Promise<Scene> {
  const org = await company();
  const inviter = await member(org, "admin");
  const invitee = newcomer ? { userId: 0, sessionId: 0, email: newAddress() } : await person();
  const offered = await role(org, [], onWebsite ? "website" : "organization");
  const invite = await invited(owner, inviter, org, { email: invitee.email, role: offered, onWebsite });
  const { rows } = await owner.query(
    `with mail as (insert into outbox (template, recipient) values ('invitation', $1) returning id)
    update invite set mail_id = mail.id from mail where invite.id = $2 returning mail_id::int`,
    [invite.email, invite.inviteId],
  );
  return { org, inviter, invitee, invite, mailId: rows[0].mail_id, onWebsite };
}

/** What everything waits before: the invite, the organization, or nothing. */
const gates = [
  (scene: Scene) => `select from invite where id = ${scene.invite.inviteId} for update`,
  (scene: Scene) => `select from organisation where id = ${scene.org.orgId} for update`,
  null,
];

describe.each(rivals)("somebody accepts while $what", (rival) => {
  test.each([false, true])("(begun first: %s)", async (acceptsFirst) => {
    for (let round = 0; round < 12; round += 1) {
      const made = await scene(rival);
      const { invite } = made;
      const acceptance: Run = { client: one, effect: () => accepting(one, invite) };
      const both = acceptsFirst ? [acceptance, rival.does(made)] : [rival.does(made), acceptance];
      const gate = gates[round % gates.length];
      const ended = await (gate ? together(owner, gate(made), both) : atOnce(both));
      if (!acceptsFirst) ended.reverse();
      expect(ended.join(", ")).toMatch(rival.ends);
      const memberships = await membershipsOf(owner, invite.email);
      const mine = memberships.filter((row) => row.org_id === made.org.orgId);
      if (ended[0] !== "accepted") expect(mine).toEqual([]);
      else if (!rival.gone) {
        expect(mine).toHaveLength(1);
        expect(await stateOf(owner, invite)).toBe("accepted");
      }
      const { rows } = await owner.query('select email_verified_at from "user" where email = $1', [
        invite.email,
      ]);
      expect(rows.length).toBeLessThanOrEqual(1);
    }
  });
});

test.each([
  ["somebody new", false],
  ["somebody who has an account", true],
])(
  "of fifty acceptances at once by %s one makes the membership, and the rest say why not",
  async (_who, known) => {
    const clients = await Promise.all(Array.from({ length: 50 }, () => scratch.connect("service")));
    for (let round = 0; round < 20; round += 1) {
      const org = await company();
      const email = known ? (await person()).email : newAddress();
      const invite = await invited(owner, org.owner, org, { email, onWebsite: round % 2 === 0 });
      const ended = await Promise.all(clients.map((client) => accepting(client, invite)));
      expect(ended.sort()).toEqual(["accepted", ...Array(49).fill("invite_accepted")]);
      expect(await membershipsOf(owner, email)).toHaveLength(1);
      expect((await owner.query('select from "user" where email = $1', [email])).rowCount).toBe(1);
    }
  },
);
