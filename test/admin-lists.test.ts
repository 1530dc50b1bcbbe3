// Platform admins find organizations and people: by a part of a name or address, an id, a status, page by page. Other
// tests make theirs meanwhile, so what is sought here has a tag of its own.
import { beforeAll, describe, expect, test } from "vitest";
import { demote, platformAdmin } from "./support/operators.ts";
import { owner } from "./support/owner.ts";
import { type SignedIn, signedIn } from "./support/people.ts";
import { expectProblem } from "./support/problems.ts";
import { as, expectAnswer } from "./support/requests.ts";

const tag = `t${crypto.randomUUID().slice(0, 8)}`;
/** Nine digits, and no id of anything. */
const digits = `9${Math.floor(1e8 * Math.random())
  .toString()
  .padStart(8, "0")}`;
const organizations = "/admin/organizations";
const users = "/admin/users";
type Path = typeof organizations | typeof users;
const lists = [organizations, users] as const;

let ann: SignedIn;
/** Ids by what they are called here. */
const ids: Record<Path, Record<string, number>> = { [organizations]: {}, [users]: {} };

beforeAll(async () => {
  ann = await platformAdmin();
  for (const [key, name, status] of [
    ["acme", `Acme ${tag}`, 0],
    ["bert", `BERTÄ ${tag}`, 1],
    ["cleo", `100% cleo_x ${tag}`, 0],
    ["digits", `No. ${digits}`, 1],
  ] as const) {
    const [org] = await owner("insert into organisation (name, status) values ($1, $2) returning id", [
      name,
      status,
    ]);
    ids[organizations][key] = org?.id;
    const [user] = await owner(
      `insert into "user" (email, password, profile, status, settings)
       values ($1, 'no hash', $2, $3, '{"secret": "settings"}') returning id`,
      [`${key}.${tag}@example.com`, { name, secret: "profile" }, status],
    );
    ids[users][key] = user?.id;
  }
});

type Row = Record<string, unknown>;
const list = (path: Path, query = "", person = ann) => as(person)(`GET ${path}${query}`);

/** All pages of a list: another test may have made so many that a search stops for a while. */
async function whole(path: Path, filters: string, limit = 200): Promise<Row[]> {
  const rows: Row[] = [];
  let cursor = "";
  do {
    const page = await expectAnswer(await list(path, `?${filters}&limit=${limit}${cursor}`), 200);
    expect(page.data.length).toBeLessThanOrEqual(limit);
    rows.push(...page.data);
    cursor = page.next_cursor && `&cursor=${page.next_cursor}`;
  } while (cursor);
  return rows;
}
const idOf = (row: Row) => (row.org_id ?? row.user_id) as number;
async function found(path: Path, filters: string, limit?: number): Promise<(string | undefined)[]> {
  const names = Object.entries(ids[path]);
  return (await whole(path, filters, limit)).map((row) => names.find(([, id]) => id === idOf(row))?.[0]);
}
const q = (text: string) => `q=${encodeURIComponent(text)}`;

test("an organization with what an operator needs, and never its settings", async () => {
  const [row] = await owner("select * from organisation where id = $1", [ids[organizations].bert]);
  expect(await whole(organizations, `${q(`bertä ${tag}`)}`)).toEqual([
    {
      org_id: row?.id,
      name: row?.name,
      status: "suspended",
      personal: false,
      created_at: Number(row?.created_at),
      updated_at: Number(row?.updated_at),
    },
  ]);
});

test("a person with what an operator needs, and never hash, profile or settings", async () => {
  const [row] = await owner(`select * from "user" where id = $1`, [ids[users].bert]);
  const stranger = {
    user_id: row?.id,
    email: row?.email,
    name: row?.profile.name,
    email_verified: false,
    status: "suspended",
    platform_admin: false,
    created_at: Number(row?.created_at),
    updated_at: Number(row?.updated_at),
  };
  expect(await whole(users, q(row?.email))).toEqual([stranger]);
  const [me] = await whole(users, q(ann.email));
  expect(me).toMatchObject({ user_id: ann.user_id, name: null, platform_admin: true, email_verified: true });
  const long = await signedIn({ profile: { name: "x".repeat(60_000) } });
  const [shown] = await whole(users, q(long.email));
  expect(String(shown?.name)).toBe("x".repeat(200));
});

