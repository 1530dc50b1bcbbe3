// Imports go one way: errors, config … → verify → crypto, db, emails → http → access → features, pages, jobs → app → index.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import packageJson from "../../package.json" with { type: "json" };
import { importsOf, type Sources, violations } from "./layers.ts";

const folder = join(import.meta.dirname, "../../src");
const packages = [...Object.keys(packageJson.dependencies), "cloudflare:workers"];

const sources: Sources = new Map(
  readdirSync(folder, { recursive: true, encoding: "utf8" })
    .map((path) => path.replaceAll("\\", "/"))
    .filter((path) => /\.tsx?$/.test(path))
    .sort()
    .map((path) => [path, readFileSync(join(folder, path), "utf8")]),
);

test("the sources go one way, in no circle, and through no barrel", () => {
  expect(violations(sources, packages)).toEqual([]);
});

test("no import of the sources goes unread", () => {
  const read = importsOf(sources);
  expect(read.length).toBeGreaterThan(150);
  // Counted another way: every quoted path of ours that names a source.
  const named = [...sources].flatMap(([, text]) => text.match(/"\.{1,2}\/[\w./-]+\.tsx?"/g) ?? []);
  expect(read.filter(({ to }) => sources.has(to)).length).toBe(named.length);
});

test.each([
  ["errors.ts", 'import { configOf } from "./config.ts";', "errors.ts must import nothing"],
  [
    "db/planted.ts",
    'import { page } from "../http/cursor.ts";',
    "db/planted.ts imports, upwards, http/cursor.ts",
  ],
  ["crypto/planted.ts", 'import type { AppEnv } from "../http/context.ts";', "upwards"],
  ["http/planted.ts", 'import {\n  authenticate,\n} from "../access/authenticate.ts";', "upwards"],
  ["access/planted.ts", 'import { accounts } from "../accounts/routes.ts";', "upwards"],
  ["accounts/planted.ts", 'import { app } from "../app.ts";', "upwards"],
  ["app.ts", 'import worker from "./index.ts";', "upwards"],
  [
    "accounts/planted.ts",
    'import { signInBody } from "../sessions/schemas.ts";',
    "imports another feature: sessions/schemas.ts",
  ],
  ["jobs/planted.ts", 'import "../sessions/queries.ts";', "imports another feature"],
  ["novelty/planted.ts", 'const later = await import("../sessions/queries.ts");', "imports another feature"],
  ["http/planted.ts", 'export { page } from "./cursor.ts";', "re-exports http/cursor.ts"],
  ["http/planted.ts", 'export * from "./cursor.ts";', "re-exports"],
  ["sessions/index.ts", "export const sessions = 1;", "sessions/index.ts is a barrel"],
  ["errors.ts", 'import "./errors.ts";', "must import nothing"],
  ["http/planted.ts", 'import { startStack } from "../../local/stack.ts";', "outside of src"],
  ["http/planted.ts", 'import { gone } from "./gone.ts";', "not there"],
  ["http/planted.ts", 'import pg from "pg";', "undeclared"],
  ["config.ts", 'import { readAccessClaims } from "./verify/claims.ts";', "upwards"],
  ["verify/planted.ts", 'import { configOf } from "../config.ts";', "must not import config.ts"],
  ["verify/planted.ts", 'import type { Database } from "../db/client.ts";', "must not import db/client.ts"],
  ["verify/planted.ts", 'import { app } from "../app.ts";', "must not import app.ts"],
  ["verify/planted.ts", 'import * as z from "zod";', "must not import zod"],
  ["verify/planted.ts", 'import { createMiddleware } from "hono/factory";', "must not import hono/factory"],
  ["verify/planted.ts", 'import { Hono } from "hono";', "must not import hono"],
  ["verify/planted.ts", 'import { permissions } from "../permissions.ts";', "must not import permissions.ts"],
  ["verify/planted.ts", 'export { refuse } from "./refusal.ts";', "re-exports verify/refusal.ts"],
  ["client.ts", 'import { app } from "./app.ts";', "must not import app.ts"],
  ["client.ts", 'import type { Config } from "./config.ts";', "must not import config.ts"],
  ["http/planted.ts", 'import { createClient } from "../client.ts";', "upwards"],
  ["verify/planted.ts", 'import type { Context } from "hono";\nimport { jwtVerify } from "jose";\n', null],
  ["emails/planted.ts", 'import { build } from "../db/client.ts";\n', null],
  ["access/planted.ts", '// import { app } from "../app.ts";\nimport * as z from "zod";\n', null],
])("an import planted in %s is seen for what it is: %s", (path, text, sentence) => {
  const found = violations(new Map([...sources, [path, `${sources.get(path) ?? ""}\n${text}`]]), packages);
  if (sentence === null) expect(found).toEqual([]);
  else expect(found).toContainEqual(expect.stringContaining(sentence));
});

test.each([
  [
    { "http/a.ts": "./b.ts", "http/b.ts": "./c.ts", "http/c.ts": "./a.ts" },
    "cycle: http/a.ts → http/b.ts → http/c.ts → http/a.ts",
  ],
  [
    { "db/a.ts": "../emails/b.ts", "emails/c.ts": "../db/d.ts", "emails/b.ts": "zod", "db/d.ts": "zod" },
    "cycle: db → emails → db",
  ],
])("a circle is seen: %o", (edges, sentence) => {
  const planted: Sources = new Map(
    Object.entries(edges).map(([path, to]) => [path, `import { x } from "${to}";`]),
  );
  expect(violations(planted, ["zod"])).toEqual([sentence]);
});
