// Every statistic equals a recount of the audit trail, after any history, for whoever asks and whatever they ask; and what
// is done in one organization never moves another's numbers. Some alone, or others: HISTORY=417 (or 1001-2000) npx vitest …
import { afterAll, expect, test } from "vitest";
import { checkHistory, historyLogins, type Seen } from "./checked-history.ts";
import { migratedDatabase } from "./scratch.ts";

const scratch = await migratedDatabase();
afterAll(() => scratch.drop());
const logins = await historyLogins(scratch);

const asked = process.env.HISTORY;
const many = 250;
const timeoutMs = 300_000;
/** Seen this often at least in so many histories, or they are not worth looking at. */
const worthLooking: Record<string, number> = {
  untouched: 240,
  "member.created": 1000,
  "member.updated": 200,
  "member.deleted": 150,
  "organization.updated": 30,
  "organization.deleted": 30,
  "user.deleted": 30,
  "role.updated": 40,
  "website_member.created": 300,
  "website_member.updated": 10,
  "website_member.deleted": 50,
  "website.deleted": 10,
  "role_wise_users, some": 250,
  "org_wise_members, some": 250,
  "org_role_wise_users, some": 250,
  "membership_growth, some": 250,
  "TN401 session_ended": 10,
  "TN403 member_suspended": 5,
  "TN403 organization_suspended": 1,
  "TN403 permission_missing": 20,
  "TN404 not_found": 150,
};

async function checkHistories(first: number, last: number): Promise<Seen> {
  const seen: Seen = new Map();
  for (let seed = first; seed <= last; seed += 1) await checkHistory(logins, seed, seen);
  return seen;
}

test.runIf(asked)(
  "the histories that were asked for",
  async () => {
    const [first = 0, last = first] = (asked ?? "").split("-").map(Number);
    await checkHistories(first, last);
  },
  Number.POSITIVE_INFINITY,
);

test.skipIf(asked).each([1, 251, 501, 751])(
  "250 histories from %i on: every answer equals a recount of the trail, and the bystander's stand still",
  async (first) => {
    const seen = await checkHistories(first, first + many - 1);
    for (const [what, often] of Object.entries(worthLooking))
      expect(seen.get(what), what).toBeGreaterThanOrEqual(often);
  },
  timeoutMs,
);
