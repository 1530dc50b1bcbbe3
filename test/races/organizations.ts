// Organizations: always an owner; a role that is held stays; what goes, goes once.
import { expect } from "vitest";
import { ends, expectRows, FIELD, interleaved, MANY_ROUNDS, oneOf, type Race, same, times } from "./race.ts";
import type { Person, Service } from "./service.ts";

async function scene(service: Service) {
  const owner = await service.person();
  const orgId = await service.organization(owner);
  return { owner, orgId, path: `/organizations/${orgId}` };
}

const ownersOf = `select from member m join role r on r.id = m.role_id and r.system and r.name = 'owner' where m.org_id = $1`;
const membersOf = "select from member where org_id = $1";

const owners: Race[] = [
  {
    name: "everybody of fifty owners leaves: one stays",
    rounds: MANY_ROUNDS,
    async round(service) {
      const { owner, orgId, path } = await scene(service);
      const all = [owner, ...(await service.members(orgId, FIELD - 1, "owner"))];
      return {
        contenders: all.map((by) => same(service, `POST ${path}/leave`, { by })),
        outcomes: oneOf("last_owner", "204"),
        after: () => expectRows(service, 1, ownersOf, [orgId]),
      };
    },
  },
  {
    name: "two owners demote each other: one stays",
    async round(service) {
      const { owner, orgId, path } = await scene(service);
      const [other] = (await service.members(orgId, 1, "owner")) as [Person];
      const demote = (by: Person, { userId }: Person) =>
        same(service, `PATCH ${path}/members/${userId}`, { by, json: { role: "member" } });
      return {
        contenders: times(FIELD, (i) => (i % 2 ? demote(owner, other) : demote(other, owner))),
        // The winner's repeats change nothing. How the loser is told depends on how far they had come: their eyes may be
        // gone before their power is.
        outcomes: [
          ends({ "200": FIELD / 2 }, "owner_required", "last_owner", "permission_missing", "not_found"),
        ],
        after: () => expectRows(service, 1, ownersOf, [orgId]),
      };
    },
  },
  {
    name: "an owner hands over to fifty members: one becomes the owner",
    async round(service) {
      const { owner: by, orgId, path } = await scene(service);
      const heirs = await service.members(orgId, FIELD);
      return {
        contenders: heirs.map(({ userId }) =>
          same(service, `POST ${path}/transfer-ownership`, { by, json: { user_id: userId } }),
        ),
        outcomes: oneOf("200", "owner_required"),
        async after() {
          const roles = `select r.name, count(*)::int as n from member m join role r on r.id = m.role_id
            where m.org_id = $1 group by 1 order by 1`;
          expect(await service.rows(roles, [orgId])).toEqual([
            { name: "admin", n: 1 },
            { name: "member", n: FIELD - 1 },
            { name: "owner", n: 1 },
          ]);
        },
      };
    },
  },
  {
    name: "an owner hands over while they leave and delete their account: never nobody",
    async round(service) {
      const { owner: by, orgId, path } = await scene(service);
      const heirs = await service.members(orgId, 20);
      const handOver = heirs.map(({ userId }) =>
        same(service, `POST ${path}/transfer-ownership`, { by, json: { user_id: userId } }),
      );
      const leave = times(20, () => same(service, `POST ${path}/leave`, { by }));
      return {
        contenders: interleaved(handOver, leave),
        // Leaving works, once, when somebody else owns it; who is gone is a stranger.
        outcomes: [
          ends({ "200": 1 }, "owner_required", "last_owner"),
          ends({ "200": 1, "204": 1 }, "owner_required", "last_owner", "not_found"),
        ],
        after: () => expectRows(service, 1, ownersOf, [orgId]),
      };
    },
  },
];