describe.each(lists)("%s", (path) => {
  test.each([
    [tag, ["acme", "bert", "cleo", ...(path === users ? ["digits"] : [])]],
    [`  ACME ${tag} `, ["acme"]],
    [`ertä ${tag}`, ["bert"]],
    [digits, ["digits"]],
    [`0% cleo_x ${tag}`, ["cleo"]],
    [`% ${tag}`, []],
    [`c_eo_x ${tag}`, []],
    [`\\${tag}`, []],
    [`${tag}'; select`, []],
  ])("by a part of the name, whatever is in it: %j finds %j", async (text, names) => {
    expect(await found(path, q(text))).toEqual(names);
  });

  test("by status, its word or its code", async () => {
    const suspended = path === users ? ["bert", "digits"] : ["bert"];
    for (const status of ["suspended", "1"])
      expect(await found(path, `${q(tag)}&status=${status}`)).toEqual(suspended);
    for (const status of ["active", "0"])
      expect(await found(path, `${q(tag)}&status=${status}`)).toEqual(["acme", "cleo"]);
    for (const row of await whole(path, "status=suspended")) expect(row.status).toBe("suspended");
  });

  test("by id, on the first page, however short it is; others whose name has these digits follow, once", async () => {
    const { acme = 0, bert = 0 } = ids[path];
    const name = `Called ${acme}`;
    const namesake =
      path === users
        ? await owner(
            `insert into "user" (email, password, profile) values ($1, 'no hash', $2) returning id`,
            [`n${crypto.randomUUID()}@example.org`, { name }],
          )
        : await owner("insert into organisation (name) values ($1) returning id", [name]);
    const first = await expectAnswer(await list(path, `?q=${acme}&limit=1`), 200);
    expect(first.data.map(idOf)).toEqual([acme]);
    expect(first.next_cursor).toEqual(expect.any(String));
    for (const limit of [1, 2, 200]) {
      const all = (await whole(path, `q=${acme}`, limit)).map(idOf);
      expect(all.filter((id) => id === acme)).toHaveLength(1);
      expect(all.filter((id) => id === namesake[0]?.id)).toHaveLength(1);
    }
    const { data } = await expectAnswer(await list(path, `?q=${bert}&status=suspended`), 200);
    expect(data.map(idOf)).toContain(bert);
    expect((await whole(path, `q=${bert}&status=active`)).map(idOf)).not.toContain(bert);
  });

  test("what is no id finds nothing, and breaks nothing", async () => {
    const { acme = 0 } = ids[path];
    for (const text of [
      `00000000${acme}`,
      `${2 ** 32 + acme}`,
      "2147483648",
      "9".repeat(254),
      `${acme}.00000`,
    ])
      expect((await whole(path, q(text))).map(idOf)).not.toContain(acme);
  });

  test("page by page: all of them, once, by ascending id", async () => {
    const { acme, bert, cleo, digits: last } = ids[path];
    const all = path === users ? [acme, bert, cleo, last] : [acme, bert, cleo];
    for (const limit of [1, 2, 3, 200]) expect((await whole(path, q(tag), limit)).map(idOf)).toEqual(all);
    const page = await expectAnswer(await list(path, "?limit=2"), 200);
    expect(page).toEqual({ data: [expect.anything(), expect.anything()], next_cursor: expect.any(String) });
    const next = await expectAnswer(await list(path, `?limit=2&cursor=${page.next_cursor}`), 200);
    const seen = [...page.data, ...next.data].map(idOf);
    expect(seen).toEqual([...new Set(seen)].sort((a, b) => a - b));
  });

  test("a cursor carried to other filters, the other list or another admin is refused", async () => {
    const { next_cursor: cursor } = await expectAnswer(await list(path, `?${q(tag)}&limit=1`), 200);
    await expectAnswer(await list(path, `?${q(tag)}&limit=2&cursor=${cursor}`), 200);
    for (const query of ["", `q=${tag}x`, `q=${tag}&status=active`, "status=active"])
      await expectProblem(await list(path, `?${query}&cursor=${cursor}`), "invalid_cursor", query);
    const other = path === users ? organizations : users;
    await expectProblem(await list(other, `?${q(tag)}&cursor=${cursor}`), "invalid_cursor");
    const bob = await platformAdmin();
    await expectProblem(await list(path, `?${q(tag)}&cursor=${cursor}`, bob), "invalid_cursor");
    await demote(bob.user_id);
    await expectProblem(await list(path, "", bob), "permission_missing");
  });

  test.each([
    ["status", "asleep"],
    ["status", "2"],
    ["status", ""],
    ["q", ""],
    ["q", "%20"],
    ["q", "x".repeat(255)],
    ["limit", "201"],
    ["limit", "0"],
    ["role", "owner"],
  ])("refuses %s=%s", async (key, value) => {
    const { errors } = await expectProblem(await list(path, `?${key}=${value}`), "invalid_request");
    expect(errors.map((error: { path: string }) => error.path)).toEqual([key]);
  });
});

describe("a whole address", () => {
  test("finds that person alone, at once, in any case", async () => {
    const [bob, cat] = [await signedIn(), await signedIn()];
    await as(cat)("PATCH /me", { profile: { name: `Not ${bob.email}` } });
    const answer = await expectAnswer(await list(users, `?${q(bob.email.toUpperCase())}`), 200);
    expect(answer.data.map(idOf)).toEqual([bob.user_id]);
    expect(answer.next_cursor).toBeNull();
    expect((await whole(users, q(`Not ${bob.email}`))).map(idOf)).toEqual([cat.user_id]);
  });

  test("with another status than the one sought finds nobody", async () => {
    const answer = await expectAnswer(
      await list(users, `?${q(`acme.${tag}@example.com`)}&status=suspended`),
      200,
    );
    expect(answer).toEqual({ data: [], next_cursor: null });
  });

  test("that nobody has is a part of one", async () => {
    expect(await found(users, q(`acme.${tag}@example.co`))).toEqual(["acme"]);
    expect(await found(users, q(`acme.${tag}@example.com.`))).toEqual([]);
  });
});
