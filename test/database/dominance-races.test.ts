// Domination is about the present: whoever waited for a row is judged by what they are when they get it.
import { expect, test } from "vitest";
import { together } from "./races.ts";
import { type Company, prepare, society } from "./society.ts";
import type { Person } from "./tenants.ts";

const { owner, service, company, member, guest, role } = await society();

const inOrg = (org: Company, somebody: Person) => `org_id = ${org.orgId} and user_id = ${somebody.userId}`;
const lock = (table: string, where: string) => `select from ${table} where ${where} for update`;

/** What happens to an owner while they wait. */
const meanwhile: [string, string, (org: Company, who: Person) => Promise<string>][] = [
  [
    "is demoted, but may still do such things,",
    "TN403 role_above_own",
    async (org, who) => {
      const less = await role(org, ["member:update", "member:remove", "website:invite"]);
      return `update member set role_id = ${org.roles[less]} where ${inOrg(org, who)}`;
    },
  ],
  [
    "is demoted to where they may not",
    "TN403 permission_missing",
    async (org, who) => `update member set role_id = ${org.roles.member} where ${inOrg(org, who)}`,
  ],
  [
    "is suspended",
    "TN403 member_suspended",
    async (org, who) => `update member set status = 1 where ${inOrg(org, who)}`,
  ],
  ["is removed", "TN404 not_found", async (org, who) => `delete from member where ${inOrg(org, who)}`],
];

test.each(meanwhile)(
  "an owner who %s while they wait for a row dominates no more",
  async (_what, refused, deed) => {
    for (const [table, effect] of [
      ["member", "update member set status = 1"],
      ["member", "delete from member"],
      ["website_member", "update website_member set status = 1"],
      ["website_member", "delete from website_member"],
    ] as const) {
      const org = await company();
      const actor = await member(org, "owner");
      const target = table === "member" ? await member(org, "admin") : await guest(org, "website_admin");
      await prepare(service, actor, org.orgId);
      const row = inOrg(org, target);
      const [outcome] = await together(owner, `${await deed(org, actor)}; ${lock(table, row)}`, [
        { client: service, effect: `${effect} where ${row}` },
      ]);
      expect(outcome, effect).toBe(refused);
    }
  },
);

test("an owner who is demoted while they wait makes no owner, unmakes none", async () => {
  for (const [from, to] of [
    ["member", "owner"],
    ["owner", "member"],
  ] as const) {
    const org = await company();
    const [actor, target] = [await member(org, "owner"), await member(org, from)];
    await prepare(service, actor, org.orgId);
    const demotion = `update member set role_id = ${org.roles.admin} where ${inOrg(org, actor)}`;
    const row = inOrg(org, target);
    const [outcome] = await together(owner, `${demotion}; ${lock("member", row)}`, [
      { client: service, effect: `update member set role_id = ${org.roles[to]} where ${row}` },
    ]);
    expect(outcome, `${from} to ${to}`).toBe("TN403 owner_required");
  }
});

test("somebody whose role loses permissions while they wait dominates what is left to them", async () => {
  const org = await company();
  const name = await role(org, ["member:read", "member:update", "stats:read"]);
  const [actor, above, below] = [
    await member(org, name),
    await member(org, ["stats:read"]),
    await member(org, []),
  ];
  for (const [target, outcome] of [
    [above, "TN403 role_above_own"],
    [below, "done 1"],
  ] as const) {
    await prepare(service, actor, org.orgId);
    const narrower = `update role set permissions = '{member:read,member:update}' where id = ${org.roles[name]}`;
    const row = inOrg(org, target);
    const ended = await together(owner, `${narrower}; ${lock("member", row)}`, [
      { client: service, effect: `update member set status = 1 where ${row}` },
    ]);
    expect(ended).toEqual([outcome]);
  }
});

test("a membership that was raised while somebody waited for it is no longer theirs to touch", async () => {
  const org = await company();
  const [actor, target] = [await member(org, "admin"), await member(org, "member")];
  await prepare(service, actor, org.orgId);
  const row = inOrg(org, target);
  const ended = await together(owner, `update member set role_id = ${org.roles.owner} where ${row}`, [
    { client: service, effect: `delete from member where ${row}` },
  ]);
  expect(ended).toEqual(["TN403 owner_required"]);
});

test("a role that was widened while somebody waited for it is no longer theirs to touch", async () => {
  const org = await company();
  const actor = await member(org, ["role:read", "role:update", "role:delete"]);
  for (const effect of ["update role set description = 'new'", "delete from role"]) {
    const name = await role(org, ["role:read"]);
    await prepare(service, actor, org.orgId);
    const row = `id = ${org.roles[name]}`;
    const ended = await together(owner, `update role set permissions = '{audit:read}' where ${row}`, [
      { client: service, effect: `${effect} where ${row}` },
    ]);
    expect(ended, effect).toEqual(["TN403 role_above_own"]);
  }
});
