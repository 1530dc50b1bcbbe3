// What the cron removes: what is over and of no more use to anybody, and nothing else. And what it adds up.
import { expect, test, vi } from "vitest";
import { configOf } from "../src/config.ts";
import { everyMinute } from "../src/jobs/every-minute.ts";
import { ask, bindings } from "./support/app.ts";
import { captureLog } from "./support/log.ts";
import { owner } from "./support/owner.ts";
import { goodPassword, newEmail, type SignedIn, signedIn } from "./support/people.ts";
import { prune } from "./support/prune.ts";
import { memberSince, statsOf, utc } from "./support/stats.ts";

const day = 86_400_000;
const subject = "encode(sha256(convert_to($1, 'UTF8')), 'hex')";

test("sessions, tokens and counted attempts go when their time is over", async () => {
  const email = newEmail("pruned");
  await ask("/signup", { json: { email, password: goodPassword, organization_name: "A" } });
  const tokens = [];
  for (let i = 0; i < 3; i += 1) {
    const { body } = await ask("/signin", { json: { email, password: goodPassword } });
    tokens.push(body.access_token);
  }
  await ask("/signin", { json: { email, password: "not the right one" } });
  const [user] = await owner(`select id from "user" where email = $1`, [email]);
  const sessions = await owner("select id from session where user_id = $1 order by id", [user?.id]);
  await owner("update session set expires_at = created_at where id = $1", [sessions[0]?.id]);
  await owner("update session set ended_at = created_at - $2::bigint where id = $1", [sessions[1]?.id, day]);
  await ask("/forgot-password", { json: { email } });
  const links = "mail_token where user_id = $1 or address = app.address_hash($2)";
  expect(await owner(`select hash from ${links}`, [user?.id, email])).toHaveLength(2);
  await owner(`update ${links.replace("where", "set expires_at = created_at where")}`, [user?.id, email]);
  await owner(`update attempt set last_at = last_at - 900000 where subject = ${subject}`, [email]);
  await prune();
  expect(await owner("select id from session where user_id = $1", [user?.id])).toEqual([sessions[2]]);
  expect(await owner(`select hash from ${links}`, [user?.id, email])).toEqual([]);
  expect(await owner(`select subject from attempt where subject = ${subject}`, [email])).toEqual([]);
  expect((await ask("/me", { token: tokens[2] })).status).toBe(200);
  expect((await ask("/me", { token: tokens[1] })).body.code).toBe("session_ended");
});

/** One pending invite of this organization for each address. */
const invites = ({ org_id, user_id }: SignedIn, names: string[]) =>
  owner(
    `insert into invite (token, user_id, org_id, email, role_id, lifetime_ms, expires_at)
     select gen_random_uuid(), $2, $1, n || '@example.com', r.id, 600000, app.now_ms() + 600000
     from unnest($3::text[]) n, role r where r.org_id = $1 and r.name = 'member'`,
    [org_id, user_id, names],
  );
const change = ({ org_id }: SignedIn, name: string, set: string) =>
  owner(`update invite set ${set} where org_id = $1 and email = $2`, [org_id, `${name}@example.com`]);
const left = async ({ org_id }: SignedIn) => {
  const rows = await owner("select email from invite where org_id = $1 order by email", [org_id]);
  return rows.map(({ email }) => email.split("@")[0]);
};

test("expired invites go, those that were settled a month after", async () => {
  const person = await signedIn();
  const month = "app.now_ms() - 30 * 86400000::bigint";
  await invites(person, ["accepted", "accepted-long-ago", "expired", "open", "revoked", "revoked-long-ago"]);
  await change(person, "expired", "expires_at = app.now_ms()");
  for (const state of ["accepted", "revoked"]) {
    const settled = `state = '${state}', expires_at = app.now_ms() - 1000`;
    await change(person, state, `${settled}, settled_at = ${month} + 60000`);
    await change(person, `${state}-long-ago`, `${settled}, settled_at = ${month}`);
  }
  await prune();
  expect(await left(person)).toEqual(["accepted", "open", "revoked"]);
});

