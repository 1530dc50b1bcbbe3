// The lists of platform admins in a database of many: what is examined has a bound, what is listed comes at once.
import { beforeAll, describe, expect, test } from "vitest";
import { prepare, society } from "./society.ts";
import type { Person } from "./tenants.ts";

const many = 41_000;
const { owner, service, person } = await society();

type Found = { rows: { id: number; status: number }[]; resume_after: number | null };
type Search = { q?: string | null; status?: number | null; after?: number | null; limit?: number };
let operator: Person;
/** The ids of the organizations and the people who fill the tables, in order. */
const filled: Record<string, number[]> = {};

beforeAll(async () => {
  operator = await person();
  await owner.query(`update "user" set platform_admin = true where id = $1`, [operator.userId]);
  // Without digits, which are sought.
  const word = "translate(i::text, '0123456789', 'abcdefghij')";
  for (const [kind, table, columns] of [
    ["organizations", "organisation", `(name) select 'Many'`],
    ["users", '"user"', `(email, password) select ${word} || '@example.net', ''`],
  ] as const) {
    // The trail of so many would take longer than all the rest.
    await owner.query(`alter table ${table} disable trigger user`);
    const { rows } = await owner.query<{ id: number }>(
      `insert into ${table} ${columns} from generate_series(1, $1) i returning id`,
      [many],
    );
    await owner.query(`alter table ${table} enable trigger user`);
    filled[kind] = rows.map(({ id }) => id);
  }
});

async function find(
  kind: string,
  { q = null, status = null, after = null, limit = 50 }: Search,
): Promise<Found> {
  await prepare(service, operator, null);
  try {
    const { rows } = await service.query<{ found: Found }>(
      `select app.find_${kind}($1, $2, $3, $4) as found`,
      [q, status, after, limit],
    );
    return rows[0]?.found as Found;
  } finally {
    await service.query("rollback");
  }
}
const idsOf = ({ rows }: Found) => rows.map(({ id }) => id);

describe.each(["organizations", "users"])("of %s", (kind) => {
  const table = kind === "users" ? `"user"` : "organisation";
  const at = (index: number) => filled[kind]?.at(index) ?? 0;
  const change = (id: number, to: string) => owner.query(`update ${table} set ${to} where id = $1`, [id]);
  const named = (name: string) => (kind === "users" ? `profile = '{"name": "${name}"}'` : `name = '${name}'`);

  test("a search ends after 20,000, and says where to go on, until the end", async () => {
    await change(at(-1), named("Needle"));
    let examined = 0;
    let after: number | null = null;
    for (const round of [1, 2, 3]) {
      const found = await find(kind, { q: "needle", after });
      expect(idsOf(found)).toEqual(round === 3 ? [at(-1)] : []);
      if (round < 3) expect(found.resume_after).toBeGreaterThan(after ?? 0);
      examined = (filled[kind] ?? []).filter((id) => id <= (found.resume_after ?? at(-1))).length;
      // What was there before the many is examined too.
      if (round < 3) expect(Math.abs(examined - 20_000 * round)).toBeLessThan(10);
      after = found.resume_after;
    }
    expect([after, examined]).toEqual([null, many]);
  });

  test("by status it is the same search", async () => {
    await change(at(-2), "status = 1");
    const first = await find(kind, { status: 1 });
    expect(first).toEqual({ rows: [], resume_after: expect.any(Number) });
    const last = await find(kind, { status: 1, after: at(30_000) });
    expect([idsOf(last), last.resume_after]).toEqual([[at(-2)], null]);
    await change(at(-2), "status = 0");
  });

  test("an id far away stands on the first page; the search goes on from where it was, without it", async () => {
    const far = at(-3);
    await change(at(10), named(`Like ${far}`));
    await change(far, named(`Like ${far}`));
    const first = await find(kind, { q: String(far) });
    expect(idsOf(first)).toEqual([at(10), far]);
    expect(first.resume_after).toBeLessThan(at(20_000));
    const second = await find(kind, { q: String(far), after: first.resume_after });
    expect(idsOf(second)).toEqual([]);
    const third = await find(kind, { q: String(far), after: second.resume_after });
    expect([idsOf(third), third.resume_after]).toEqual([[], null]);
    const single = await find(kind, { q: String(far), limit: 1 });
    expect([idsOf(single), single.resume_after]).toEqual([[far], 0]);
    expect(idsOf(await find(kind, { q: String(far), limit: 1, after: 0 }))).toEqual([at(10)]);
    expect(idsOf(await find(kind, { q: String(far), status: 1 }))).toEqual([]);
  });

  test("a list without filters is read page by page, by ascending id", async () => {
    const page = await find(kind, { after: at(100), limit: 200 });
    expect(idsOf(page)).toEqual(filled[kind]?.slice(101, 301));
    expect(page.resume_after).toBe(at(300));
    const last = await find(kind, { after: at(-11), limit: 10 });
    expect([idsOf(last), last.resume_after]).toEqual([filled[kind]?.slice(-10), null]);
    const past = await find(kind, { after: at(-1), limit: 10 });
    expect(past).toEqual({ rows: [], resume_after: null });
  });

  test("reads no more than its page needs", async () => {
    await prepare(service, operator, null);
    const read = async () => {
      const entries = "select pg_stat_get_xact_tuples_returned($1::regclass)::int as n";
      return (await service.query(entries, [kind === "users" ? "user_pkey" : "organisation_pkey"])).rows[0].n;
    };
    const before = await read();
    await service.query(`select app.find_${kind}(null, null, $1, 50)`, [at(5000)]);
    const after = await read();
    await service.query("rollback");
    // Looked for, then shown.
    expect(after - before).toBeGreaterThanOrEqual(101);
    expect(after - before).toBeLessThan(120);
  });
});

test("a whole address is looked up, however many there are", async () => {
  const [last = 0] = filled.users?.slice(-1) ?? [];
  const found = await find("users", { q: "EBAAA@example.net" });
  expect(found).toEqual({ rows: [expect.objectContaining({ id: last })], resume_after: null });
});
