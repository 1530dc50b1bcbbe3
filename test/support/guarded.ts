// A batch behind the guard of an organization, and what became of it.
import { sql } from "drizzle-orm";
import { expect } from "vitest";
import { asMember, type Guard } from "../../src/access/as-member.ts";
import { build } from "../../src/db/client.ts";
import { user } from "../../src/db/schema.ts";
import type { About, Access, Caller } from "../../src/db/tenant.ts";
import { database } from "./callers.ts";
import { owner } from "./owner.ts";

/** Any text: what the database does not know, it has to refuse. */
type Text<Known> = Known | (string & {});

export const accesses: Access[] = ["read", "write", "delete"];

/** A guarded batch whose effect is a mark in the caller's own settings (or, reading, a look): the code it ends with. */
export async function outcome(
  caller: Caller,
  orgId: number,
  needs: Text<Guard["needs"]>,
  access: Access,
  about: About = {},
): Promise<string> {
  const mark = JSON.stringify({ mark: crypto.randomUUID() });
  const effect =
    access === "read"
      ? build.execute(sql`select app.org_id() as org`)
      : build.execute(sql`update ${user} set settings = ${mark}::jsonb where id = app.me()`);
  const guard = { orgId, needs: needs as Guard["needs"], access, about };
  const ended = await asMember({ db: database(), caller }, guard, [effect]).then(
    ([result]) => (access === "read" ? `inside ${result.rows[0]?.org}` : `changed ${result.rowCount}`),
    (error) => String(error.code),
  );
  const marked = await owner(`select id from "user" where settings = $1`, [mark]);
  // Refused, the effect of the same batch has not happened; allowed, it has.
  expect(marked).toHaveLength(ended === "changed 1" ? 1 : 0);
  return ended;
}
