// Counts what goes over the wire to the database: every call of Neon's endpoint, apart from those that the outbox
// and the cron make after the response.
import { inject, vi } from "vitest";
import { call } from "./app.ts";

type Counted = { status: number; trips: number; background: number };

/** Sends one request and waits for everything that it left to do. */
export async function countTrips(...request: Parameters<typeof call>): Promise<Counted> {
  const wire = vi.spyOn(globalThis, "fetch");
  try {
    const { status } = await call(...request);
    const toDatabase = wire.mock.calls.filter(([url]) => String(url) === inject("neonSqlUrl"));
    const background = toDatabase.filter(([, init]) => isBackground(init?.headers)).length;
    return { status, trips: toDatabase.length - background, background };
  } finally {
    wire.mockRestore();
  }
}

function isBackground(headers: HeadersInit | undefined): boolean {
  const connection = new Headers(headers).get("neon-connection-string") ?? "";
  return new URL(connection).searchParams.get("application_name") === "gatehouse-background";
}
