// No rule of the statistics that could be broken unnoticed by their histories: each is, in turn, and one of the first
// histories has to come upon an answer that is wrong.
import { afterAll, expect, test } from "vitest";
import { checkHistory, historyLogins } from "./checked-history.ts";
import { migratedDatabase } from "./scratch.ts";

const scratch = await migratedDatabase();
afterAll(() => scratch.drop());
const { owner } = scratch;
const logins = await historyLogins(scratch);

const patience = 100;
const timeoutMs = 120_000;

/** What the first history says that fails; null: none does. */
async function complaint(): Promise<string | null> {
  for (let seed = 1; seed <= patience; seed += 1) {
    try {
      await checkHistory(logins, seed, new Map());
    } catch (error) {
      if (error instanceof Error && error.name === "AssertionError") return error.message;
      throw error;
    }
  }
  return null;
}

/** The same while a function has another text. */
async function complaintWith(name: string, text: string, wrong: string): Promise<string | null> {
  const { rows } = await owner.query<{ right: string }>("select pg_get_functiondef($1::regproc) as right", [
    name,
  ]);
  const right = rows[0]?.right ?? "";
  expect(right).toContain(text);
  await owner.query(right.replaceAll(text, wrong));
  return complaint().finally(() => owner.query(right));
}

test.each([
  ["member", "member_count_joined"],
  ["member", "member_count_changed"],
  ["member", "member_count_left"],
  ["member", "member_system_role"],
  ["website_member", "website_member_system_role"],
])(
  "%s without the trigger %s",
  async (table, trigger) => {
    await owner.query(`alter table ${table} disable trigger ${trigger}`);
    const found = await complaint().finally(() =>
      owner.query(`alter table ${table} enable trigger ${trigger}`),
    );
    expect(found).toContain("HISTORY=");
  },
  timeoutMs,
);

test.each([
  ["app.counted_orgs", "app.my_orgs('stats:read')", "app.my_orgs()"],
  ["app.fold_member_changes", "(values (24), (1)) grain", "(values (24)) grain"],
  ["app.fold_member_changes", "select null union all", "select null where false union all"],
  ["app.member_counts", "m.created_at < _to", "m.created_at <= _to"],
  ["app.guest_counts", "count(distinct w.user_id)", "count(*)"],
  ["app.members_near_midnight", "p.left_at < b.at", "p.left_at <= b.at"],
  ["app.all_users_by_role_name", "min(r.id) over (partition by r.name, r.scope)", "r.id"],
  ["app.org_role_wise_users", "'resume_after', _last", "'resume_after', null"],
  ["app.my_orgs", "and (r.system and r.name = 'owner' or", "and (true or"],
  ["app.calendar", "date_trunc(_interval", "date_trunc('day'"],
])(
  "%s with something else than %s",
  async (name, text, wrong) => {
    expect(await complaintWith(name, text, wrong)).toContain("HISTORY=");
  },
  timeoutMs,
);

test(
  "changes that are counted for an organization which nobody touched",
  async () => {
    const leak = "select coalesce(nullif(history.bystander(), 0), side.org_id),";
    expect(await complaintWith("app.count_changed", "select side.org_id,", leak)).toContain("untouched");
  },
  timeoutMs,
);
