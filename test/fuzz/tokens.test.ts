// No token but a good one opens anything: each of these is a 401 without a trip to the database, and soon.
import fc from "fast-check";
import { expect, inject, test } from "vitest";
import { configOf } from "../../src/config.ts";
import { verifyAccessToken } from "../../src/crypto/jwts.ts";
import { ask, bindings, call } from "../support/app.ts";
import { captureLog } from "../support/log.ts";
import { signedIn } from "../support/people.ts";
import { expectProblem } from "../support/problems.ts";
import { materialFrom, mutantFor } from "./tokens.ts";

const { tokens, seed } = inject("fuzz");
const longestMs = 1_000;

test(`${tokens} tokens that are none are refused`, { timeout: 60_000 + tokens * 20 }, async () => {
  const person = await signedIn();
  const log = captureLog();
  const material = await materialFrom(configOf(bindings()), person.access);
  // What they are made from is good, and so is what is signed anew without a change.
  for (const token of [
    person.access,
    await material.sign(material.header, JSON.stringify(material.payload)),
  ]) {
    expect((await ask("/me", { token })).status).toBe(200);
  }
  log();
  const met = new Set<string>();
  await fc.assert(
    fc.asyncProperty(mutantFor(material), async ({ how, make }) => {
      const token = await make();
      const begun = performance.now();
      const answer = await call("/me", { headers: { authorization: `Bearer ${token}` } });
      expect(performance.now() - begun, how).toBeLessThan(longestMs);
      await expectProblem(answer, "invalid_token", how);
      met.add(how.split(" ")[0] ?? "");
    }),
    { numRuns: tokens, seed, endOnFailure: true },
  );
  const trips = log().map((line) => JSON.parse(line).trips);
  expect([...new Set(trips)]).toEqual([0]);
  expect(met.size).toBeGreaterThan(20);
  expect(await verifyAccessToken(configOf(bindings()), person.access)).not.toBeNull();
});
