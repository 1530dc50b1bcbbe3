// Finding members: by role, status, a part of the address or the name, page by page.
import { beforeAll, describe, expect, test } from "vitest";
import { owner } from "./support/owner.ts";
import { type SignedIn, signedIn } from "./support/people.ts";
import { expectProblem } from "./support/problems.ts";
import { as, expectAnswer } from "./support/requests.ts";
import { memberOf, roleIdOf, roleOf } from "./support/tenants.ts";

const tag = crypto.randomUUID().slice(0, 8);
let boss: SignedIn;
/** Ids by first name. */
const ids: Record<string, number> = {};

async function add(orgId: number, first: string, name: unknown, role = "member", status = 0): Promise<void> {
  const [row] = await owner(
    `with u as (insert into "user" (email, password, profile) values ($2, 'no hash', $3) returning id)
     insert into member (org_id, user_id, role_id, status)
     select org_id, u.id, role.id, $5 from role, u where org_id = $1 and name = $4 returning user_id`,
    [orgId, `${first}.${tag}@example.com`, { name }, role, status],
  );
  ids[first] = row?.user_id;
}

beforeAll(async () => {
  boss = await signedIn({ profile: { name: "Boss" } });
  await add(boss.org_id, "ada", "Ada Lovelace", "admin");
  await add(boss.org_id, "bert", "Bert ÄRGER", "member", 1);
  await add(boss.org_id, "cleo", "100% Cleo_x");
  await add(boss.org_id, "dora", "Dora \\ O'Neil", "member", 1);
  await add(boss.org_id, "emil", 777777777, "admin", 1);
  await roleOf(boss.org_id, [], { name: "Unused" });
});

const list = (query: string, person = boss) =>
  as(person)(`GET /organizations/${boss.org_id}/members${query}`);
async function found(query: string): Promise<string[]> {
  const { data } = await expectAnswer(await list(query), 200);
  const names = Object.entries({ ...ids, boss: boss.user_id });
  return data.map(({ user_id }: { user_id: number }) => names.find(([, id]) => id === user_id)?.[0]);
}
const q = (text: string) => `?q=${encodeURIComponent(text)}`;

describe("by role", () => {
  test("its name in any case, or its id", async () => {
    expect(await found("?role=member")).toEqual(["bert", "cleo", "dora"]);
    expect(await found("?role=ADMIN")).toEqual(["ada", "emil"]);
    expect(await found(`?role=${await roleIdOf(boss.org_id, "owner")}`)).toEqual(["boss"]);
    expect(await found("?role=unused")).toEqual([]);
  });

  test("a name that no role has finds nobody, an id that no role here has is a 404", async () => {
    for (const name of ["nobody", "%25", "member'--"]) expect(await found(`?role=${name}`)).toEqual([]);
    const stranger = await signedIn();
    for (const id of [await roleIdOf(stranger.org_id, "member"), 2147483647, 0])
      await expectProblem(await list(`?role=${id}`), "not_found");
  });
});

describe("by status", () => {
  test("its word or its code", async () => {
    for (const status of ["suspended", "1"])
      expect(await found(`?status=${status}`)).toEqual(["bert", "dora", "emil"]);
    for (const status of ["active", "0"])
      expect(await found(`?status=${status}`)).toEqual(["boss", "ada", "cleo"]);
  });
});

describe("by a part of address or name", () => {
  test.each([
    ["ada", ["ada"]],
    ["ADA.", ["ada"]],
    ["lovelace", ["ada"]],
    ["a Love", ["ada"]],
    [tag, ["ada", "bert", "cleo", "dora", "emil"]], // in every address but one
    ["ärger", ["bert"]],
    ["  boss  ", ["boss"]],
    ["o'neil", ["dora"]],
    ["777777777", ["emil"]],
    ["nobody at all", []],
  ])("%j finds %j", async (text, names) => {
    expect(await found(q(text))).toEqual(names);
  });

  test("nothing in it is a pattern", async () => {
    expect(await found(q("100%"))).toEqual(["cleo"]);
    expect(await found(q("o_x"))).toEqual(["cleo"]);
    expect(await found(q("o%x"))).toEqual([]);
    expect(await found(q("_da"))).toEqual([]);
    expect(await found(q("\\"))).toEqual(["dora"]);
    expect(await found(q("%"))).toEqual(["cleo"]);
  });

  test("shows each as the list does", async () => {
    const all = (await expectAnswer(await list(""), 200)).data;
    for (const query of [q("ada"), "?status=active&role=admin", `?role=admin&q=lovelace`]) {
      const { data } = await expectAnswer(await list(query), 200);
      expect(data).toEqual([all.find(({ user_id }: { user_id: number }) => user_id === ids.ada)]);
    }
  });

  test("shows nobody of another organization, whatever is sought", async () => {
    const stranger = await signedIn();
    await owner(`update "user" set profile = '{"name": "Ada Lovelace"}' where id = $1`, [stranger.user_id]);
    expect(await found(q("lovelace"))).toEqual(["ada"]);
    expect(await found(q(stranger.email))).toEqual([]);
  });
});

