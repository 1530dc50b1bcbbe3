// Whose members the statistics count, asked of the database itself: of organizations where one holds stats:read, and of
// no others, whatever is sent.
import { describe, expect, test } from "vitest";
import { readRules } from "../../scripts/rules.ts";
import { type Answers, answers, answersFor, questions } from "./answers.ts";
import { refusal, undone } from "./scratch.ts";
import { type Company, society } from "./society.ts";
import { fold } from "./tallies.ts";
import { joins, type Person } from "./tenants.ts";

const world = await society();
const { owner, service, company, member, guest, person } = world;

/** Acme has four members, Globex three, Closed, which is suspended, two. Cat may read Acme's statistics alone. */
const [acme, globex, closed] = [await company(), await company(), await company()];
const [cat, ben] = [await member(acme, ["stats:read"]), await member(acme, [])];
const asleep = await member(acme, ["stats:read"], 1);
for (const somebody of [cat, ben]) await joins(owner, somebody, globex);
const shutOut = await member(closed, ["stats:read"]);
const visitor = await guest(acme, "website_admin");
const operator = await person();
await owner.query(`update "user" set platform_admin = true where id = $1`, [operator.userId]);
await owner.query("update organisation set status = 1 where id = $1", [closed.orgId]);
await fold(service);
// And some who are in no tally yet.
await joins(owner, operator, acme, "member", 1);
await owner.query("delete from member where user_id = $1", [operator.userId]);

const nothing: Answers = { roles: [], members: [], holders: [], growth: [] };
const sum = (numbers: number[]) => numbers.reduce((all, one) => all + one, 0);
/** Of which organizations, and how many members in all, in each of the answers. */
const told = ({ roles, members, holders, growth }: Answers) => ({
  orgs: [...new Set([...members, ...holders].map((row) => row.org_id))].sort((a, b) => a - b),
  members: sum(members.map((row) => row.member_count)),
  holders: sum(holders.filter((row) => row.scope === "organization").map((row) => row.user_count)),
  roles: roles.length,
  total: growth.at(-1)?.total,
});
const ofAcme = { orgs: [acme.orgId], members: 4, holders: 4, roles: 5, total: 4 };

type Asker = [string, Person, number | null, Partial<ReturnType<typeof told>> | null];
/** Who, with a token for which organization, and what they are told when they name none; null: nothing at all. */
const askers: Asker[] = [
  ["an owner", acme.owner, null, ofAcme],
  ["who may read one organization's, a member of two", cat, null, ofAcme],
  ["the same with a token for it", cat, acme.orgId, ofAcme],
  ["the same with a token for the other", cat, globex.orgId, null],
  ["a member who may not", ben, null, null],
  ["a suspended member who might", asleep, null, null],
  [
    "an owner of a suspended organization",
    closed.owner,
    null,
    { orgs: [closed.orgId], members: 2, total: 2 },
  ],
  ["a member of a suspended organization", shutOut, null, null],
  ["a guest", visitor, null, null],
  ["a stranger", await person(), null, null],
  [
    "a platform admin",
    operator,
    null,
    { orgs: [acme.orgId, globex.orgId, closed.orgId], members: 9, holders: 9, total: 9 },
  ],
  ["a platform admin with a token for an organization", operator, acme.orgId, null],
];

test.each(askers)(
  "%s counts what is theirs to count, and nothing else",
  async (_what, who, token, expected) => {
    const answered = await answersFor(service, who, null, token);
    if (expected) expect(told(answered)).toMatchObject(expected);
    else expect(answered).toEqual(nothing);
  },
);

const missing = "TN403 permission_missing";
const hidden = "TN404 not_found";
const whose: [string, Company][] = [
  ["Acme's", acme],
  ["Globex's", globex],
  ["Closed's", closed],
];
/** Who, with a token for which organization, and what they are refused with of each organization, by name. */
const named: [string, Person, number | null, (string | null)[]][] = [
  ["an owner", acme.owner, null, [null, hidden, hidden]],
  ["who may read one organization's, a member of two", cat, null, [null, missing, hidden]],
  ["the same with a token for it", cat, acme.orgId, [null, hidden, hidden]],
  ["the same with a token for the other", cat, globex.orgId, [hidden, missing, hidden]],
  ["a member who may not", ben, null, [missing, missing, hidden]],
  ["a suspended member who might", asleep, null, ["TN403 member_suspended", hidden, hidden]],
  ["an owner of a suspended organization", closed.owner, null, [hidden, hidden, null]],
  ["a member of a suspended organization", shutOut, null, [hidden, hidden, "TN403 organization_suspended"]],
  ["a guest", visitor, null, [hidden, hidden, hidden]],
  ["a platform admin", operator, null, [null, null, null]],
  ["a platform admin with a token for an organization", operator, acme.orgId, [hidden, hidden, hidden]],
];

