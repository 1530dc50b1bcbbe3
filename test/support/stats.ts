// Statistics: memberships of long ago, answers to the last page, and the same answer before and after the cron has
// added up what changed.
import { neon, neonConfig } from "@neondatabase/serverless";
import { sql } from "drizzle-orm";
import { expect, inject } from "vitest";
import type { Body } from "./app.ts";
import { database } from "./callers.ts";
import { owner } from "./owner.ts";
import { newEmail, type SignedIn } from "./people.ts";
import { as, expectAnswer } from "./requests.ts";

export const statsPaths = [
  "role-wise-users",
  "org-wise-members",
  "org-role-wise-users",
  "membership-growth",
] as const;
export type StatsPath = (typeof statsPaths)[number];
export type Asked = Record<string, string | number>;
type Asker = Pick<SignedIn, "access">;

export const utc = (iso: string) => Date.parse(iso.length === 10 ? iso : `${iso}Z`);

const search = (asked: Asked) =>
  new URLSearchParams(Object.entries(asked).map(([key, value]) => [key, String(value)])).toString();

export const askStats = (person: Asker, path: StatsPath, asked: Asked = {}): Promise<Response> =>
  as(person)(`GET /stats/${path}?${search(asked)}`);

/** All rows, page by page (`limit` is that of a page), each page as the contract has it. */
export async function statsOf(person: Asker, path: StatsPath, asked: Asked = {}): Promise<Body[]> {
  const rows: Body[] = [];
  const most = path === "membership-growth" ? 1000 : 50;
  let cursor: string | null = null;
  do {
    const answer = await askStats(person, path, { ...asked, ...(cursor !== null && { cursor }) });
    const page: Body = await expectAnswer(answer, 200);
    expect(Object.keys(page)).toEqual(["data", "next_cursor"]);
    expect(page.data.length).toBeLessThanOrEqual(Number(asked.limit ?? most));
    rows.push(...page.data);
    cursor = page.next_cursor;
  } while (cursor !== null);
  return rows;
}

type Membership = { role?: string; at?: number; status?: number; userId?: number };

/** The id of somebody who never signs in. */
export async function newUserId(): Promise<number> {
  const [row] = await owner(`insert into "user" (email, password) values ($1, 'no hash') returning id`, [
    newEmail("counted"),
  ]);
  return row?.id;
}

/** A member, since `at`. */
export async function memberSince(orgId: number, membership: Membership = {}): Promise<number> {
  const { role = "member", at = Date.now(), status = 0, userId = await newUserId() } = membership;
  const given = await owner(
    `insert into member (org_id, user_id, role_id, status, created_at)
     select org_id, $2, id, $3, $4 from role where org_id = $1 and name = $5 returning id`,
    [orgId, userId, status, at, role],
  );
  expect(given).toHaveLength(1);
  return userId;
}

/** The same on a website. */
export async function guestSince(websiteId: number, membership: Membership = {}): Promise<number> {
  const { role = "website_user", at = Date.now(), status = 0, userId = await newUserId() } = membership;
  const given = await owner(
    `insert into website_member (website_id, org_id, user_id, role_id, status, created_at)
     select w.id, w.org_id, $2, r.id, $3, $4 from website w join role r on r.org_id = w.org_id and r.name = $5
     where w.id = $1 returning id`,
    [websiteId, userId, status, at, role],
  );
  expect(given).toHaveLength(1);
  return userId;
}

/** A membership that is over, as migration 0007 writes what it finds in the trail. */
export const wasMember = (orgId: number, joinedAt: number, leftAt: number, status = 0) =>
  owner(
    `with past as (
       insert into past_member (org_id, status, joined_at, left_at) values ($1, $4, $2, $3) returning *)
     insert into member_change (org_id, role_id, status, at, members, joined, ended)
     select org_id, null::integer, status, joined_at, 0, 1, 0 from past
     union all select org_id, null, status, left_at, 0, 0, 1 from past`,
    [orgId, joinedAt, leftAt, status],
  );

/** When everybody who is in the organization came. */
export const allSince = (orgId: number, at: number) =>
  owner("update member set created_at = $2 where org_id = $1", [orgId, at]);

/** Adds up what changed in these organizations, as the cron does. Another test file may be at it too. */
export async function fold(orgIds: number[]): Promise<void> {
  const left = async () =>
    (await owner("select from member_change where org_id = any ($1) limit 1", [orgIds])).length;
  for (let round = 0; (await left()) > 0; round += 1) {
    if (round === 100) throw new Error("the changes are not folded");
    await database().call(sql`app.fold_member_changes(5000::integer)`);
  }
}

/** Takes it back: what the tallies hold of these organizations is to be added up again. */
async function unfold(orgIds: number[]): Promise<void> {
  const client = neon(inject("ownerUrl"));
  neonConfig.fetchEndpoint = inject("neonSqlUrl");
  await client.transaction([
    client.query("select pg_advisory_xact_lock(hashtext('gatehouse member changes'))"),
    client.query(
      `with members as (delete from member_tally where org_id = any ($1) returning *),
         hours as (delete from growth_tally where org_id = any ($1) and hours = 1 returning *),
         days as (delete from growth_tally where org_id = any ($1) and hours = 24 returning *),
         gone as (
           select hours, slot, status, sum(joined) as joined, sum(ended) as ended
           from (select * from hours union all select * from days) t group by 1, 2, 3),
         everywhere as (
           update growth_tally g set joined = g.joined - gone.joined, ended = g.ended - gone.ended from gone
           where g.org_id is null and (g.hours, g.slot, g.status) = (gone.hours, gone.slot, gone.status))
       insert into member_change (org_id, role_id, status, at, members, joined, ended)
       select org_id, role_id, status, day * 86400000, members, 0, 0 from members
       union all select org_id, null, status, slot * 3600000, 0, joined, ended from hours`,
      [orgIds],
    ),
  ]);
}

const tallied = (orgIds: number[]) =>
  owner(
    `select org_id from member_tally where org_id = any ($1)
     union all select org_id from growth_tally where org_id = any ($1)`,
    [orgIds],
  );

/** What is seen of these organizations: the same, whether the cron has added up their changes or not. */
export async function foldedOrNot<Seen>(orgIds: number[], look: () => Promise<Seen>): Promise<Seen> {
  let unfolded: Seen;
  do {
    await unfold(orgIds);
    unfolded = await look();
  } while ((await tallied(orgIds)).length > 0);
  await fold(orgIds);
  expect((await tallied(orgIds)).length).toBeGreaterThan(0);
  expect(await look()).toEqual(unfolded);
  return unfolded;
}