test("an invite whose link works is kept, however long ago it was settled", async () => {
  const person = await signedIn();
  await invites(person, ["revoked"]);
  await change(person, "revoked", "state = 'revoked', settled_at = 0");
  await prune();
  expect(await left(person)).toEqual(["revoked"]);
});

test("mails go a month after they were sent or given up, and one that waits stays", async () => {
  const recipient = newEmail("old");
  for (const settled of ["sent_at", "failed_at", "attempts"])
    await owner(
      `insert into outbox (template, recipient, created_at, next_attempt_at, ${settled})
       values ($2, $1, app.now_ms() - 30 * 86400000::bigint, app.now_ms() + 600000, 1)`,
      [recipient, settled],
    );
  try {
    await prune();
    const rows = await owner("select template from outbox where recipient = $1", [recipient]);
    expect(rows).toEqual([{ template: "attempts" }]);
  } finally {
    await owner("delete from outbox where recipient = $1", [recipient]);
  }
});

/** From now on no mail is claimed: other tests wait for theirs. */
function refuseMails(): void {
  const { fetch } = globalThis;
  vi.spyOn(globalThis, "fetch").mockImplementation((input, init) =>
    String(init?.body).includes("app.claim_mails")
      ? Promise.reject(new Error("no mails are sent"))
      : fetch(input, init),
  );
}

test("who joined and left is added to the statistics' tallies, however much it is and whatever else fails", async () => {
  const person = await signedIn();
  for (const day of ["2001-01-01", "2001-01-01", "2001-01-02"])
    await memberSince(person.org_id, { at: utc(day) });
  // More than one round takes; after these come the others.
  await owner(
    `insert into member_change (org_id, role_id, status, at, members, joined, ended)
     select $1, r.id, 0, $2, sign, sign, 0 from role r, generate_series(1, 3000), (values (1), (-1)) s (sign)
     where r.org_id = $1 and r.name = 'member'`,
    [person.org_id, utc("2001-01-03")],
  );
  await memberSince(person.org_id, { at: utc("2001-01-04") });
  const waiting = () => owner("select from member_change where org_id = $1", [person.org_id]);
  const seen = await statsOf(person, "org-role-wise-users");
  const log = captureLog();
  refuseMails();
  // Another test may be folding, and then this run leaves it to that.
  do await everyMinute(configOf(bindings()));
  while ((await waiting()).length > 0);
  const lines = log().map((line) => JSON.parse(line));
  vi.restoreAllMocks();
  expect(lines[0]).toMatchObject({ level: "error", event: "cron", job: "mail" });
  const rows = await owner(
    `select t.day::int as day, r.name, t.status, t.members from member_tally t join role r on r.id = t.role_id
     where t.org_id = $1 and r.name = 'member' order by 1`,
    [person.org_id],
  );
  const day = (date: string) => utc(date) / 86_400_000;
  const tallied = (date: string, members: number) => ({ day: day(date), name: "member", status: 0, members });
  expect(rows).toEqual([tallied("2001-01-01", 2), tallied("2001-01-02", 1), tallied("2001-01-04", 1)]);
  expect(await statsOf(person, "org-role-wise-users")).toEqual(seen);
});

test("a database that is away is one error line for each part, and nothing else", async () => {
  const log = captureLog();
  await everyMinute(configOf(bindings({ LOCAL_NEON_ENDPOINT: "http://127.0.0.1:1/sql" })));
  const lines = log().map((line) => JSON.parse(line));
  vi.restoreAllMocks();
  expect(lines.map(({ level, event, job }) => ({ level, event, job }))).toEqual(
    expect.arrayContaining([
      { level: "error", event: "cron", job: "mail" },
      { level: "error", event: "cron", job: "prune" },
      { level: "error", event: "cron", job: "tallies" },
    ]),
  );
  expect(lines).toHaveLength(3);
});