describe.each(named)("%s who names an organization", (_what, who, token, refused) => {
  test.each(whose)("is told %s numbers, or refused as everywhere", async (_name, org) => {
    const expected = refused[whose.findIndex(([, one]) => one === org)];
    if (expected === null) {
      const { orgs, total } = told(await answersFor(service, who, org.orgId, token));
      expect(orgs).toEqual([org.orgId]);
      expect(total).toBe({ [acme.orgId]: 4, [globex.orgId]: 3, [closed.orgId]: 2 }[org.orgId]);
      return;
    }
    for (const question of Object.values(questions(org.orgId)))
      expect(await asked(who, question, token)).toBe(expected);
  });

  test("is told that none is there where none is", async () => {
    for (const question of Object.values(questions(2_147_483_647)))
      expect(await asked(who, question, token)).toBe(hidden);
  });
});

/** What somebody is refused with, or null. */
async function asked(who: Person, question: string, token: number | null): Promise<string | null> {
  return undone(service, async () => {
    await service.query(
      "select set_config('role', 'app_tenant', true) from app.enter($1, $2, $3, 'request', '')",
      [who.sessionId, who.userId, token],
    );
    const refused = await refusal(service, question);
    return refused && `${refused.code} ${refused.constraint}`;
  });
}

/** As app_tenant, after these statements and without having entered. */
const asTenant = <T>(before: string[], work: () => Promise<T>) =>
  undone(service, async () => {
    await service.query("set local role app_tenant");
    for (const statement of before) await service.query(statement);
    return work();
  });
const set = (setting: string, value: number | string) =>
  `select set_config('app.${setting}', '${value}', true)`;

test.each<[string, string[]]>([
  ["nothing", []],
  ["somebody who is not there", [set("user_id", 2_147_483_647)]],
  ["an organization", [set("org_id", acme.orgId)]],
  ["an operator, without their session", [set("user_id", operator.userId)]],
  [
    "an operator, with somebody else's session",
    [set("user_id", operator.userId), set("session_id", ben.sessionId)],
  ],
  ["somebody's session alone", [set("session_id", acme.owner.sessionId)]],
])("whoever has not entered, and recorded %s by hand, is told nothing", async (_what, before) => {
  expect(await asTenant(before, () => answers(service, null))).toEqual(nothing);
  for (const org of [acme, closed])
    for (const question of Object.values(questions(org.orgId))) {
      const refused = await asTenant(before, () => refusal(service, question));
      expect(refused?.code, question).toMatch(/^TN40[14]$/);
    }
});

test("an operator whose session has ended, or who is suspended, is one no more", async () => {
  const { rows } = await owner.query<{ id: number }>(
    `insert into session (user_id, expires_at, ended_at) values ($1, 9000000000000, 1) returning id::int`,
    [operator.userId],
  );
  const inSession = (id?: number) => [set("user_id", operator.userId), set("session_id", id ?? 0)];
  expect(await asTenant(inSession(rows[0]?.id), () => answers(service, null))).toEqual(nothing);
  await owner.query(`update "user" set status = 1 where id = $1`, [operator.userId]);
  try {
    expect(await asTenant(inSession(operator.sessionId), () => answers(service, null))).toEqual(nothing);
  } finally {
    await owner.query(`update "user" set status = 0 where id = $1`, [operator.userId]);
  }
});

test("after an organization was authorized, its numbers alone are told", async () => {
  const everywhere = await member(acme, ["stats:read", "audit:read"]);
  const second = await company();
  await joins(owner, everywhere, second, "admin");
  const orgsAfter = (guard: string[]) =>
    undone(service, async () => {
      await service.query(
        "select set_config('role', 'app_tenant', true) from app.enter($1, $2, null, 'request', '')",
        [everywhere.sessionId, everywhere.userId],
      );
      for (const statement of guard) await service.query(statement);
      return told(await answers(service, null)).orgs;
    });
  expect(await orgsAfter([])).toEqual([acme.orgId, second.orgId]);
  expect(await orgsAfter([`select app.authorize(${second.orgId}, 'audit:read', 'read')`])).toEqual([
    second.orgId,
  ]);
  await owner.query("delete from member where user_id = $1", [everywhere.userId]);
});

test("of all that the statistics are made of, the four questions alone are anybody's to ask, and the cron's fold", async () => {
  const parts = readRules()
    .filter(({ path }) => /statistics|member_changes/.test(path))
    .flatMap(({ sql }) => [...sql.matchAll(/^create function app\.(\w+)/gm)].map(([, name]) => name));
  expect(parts).toContain("member_counts");
  const { rows } = await owner.query<{ name: string; tenant: boolean; login: boolean }>(
    `
    select proname::text as name, has_function_privilege('app_tenant', oid, 'execute') as tenant,
      has_function_privilege('app_login', oid, 'execute') as login
    from pg_proc where pronamespace = 'app'::regnamespace and proname = any ($1)`,
    [parts],
  );
  expect(rows.map((row) => row.name).sort()).toEqual([...parts].sort());
  const callable = (role: "tenant" | "login") => rows.filter((row) => row[role]).map((row) => row.name);
  expect(callable("tenant").sort()).toEqual([
    "membership_growth",
    "org_role_wise_users",
    "org_wise_members",
    "role_wise_users",
  ]);
  expect(callable("login")).toEqual(["fold_member_changes"]);
});