const rolesRaces: Race[] = [
  {
    name: "a role that is deleted while it is given: it goes, or it stays held",
    async round(service) {
      const { owner: by, orgId, path } = await scene(service);
      const roleId = await service.role(orgId);
      const half = FIELD / 2;
      const people = await service.members(orgId, half);
      const remove = times(half, () => same(service, `DELETE ${path}/roles/${roleId}`, { by }));
      const give = people.map(({ userId }) =>
        same(service, `PATCH ${path}/members/${userId}`, { by, json: { role: roleId } }),
      );
      return {
        contenders: interleaved(give, remove),
        outcomes: [ends({ "204": 1, not_found: FIELD - 1 }), ends({ "200": half, role_in_use: half })],
        async after(told) {
          await expectRows(service, told["204"] ? 0 : 1, "select from role where id = $1", [roleId]);
          await expectRows(service, told["200"] ?? 0, "select from member where role_id = $1", [roleId]);
        },
      };
    },
  },
  {
    name: "a role that is deleted while people are invited to it",
    async round(service) {
      const { owner: by, orgId, path } = await scene(service);
      const roleId = await service.role(orgId);
      const half = FIELD / 2;
      const remove = times(half, () => same(service, `DELETE ${path}/roles/${roleId}`, { by }));
      const invite = times(half, (i) =>
        same(service, `POST ${path}/invites`, {
          by,
          json: { email: `${orgId}-${i}@example.com`, role: roleId },
        }),
      );
      return {
        contenders: interleaved(invite, remove),
        outcomes: [ends({ "204": 1, not_found: FIELD - 1 }), ends({ "201": half, role_in_use: half })],
        after: (told) =>
          expectRows(service, told["201"] ?? 0, "select from invite where role_id = $1", [roleId]),
      };
    },
  },
  {
    name: "a role of one name, in any case",
    async round(service) {
      const { owner: by, path } = await scene(service);
      return {
        contenders: times(FIELD, (i) =>
          same(service, `POST ${path}/roles`, {
            by,
            json: { name: i % 2 ? "Editor" : "EDITOR", scope: "organization", permissions: [] },
          }),
        ),
        outcomes: oneOf("201", "role_name_taken"),
      };
    },
  },
];

const departures: Race[] = [
  {
    name: "a member who is removed: once, and told once",
    async round(service) {
      const { owner: by, orgId, path } = await scene(service);
      const [gone] = (await service.members(orgId, 1)) as [Person];
      return {
        contenders: times(FIELD, () => same(service, `DELETE ${path}/members/${gone.userId}`, { by })),
        outcomes: oneOf("204", "not_found"),
        async after() {
          await expectRows(service, 1, "select from outbox where recipient = $1", [gone.email]);
          const told = "select from audit_event where action = 'member.deleted' and target_id = $1";
          await expectRows(service, 1, told, [gone.userId]);
        },
      };
    },
  },
  {
    name: "a member who is made an admin: once, and told once",
    async round(service) {
      const { owner: by, orgId, path } = await scene(service);
      const [one] = (await service.members(orgId, 1)) as [Person];
      return {
        contenders: times(FIELD, () =>
          same(service, `PATCH ${path}/members/${one.userId}`, { by, json: { role: "admin" } }),
        ),
        outcomes: [ends({ "200": FIELD })],
        after: () => expectRows(service, 1, "select from outbox where recipient = $1", [one.email]),
      };
    },
  },
  {
    name: "an organization that is deleted, while members come by invite",
    async round(service) {
      const { owner: by, orgId, path } = await scene(service);
      const half = FIELD / 2;
      const invites = await Promise.all(times(half, () => service.invite(orgId, by)));
      const accept = invites.map(({ token }) =>
        same(service, "POST /accept-invite", { json: { token, password: "fine new passphrase" } }),
      );
      const remove = times(half, () => same(service, `DELETE ${path}`, { by }));
      return {
        contenders: interleaved(accept, remove),
        outcomes: [ends({ "204": 1, not_found: half - 1 }, "201", "invite_void")],
        async after() {
          await expectRows(service, 0, membersOf, [orgId]);
          expect(await service.rows("select from invite where org_id = $1", [orgId])).toEqual([]);
        },
      };
    },
  },
];

export const organizationRaces: Race[] = [...owners, ...rolesRaces, ...departures];
