// Counts what goes over the wire to the database: every call of Neon's endpoint, apart from those that the outbox
// and the cron make after the response.
import { inject, vi } from "vitest";
import { call } from "./app.ts";

type Counted = { trips: number; background: number };

/** Sends one request and waits for everything that it left to do. */
export async function countTrips(...request: Parameters<typeof call>): Promise<Counted & { status: number }> {
  const { result, ...counted } = await countCalls(() => call(...request));
  return { status: result.status, ...counted };
}

/** Counts while `work` is done. */
export async function countCalls<T>(work: () => Promise<T>): Promise<Counted & { result: T }> {
  const wire = vi.spyOn(globalThis, "fetch");
  try {
    const result = await work();
    const toDatabase = wire.mock.calls.filter(([url]) => String(url) === inject("neonSqlUrl"));
    const background = toDatabase.filter(([, init]) => isBackground(init?.headers)).length;
    return { result, trips: toDatabase.length - background, background };
  } finally {
    wire.mockRestore();
  }
}

function isBackground(headers: HeadersInit | undefined): boolean {
  const connection = new Headers(headers).get("neon-connection-string") ?? "";
  return new URL(connection).searchParams.get("application_name") === "gatehouse-background";
}
