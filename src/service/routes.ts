// The service about itself: public, and without a person's data.
import { asc, sql } from "drizzle-orm";
import { Hono } from "hono";
import packageJson from "../../package.json" with { type: "json" };
import { publicKeys } from "../crypto/keys.ts";
import { build, outcomeOf } from "../db/client.ts";
import { version } from "../db/schema.ts";
import type { AppEnv } from "../http/context.ts";
import { describeIn } from "../http/describe.ts";
import { validateNothing } from "../http/validate.ts";
import { health, keySet, releaseList, service as serviceAnswer } from "./answers.ts";

const describe = describeIn("Service");

type Outbox = { outcome: { oldest_unsent_mail_ms: number | null } };

export const service = new Hono<AppEnv>()
  .get(
    "/",
    describe("getService", "Name, version, links", { answers: { 200: serviceAnswer }, offline: true }),
    validateNothing,
    (c) =>
      c.json({
        name: packageJson.name,
        version: packageJson.version,
        links: {
          docs: "/docs",
          openapi: "/openapi.json",
          errors: "/errors",
          health: "/health",
          version: "/version",
          jwks: "/.well-known/jwks.json",
          oauth: "/.well-known/oauth-authorization-server",
        },
      }),
  )

  .get(
    "/health",
    describe("getHealth", "Whether the database answers", { answers: { 200: health } }),
    validateNothing,
    async (c) => {
      const [found] = await c.var.db.run([build.execute<Outbox>(sql`select app.health() as outcome`)], {
        readOnly: true,
      });
      return c.json({ status: "ok", database: "ok", ...outcomeOf(found) });
    },
  )

  .get(
    "/version",
    describe("listReleases", "Releases that the database has seen", { answers: { 200: releaseList } }),
    validateNothing,
    async (c) => {
      const newestLast = build.select().from(version).orderBy(asc(version.created_at), asc(version.version));
      const [data] = await c.var.db.run([newestLast], { readOnly: true });
      return c.json({ data, next_cursor: null });
    },
  )

  .get(
    "/.well-known/jwks.json",
    describe("getKeySet", "The keys that access tokens are signed with", {
      answers: { 200: keySet },
      offline: true,
    }),
    validateNothing,
    (c) => {
      c.header("cache-control", "public, max-age=300");
      return c.json(publicKeys(c.var.config.SIGNING_KEYS));
    },
  );
