// A list of breached passwords that speaks Have I Been Pwned's range search: `GET /range/PREFIX` answers with the rest of
// every known SHA-1 that begins with these five characters and how often it was seen, and, if asked, padded with entries
// that nobody has (a count of 0) to 800 to 1,000 lines.
import { createHash, randomBytes, randomInt } from "node:crypto";
import { Hono } from "hono";
import { breachedPhrases } from "./breached-phrases.ts";
import { serve } from "./loopback-server.ts";

export type Breaches = { url: string; close(): Promise<void> };

const known = breachedPhrases.map((phrase) => createHash("sha1").update(phrase).digest("hex").toUpperCase());

/** Listens on `port`, or any free one. */
export function startBreaches(port?: number): Promise<Breaches> {
  const app = new Hono().get("/range/:prefix", (c) => {
    const prefix = c.req.param("prefix").toUpperCase();
    if (!/^[0-9A-F]{5}$/.test(prefix)) return c.text("The hash prefix was not in a valid format", 400);
    const found = known.filter((hash) => hash.startsWith(prefix)).map((hash) => `${hash.slice(5)}:7`);
    const padding = c.req.header("add-padding") === "true" ? paddingLines(randomInt(800, 1001)) : [];
    return c.text([...found, ...padding].sort().join("\r\n"));
  });
  return serve((request) => app.fetch(request), port);
}

export function paddingLines(count: number): string[] {
  const digits = randomBytes(18 * count)
    .toString("hex")
    .toUpperCase();
  return Array.from({ length: count }, (_, i) => `${digits.slice(36 * i, 36 * i + 35)}:0`);
}
