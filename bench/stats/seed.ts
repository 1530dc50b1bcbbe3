// A service of so many members in so many organizations, as two years would have made it: every person is in one
// organization and one in ten in two, one in fifty is suspended, one in ten has a role of the organization's own, one
// membership in five has ended, one organization in twenty is gone, and one person in twenty is a guest of a website.
// Written by the owner without triggers; what the triggers would have noted is then folded into the tallies as the cron
// does it.
import type pg from "pg";
import { noteAll } from "../noted.ts";
import { inBulk } from "./bulk.ts";

export type Size = { name: string; organizations: number; members: number };

export const sizes = {
  few: { name: "10,000 in 200", organizations: 200, members: 10_000 },
  many: { name: "1,000,000 in 20,000", organizations: 20_000, members: 1_000_000 },
  one: { name: "500,000 in one", organizations: 1, members: 500_000 },
} satisfies Record<string, Size>;

/** The caller's own, of as many members as the others of its size. */
export const ownOrg = 1;

const twoYears = 2 * 365 * 86_400_000;
/** When the service began. */
export const beginning = Date.now() - twoYears;

const rowsOf = ({ organizations, members }: Size): string[] => [
  `insert into "user" (email, password, profile)
   select 'user-' || n || '@example.com', 'none', jsonb_build_object('name', 'Person ' || n)
   from generate_series(1, ${members}) n`,
  `insert into organisation (name) select 'Organization ' || n from generate_series(1, ${organizations}) n order by n`,
  `insert into role (org_id, name, scope, description, permissions, system)
   select o.id, s.name, s.scope, s.description, s.permissions, true
   from organisation o, app.system_roles() s order by o.id`,
  `insert into role (org_id, name, scope, permissions)
   select id, 'Editor', 'organization', '{member:read}' from organisation order by id`,
  // In the order of time, so that an organization's members lie as scattered as they would.
  `insert into member (org_id, user_id, role_id, system_role, status, created_at, updated_at)
   select r.org_id, case when n % 10 = 9 then 1 + (n * 7919) % ${members} else n end, r.id,
     app.system_role_of(r.name, r.system), (n % 50 = 7)::integer, at, at
   from (
     select n, 1 + n % ${organizations} as org, ${beginning} + n * ${Math.floor(twoYears / members)} as at,
       case when n <= ${organizations} then 'owner' when n % 10 = 3 then 'Editor' when n % 20 = 1 then 'admin'
         else 'member' end as role
     from generate_series(1::bigint, ${members}) n
   ) m join role r on r.org_id = m.org and r.name = m.role
   order by n
   on conflict (user_id, org_id) do nothing`,
  `insert into past_member (org_id, status, joined_at, left_at)
   select 1 + n % ${organizations}, (n % 50 = 7)::integer, at, at + n % 300 * 86400000 / 2
   from (
     select n, ${beginning} + n * ${Math.floor((5 * twoYears) / members)} / 2 as at
     from generate_series(1::bigint, ${members} / 5) n) p`,
  // In their first year they filled, in the second one after the other went.
  `insert into gone_members (joined_day, joined_at, status, left_at)
   select app.slot_of(at, 24), array_agg(at order by at), 0, ${beginning} + ${twoYears} / 2 + org * ${10_000_000}
   from (
     select n % ${Math.ceil(organizations / 20)} as org, ${beginning} + n * ${Math.floor((10 * twoYears) / members)} as at
     from generate_series(1::bigint, ${members} / 20) n) m
   group by org, 1`,
  `insert into website (org_id, name, url) select id, 'Shop', 'https://shop.example' from organisation order by id`,
  `insert into website_member (website_id, org_id, user_id, role_id, system_role, created_at)
   select w.id, w.org_id, n, r.id, app.system_role_of(r.name, r.system), ${beginning} + n * ${Math.floor(twoYears / members)}
   from generate_series(1::bigint, ${members}) n join website w on w.org_id = 1 + n % ${organizations}
     join role r on r.org_id = w.org_id and r.name = 'website_user'
   where n % 20 = 5 order by n`,
  noteAll,
];

/** Of a load, and as the cron folds. */
const manyAtOnce = 100_000;
const cronLimit = 5_000;
/** So many, if there are more, are left for folding as the cron does it. */
const leftForCron = 50_000;

/** Errors: whatever Postgres says. Returns how many changes were folded a second by folds like the cron's. */
export async function seed(owner: pg.Client, size: Size): Promise<number> {
  await inBulk(owner, async () => {
    for (const statement of rowsOf(size)) await owner.query(statement);
    await owner.query("vacuum analyze");
    for (let left = await changes(owner); left > leftForCron; left = await changes(owner)) {
      await owner.query("select app.fold_member_changes($1)", [Math.min(manyAtOnce, left - leftForCron)]);
    }
  });
  await owner.query("vacuum analyze");
  const left = await changes(owner);
  const begun = performance.now();
  await foldAll(owner);
  const seconds = (performance.now() - begun) / 1000;
  await owner.query("vacuum analyze");
  return left / seconds;
}

export async function foldAll(client: pg.ClientBase): Promise<void> {
  while ((await foldOnce(client)) > 0);
}

/** As the cron does it. Answers how many changes were folded. */
export async function foldOnce(client: pg.ClientBase): Promise<number> {
  const { rows } = await client.query<{ count: number }>("select app.fold_member_changes($1) as count", [
    cronLimit,
  ]);
  return rows[0]?.count ?? 0;
}

/** Not folded yet. */
export async function changes(owner: pg.Client): Promise<number> {
  const { rows } = await owner.query<{ count: number }>(
    "select count(*)::integer as count from member_change",
  );
  return rows[0]?.count ?? 0;
}
