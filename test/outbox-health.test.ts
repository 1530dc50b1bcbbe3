// GET /health tells how long the oldest mail has been waiting.
import { expect, test } from "vitest";
import { ask } from "./support/app.ts";
import { owner } from "./support/owner.ts";

const day = 86_400_000;

test("the age of the oldest mail that is neither sent nor given up is told, in one trip", async () => {
  const recipient = `waiting-${crypto.randomUUID()}@example.com`;
  const write = (ageMs: number, settled: string) =>
    owner(
      `insert into outbox (template, recipient, created_at, next_attempt_at, ${settled})
       values ('login-alert', $1, app.now_ms() - $2::bigint, app.now_ms() + $3::bigint, 1)`,
      [recipient, ageMs, day],
    );
  try {
    await write(20 * day, "attempts");
    await write(25 * day, "sent_at");
    await write(25 * day, "failed_at");
    const { status, body } = await ask("/health");
    expect(status).toBe(200);
    expect(body).toEqual({ status: "ok", database: "ok", oldest_unsent_mail_ms: expect.any(Number) });
    expect(body.oldest_unsent_mail_ms).toBeGreaterThanOrEqual(20 * day);
    expect(body.oldest_unsent_mail_ms).toBeLessThan(20 * day + 60_000);
  } finally {
    await owner("delete from outbox where recipient = $1", [recipient]);
  }
});