test("filters join", async () => {
  expect(await found(`?role=admin&status=suspended&q=${tag}`)).toEqual(["emil"]);
  expect(await found("?role=member&status=active")).toEqual(["cleo"]);
  expect(await found("?role=owner&status=suspended")).toEqual([]);
});

test("searching needs member:read, like the list", async () => {
  const { org_id } = await signedIn();
  const blind = await memberOf(org_id, { permissions: ["member:update"] });
  for (const query of ["", "?q=a", "?status=active", "?role=member"])
    await expectProblem(
      await as(blind)(`GET /organizations/${org_id}/members${query}`),
      "permission_missing",
    );
});

test.each([
  ["status", "asleep"],
  ["status", "2"],
  ["status", ""],
  ["q", ""],
  ["q", "%20"],
  ["q", "x".repeat(255)],
  ["role", ""],
  ["role", "x".repeat(401)],
  ["email", "x"],
])("refuses %s=%s", async (key, value) => {
  const { errors } = await expectProblem(await list(`?${key}=${value}`), "invalid_request");
  expect(errors.map((error: { path: string }) => error.path)).toEqual([key]);
});

describe("page by page", () => {
  test.each(["", "status=active&", "q=example&", "role=member&", "role=member&status=suspended&q=e&"])(
    "with the filters %j: all of them, once, in order",
    async (filters) => {
      const whole = await found(`?${filters}limit=200`);
      expect(whole.length).toBeGreaterThan(1);
      for (const limit of [1, 2]) {
        const seen: number[] = [];
        let cursor = "";
        do {
          const page = await expectAnswer(await list(`?${filters}limit=${limit}${cursor}`), 200);
          expect(page.data.length).toBeLessThanOrEqual(limit);
          seen.push(...page.data.map((row: { user_id: number }) => row.user_id));
          cursor = page.next_cursor && `&cursor=${page.next_cursor}`;
        } while (cursor);
        expect(seen).toEqual(whole.map((name) => (name === "boss" ? boss.user_id : ids[name])));
      }
    },
  );

  test("a cursor carried to other filters, another list or another person is refused", async () => {
    const cursorOf = async (query: string) =>
      (await expectAnswer(await list(`${query}limit=1`), 200)).next_cursor as string;
    const cursor = await cursorOf("?status=active&");
    await expectAnswer(await list(`?status=active&limit=2&cursor=${cursor}`), 200);
    for (const query of [
      "?",
      "?status=suspended&",
      "?status=0&",
      "?status=active&role=member&",
      "?q=active&",
    ])
      await expectProblem(await list(`${query}cursor=${cursor}`), "invalid_cursor", query);
    const plain = await cursorOf("?");
    await expectProblem(
      await as(boss)(`GET /organizations/${boss.org_id}/roles?cursor=${plain}`),
      "invalid_cursor",
    );
    const admin = await memberOf(boss.org_id, { role: "admin" });
    await expectProblem(await list(`?cursor=${plain}`, admin), "invalid_cursor");
    await owner("delete from member where user_id = $1 and org_id = $2", [admin.user_id, boss.org_id]);
  });

  test("a search among very many stops after 20,000, and says where to go on", async () => {
    const ann = await signedIn();
    await owner(
      `with u as (
         insert into "user" (email, password) select 'm' || i || $2, 'no hash' from generate_series(1, 20500) i returning id)
       insert into member (org_id, user_id, role_id)
       select org_id, u.id, role.id from role, u where org_id = $1 and name = 'member'`,
      [ann.org_id, `-${crypto.randomUUID()}@example.com`],
    );
    const [last] = await owner("select user_id from member where org_id = $1 order by id desc limit 1", [
      ann.org_id,
    ]);
    await owner(`update "user" set profile = '{"name": "Needle"}' where id = $1`, [last?.user_id]);
    const path = `GET /organizations/${ann.org_id}/members?q=needle`;
    const first = await expectAnswer(await as(ann)(path), 200);
    expect(first).toEqual({ data: [], next_cursor: expect.any(String) });
    const second = await expectAnswer(await as(ann)(`${path}&cursor=${first.next_cursor}`), 200);
    expect(second).toEqual({
      data: [expect.objectContaining({ user_id: last?.user_id })],
      next_cursor: null,
    });
  });
});
