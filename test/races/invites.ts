// Invites: one pending for an address, one membership from each, and whoever comes too late learns why.
import { expect } from "vitest";
import { ends, expectRows, FEW_ROUNDS, FIELD, MANY_ROUNDS, oneOf, type Race, same, times } from "./race.ts";
import { newEmail, type Person, password, type Service } from "./service.ts";

async function scene(service: Service) {
  const owner = await service.person();
  const orgId = await service.organization(owner);
  return { owner, orgId, path: `/organizations/${orgId}/invites` };
}

const membership = `select from member m join "user" u on u.id = m.user_id where u.email = $1
  union all select from website_member m join "user" u on u.id = m.user_id where u.email = $1`;

type Invitee = { rounds?: number; onWebsite?: boolean; account?: { verified: boolean } };
const accepted = (
  name: string,
  winner: string,
  { rounds = FEW_ROUNDS, onWebsite, account }: Invitee,
): Race => ({
  name: `one invite, accepted ${name}`,
  rounds,
  async round(service) {
    const { owner, orgId } = await scene(service);
    const known = account && (await service.person(account));
    const websiteId = onWebsite ? await service.website(orgId) : null;
    const { email, token } = await service.invite(orgId, owner, {
      websiteId,
      ...(known && { email: known.email }),
    });
    const words = (i: number) => `fine new passphrase ${i}`;
    const won: string[] = [];
    const accept = (i: number) => async () => {
      const { code } = await service.ask("POST /accept-invite", { json: { token, password: words(i) } });
      if (code === winner) won.push(words(i));
      return code;
    };
    return {
      contenders: times(FIELD, accept),
      outcomes: oneOf(winner, "invite_accepted"),
      async after() {
        await expectRows(service, 1, membership, [email]);
        const [user, ...more] = await service.rows('select * from "user" where lower(email) = $1', [email]);
        // Taken back once, if at all; a confirmed account keeps its password.
        expect([user.credential_version, more]).toEqual([account?.verified === false ? 2 : 1, []]);
        const json = { email, password: account?.verified ? password : won[0] };
        expect((await service.ask("POST /signin", { json })).code).toBe("200");
      },
    };
  },
});

const sent = (name: string, onWebsite: boolean): Race => ({
  name: `invites of one address ${name}`,
  rounds: onWebsite ? FEW_ROUNDS : MANY_ROUNDS,
  async round(service) {
    const { owner: by, orgId, path } = await scene(service);
    const websiteId = onWebsite ? await service.website(orgId) : null;
    const to = websiteId === null ? path : `/organizations/${orgId}/websites/${websiteId}/invites`;
    const email = newEmail();
    const role = onWebsite ? "website_user" : "member";
    return {
      contenders: times(FIELD, (i) =>
        same(service, `POST ${to}`, { by, json: { email: i % 2 ? email : email.toUpperCase(), role } }),
      ),
      outcomes: oneOf("201", "invite_pending"),
      after: () => expectRows(service, 1, "select from outbox where lower(recipient) = $1", [email]),
    };
  },
});

const mixed: Race[] = [
  {
    name: "one invite, accepted and withdrawn",
    async round(service) {
      const { owner: by, orgId, path } = await scene(service);
      const { inviteId, token, email } = await service.invite(orgId, by);
      const accept = same(service, "POST /accept-invite", { json: { token, password } });
      const withdraw = same(service, `DELETE ${path}/${inviteId}`, { by });
      return {
        contenders: times(FIELD, (i) => (i % 2 ? accept : withdraw)),
        outcomes: [
          ends({ "201": 1, invite_accepted: FIELD - 1 }),
          ends({ "204": FIELD / 2, invite_revoked: FIELD / 2 }),
        ],
        after: (told) => expectRows(service, told["201"] ?? 0, membership, [email]),
      };
    },
  },
  {
    name: "an address that signs up while its invite is accepted: one account",
    async round(service) {
      const { owner, orgId } = await scene(service);
      const { token, email } = await service.invite(orgId, owner);
      const accept = same(service, "POST /accept-invite", { json: { token, password } });
      const json = { email, password: "somebody else's phrase", organization_name: "Acme" };
      const signUps = times(FIELD - 1, () => same(service, "POST /signup", { json }));
      return {
        contenders: [...signUps.slice(0, 10), accept, ...signUps.slice(10)],
        outcomes: [
          ends({ "201": 1, email_taken: FIELD - 1 }),
          // Signed up first, it is taken back.
          ends({ "200": 1, "201": 1, email_taken: FIELD - 2 }),
        ],
        async after() {
          const verified = 'select from "user" where email = $1 and email_verified_at is not null';
          await expectRows(service, 1, verified, [email]);
          expect((await service.ask("POST /signin", { json: { email, password } })).code).toBe("200");
        },
      };
    },
  },
  {
    name: "somebody who joins while others invite them: no invite is left",
    async round(service) {
      const { owner: by, orgId, path } = await scene(service);
      const { email } = await service.person();
      const { token } = await service.invite(orgId, by, { email });
      const accept = same(service, "POST /accept-invite", { json: { token } });
      const invites = times(FIELD - 1, () =>
        same(service, `POST ${path}`, { by, json: { email, role: "member" } }),
      );
      return {
        contenders: [...invites.slice(0, 20), accept, ...invites.slice(20)],
        outcomes: [ends({ "200": 1 }, "invite_pending", "already_member")],
        after: () =>
          expectRows(service, 0, "select from invite where org_id = $1 and state = 'pending'", [orgId]),
      };
    },
  },
  {
    name: "an inviter who is removed while they invite: nothing of theirs is left pending",
    async round(service) {
      const { owner: by, orgId, path } = await scene(service);
      const [admin] = (await service.members(orgId, 1, "admin")) as [Person];
      const invites = times(FIELD - 1, () =>
        same(service, `POST ${path}`, { by: admin, json: { email: newEmail(), role: "member" } }),
      );
      const remove = same(service, `DELETE /organizations/${orgId}/members/${admin.userId}`, { by });
      return {
        contenders: [...invites.slice(0, 25), remove, ...invites.slice(25)],
        outcomes: [ends({ "204": 1 }, "201", "not_found")],
        after: () =>
          expectRows(service, 0, "select from invite where org_id = $1 and state = 'pending'", [orgId]),
      };
    },
  },
];

export const inviteRaces: Race[] = [
  accepted("for a new address", "201", { rounds: MANY_ROUNDS }),
  accepted("by an account", "200", { account: { verified: true } }),
  accepted("for an account that nobody confirmed", "200", { account: { verified: false } }),
  accepted("to a website", "201", { onWebsite: true }),
  sent("to an organization", false),
  sent("to a website", true),
  ...mixed,
];
