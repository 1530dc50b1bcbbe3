// Many people at once while the database and the mail provider fail in every way: whatever was answered is so, nothing is
// there twice, and everybody goes on afterwards. For longer, with figures: npm run chaos. Another seed: CHAOS_SEED=7.
import { expect, test } from "vitest";
import { runChaos } from "../chaos/chaos.ts";
import type { Scene } from "../faults/scene.ts";

const options = { seed: Number(process.env.CHAOS_SEED ?? 1), seconds: 15, companies: 5 };

/** One thing of each kind that the comparison has to notice. */
async function spoil({ query }: Scene) {
  await query(`update "user" set profile = '{"spoilt": true}' where id = (select max(id) from "user")`);
  await query(
    `insert into website (org_id, name, url) select max(org_id), 'Twice', 'https://x.example' from website`,
  );
  await query(
    `insert into outbox (template, recipient, sent_at) select 'removed', email, 1 from "user" limit 1`,
  );
}

test("no answer is wrong, and all is as the clients were told", async () => {
  const { figures, noticed, database, provider } = await runChaos(options, spoil);
  expect(figures.wrong).toEqual([]);

  // It was worth it.
  const failed = (counts: Map<string, number>) => [...counts.values()].reduce((sum, n) => sum + n, 0);
  expect(figures.requests).toBeGreaterThan(150);
  expect(failed(database)).toBeGreaterThan(20);
  expect(failed(provider)).toBeGreaterThan(10);
  expect(figures.repeats).toBeGreaterThan(15);
  expect(figures.statuses.get("service_unavailable")).toBeGreaterThan(10);
  expect(noticed).toEqual([
    expect.stringContaining("spoilt"),
    expect.stringContaining("Twice"),
    expect.stringMatching(/: \d+ mails of \d+ to \d+/),
  ]);
}, 240_000);
