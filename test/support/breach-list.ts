// The list of breached passwords for one test, answering as it should or not (test/support/broken-hibp.ts).
import { inject } from "vitest";
import type { HibpCall } from "./broken-hibp.ts";

export type BreachList = { settings: Record<string, string>; calls(): Promise<HibpCall[]> };

/** A fault of broken-hibp.ts, or the entries (`<suffix>:<count>`) that are in the list. */
export function breachList(answer: string | string[]): BreachList {
  const name = crypto.randomUUID();
  const script = typeof answer === "string" ? answer : ["lines", ...answer].join(";");
  return {
    settings: { LOCAL_HIBP_URL: `${inject("brokenHibpUrl")}/${encodeURIComponent(script)}/${name}` },
    calls: () => callsOf(name),
  };
}

export const callsOf = async (name: string): Promise<HibpCall[]> =>
  (await fetch(`${inject("brokenHibpUrl")}/calls/${name}`)).json();

/** Nobody listens there. */
export const listAway = { LOCAL_HIBP_URL: "http://127.0.0.1:1" };

/** A password's SHA-1 in hex as the list has it: what leaves, and the rest. */
export async function rangeOf(password: string): Promise<{ prefix: string; suffix: string }> {
  const digest = await crypto.subtle.digest("SHA-1", new TextEncoder().encode(password));
  const hex = [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return { prefix: hex.slice(0, 5).toUpperCase(), suffix: hex.slice(5).toUpperCase() };
}
