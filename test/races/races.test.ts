// Everything that is single-use or limited, with fifty at once who want it, over and over: exactly as many get it as may,
// every other one is told why, nothing fails, nothing deadlocks, and afterwards everything is true that always should be.
// For longer: npm run races -- --rounds 200.
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { toLines, violations } from "../../scripts/invariants/run.ts";
import { migratedDatabase } from "../database/scratch.ts";
import { accountRaces } from "./accounts.ts";
import { backgroundRaces } from "./background.ts";
import { idempotencyRaces } from "./idempotency.ts";
import { inviteRaces } from "./invites.ts";
import { organizationRaces } from "./organizations.ts";
import { FEW_ROUNDS, type Race, run } from "./race.ts";
import { openService } from "./service.ts";

const asked = Number(process.env.RACE_ROUNDS ?? 0);
const roundsOf = (race: Race) => asked || (race.rounds ?? FEW_ROUNDS);
const scratch = await migratedDatabase();
const service = await openService(scratch);
afterAll(async () => {
  await service.close();
  await scratch.drop();
});

beforeAll(() => void vi.spyOn(console, "log").mockReturnValue());
afterAll(() => vi.restoreAllMocks());

const races = [
  ...accountRaces,
  ...inviteRaces,
  ...organizationRaces,
  ...idempotencyRaces,
  ...backgroundRaces,
];

describe("fifty at once, over and over:", () => {
  test.each(races.map((race) => [race.name, race] as const))(
    "%s",
    async (_, race) => {
      for (let round = roundsOf(race); round > 0; round -= 1) await run(service, race);
    },
    Math.max(60_000, asked * 10_000),
  );
});

test("after all of that everything holds, and the database met no deadlock", async () => {
  await service.settled();
  expect(toLines(await violations(scratch.owner))).toEqual([]);
  const [met] = await service.rows(
    "select deadlocks::int from pg_stat_database where datname = current_database()",
  );
  expect(met).toEqual({ deadlocks: 0 });
}, 120_000);
