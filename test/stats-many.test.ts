// Many organizations in which nobody is counted: a request for the roles that people hold looks at a bounded number of
// them, comes short, and says where to go on.
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Body } from "./support/app.ts";
import { platformAdmin } from "./support/operators.ts";
import { owner } from "./support/owner.ts";
import { type SignedIn, signedIn } from "./support/people.ts";
import { expectAnswer } from "./support/requests.ts";
import { allSince, askStats, statsOf, utc } from "./support/stats.ts";

const many = 8_200;
const name = `empty ${crypto.randomUUID()}`;
const then = { from: "1984-02-29", to: "1984-03-01" };

let ada: SignedIn;
let ids: number[];
beforeAll(async () => {
  ada = await platformAdmin();
  const before = await signedIn();
  await owner("insert into organisation (name) select $1 from generate_series(1, $2)", [name, many]);
  const after = await signedIn();
  ids = [before.org_id, after.org_id];
  for (const orgId of ids) await allSince(orgId, utc("1984-02-29T12:00:00"));
});
afterAll(async () => {
  await owner("delete from organisation where name = $1", [name]);
});

test.each([1, 2, 200])("by %i, what is behind them is found", async (limit) => {
  const pages: Body[] = [];
  let cursor: string | null = null;
  do {
    const asked = { ...then, limit, ...(cursor !== null && { cursor }) };
    const page: Body = await expectAnswer(await askStats(ada, "org-role-wise-users", asked), 200);
    pages.push(page);
    cursor = page.next_cursor;
  } while (cursor !== null);
  const row = { organization: "Acme", role: "owner", scope: "organization", user_count: 1 };
  expect(pages.flatMap(({ data }) => data)).toEqual(ids.map((org_id) => ({ org_id, ...row })));
  const short = pages.filter(({ data, next_cursor }) => data.length < 2 && next_cursor !== null);
  expect(short.length).toBeGreaterThan(0);
  expect(pages.length).toBeLessThan(10);
});

test("the list of organizations holds them all, by ascending id", async () => {
  const rows = await statsOf(ada, "org-wise-members", { limit: 200 });
  expect(rows.filter(({ organization }) => organization === name)).toHaveLength(many);
  const seen = rows.map(({ org_id }) => org_id);
  expect(seen).toEqual([...new Set(seen)].sort((a, b) => a - b));
});
