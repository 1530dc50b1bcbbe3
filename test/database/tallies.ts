// The tallies of members beside a recount, and the fold that keeps them.
import type pg from "pg";
import { miscounts as miscountsQuery } from "../../scripts/invariants/tallies.ts";

/** Every number that is not what a recount says, in a sentence. */
export async function miscounts(client: pg.Client): Promise<string[]> {
  const { rows } = await client.query<{ line: string }>(`
    select concat(what, ' of ', coalesce(org_id::text, 'all'), ', slot ', slot, ', role ', role_id, ', status ', status,
      ': ', kept, ' kept, ', counted, ' counted') as line
    from (${miscountsQuery}) m order by 1`);
  return rows.map((row) => row.line);
}

/** What should not be left when everything is folded: a change, an empty or negative tally, a tally of what is gone. */
export async function leftovers(client: pg.Client): Promise<string[]> {
  const { rows } = await client.query<{ line: string }>(`
    select concat('member_change ', to_jsonb(t)) as line from member_change t
    union all
    select concat('member_tally ', to_jsonb(t)) from member_tally t
    where members <= 0 or not exists (select from organisation where id = org_id)
    union all
    select concat('growth_tally ', to_jsonb(t)) from growth_tally t
    where joined < 0 or ended < 0 or joined + ended = 0 or org_id is not null and not exists (select from organisation where id = org_id)`);
  return rows.map((row) => row.line);
}

/** One step of the cron's: how many changes it folded. */
export async function foldOnce(client: pg.Client, limit = 1_000): Promise<number> {
  const { rows } = await client.query<{ folded: number }>("select app.fold_member_changes($1) as folded", [
    limit,
  ]);
  return rows[0]?.folded ?? 0;
}

/** Until nothing is left that can be folded. */
export async function fold(client: pg.Client, limit?: number): Promise<void> {
  while ((await foldOnce(client, limit)) > 0);
}
