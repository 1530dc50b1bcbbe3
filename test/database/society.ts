// People and organizations made on the spot, for tests of one rule each, and what became of a request of theirs.
import type pg from "pg";
import { afterAll } from "vitest";
import { migratedDatabase } from "./scratch.ts";
import { enter, joins, joinsWebsite, type Person, passwordHash, type Tenant, tenantOf } from "./tenants.ts";

/** A membership to be made: a system role's name, or the permissions of a role of one's own. */
type Role = string | string[];
export type Company = Tenant & { owner: Person };
export type Statement = string | { text: string; values: unknown[] };

export async function society() {
  const scratch = await migratedDatabase();
  afterAll(() => scratch.drop());
  const { owner } = scratch;

  async function person(): Promise<Person> {
    const email = `${crypto.randomUUID()}@example.com`;
    const { rows } = await owner.query(
      `with u as (insert into "user" (email, password, email_verified_at) values ($1, $2, 1) returning id)
      insert into session (user_id, expires_at) select id, 9000000000000 from u returning user_id, id::int`,
      [email, passwordHash],
    );
    return { email, userId: rows[0].user_id, sessionId: rows[0].id };
  }

  /** With one owner, the five system roles and a website. */
  async function company(founder?: Person): Promise<Company> {
    const owned = founder ?? (await person());
    const { rows } = await owner.query("select app.found_organization($1, 'Acme', '{}', false) as id", [
      owned.userId,
    ]);
    return { ...(await tenantOf(owner, rows[0].id)), owner: owned };
  }

  /** A role of its own; from then on it is one of the tenant's by its name, which is returned. */
  async function role(tenant: Tenant, permissions: string[], scope = "organization"): Promise<string> {
    const name = `custom ${crypto.randomUUID()}`;
    const { rows } = await owner.query(
      "insert into role (org_id, name, scope, permissions) values ($1, $2, $3, $4) returning id",
      [tenant.orgId, name, scope, permissions],
    );
    tenant.roles[name] = rows[0].id;
    return name;
  }

  const named = async (tenant: Tenant, wanted: Role, scope?: string) =>
    typeof wanted === "string" ? wanted : role(tenant, wanted, scope);

  /** Somebody new with this role in the organization. */
  async function member(tenant: Tenant, wanted: Role = "member", status = 0): Promise<Person> {
    const somebody = await person();
    await joins(owner, somebody, tenant, await named(tenant, wanted), status);
    return somebody;
  }

  /** Somebody new with this role on the website, and no membership. */
  async function guest(tenant: Tenant, wanted: Role = "website_user"): Promise<Person> {
    const somebody = await person();
    await joinsWebsite(owner, somebody, tenant, await named(tenant, wanted, "website"));
    return somebody;
  }

  return { scratch, owner, service: await scratch.connect("service"), person, company, role, member, guest };
}

/** "done 1" (rows), the outcome that a flow returned, or what it was refused with: "TN409 last_owner". */
export async function outcomeOf(asked: Promise<pg.QueryResult>): Promise<string> {
  try {
    const { rows, rowCount } = await asked;
    return rows[0]?.outcome?.outcome ?? `done ${rowCount}`;
  } catch (error) {
    const { code, constraint } = error as pg.DatabaseError;
    if (!code) throw error;
    return constraint ? `${code} ${constraint}` : code;
  }
}

/**
 * A request up to its effect: the transaction open, the person entered (`held`: before anything else is locked) and
 * authorized for the organization.
 */
export async function prepare(
  client: pg.Client,
  person: Person,
  orgId: number | null,
  access = "write",
  held = false,
) {
  await client.query("begin");
  await enter(client, person);
  if (held) await client.query("select app.hold_me()");
  if (orgId !== null)
    await client.query("select app.authorize($1, 'membership', $2, '{\"website_id\": null}')", [
      orgId,
      access,
    ]);
}

/** The effect of an open request, and its end. */
export async function finish(client: pg.Client, effect: Statement): Promise<string> {
  const outcome = await outcomeOf(client.query(effect));
  await client.query("commit");
  return outcome;
}

/** A whole request that needs nothing but membership: what else is refused, the tables refuse. */
export async function ask(
  client: pg.Client,
  person: Person,
  orgId: number | null,
  effect: Statement,
  access = "write",
): Promise<string> {
  await prepare(client, person, orgId, access);
  return finish(client, effect);
}

/** The same that is undone, whatever it did. */
export async function tryOut(
  client: pg.Client,
  person: Person,
  orgId: number | null,
  effect: Statement,
  access = "write",
): Promise<string> {
  await prepare(client, person, orgId, access);
  const outcome = await outcomeOf(client.query(effect));
  await client.query("rollback");
  return outcome;
}

/** What a query shows to a person who has entered and is authorized for nothing yet: its rows' first columns. */
export async function shown(client: pg.Client, person: Person, text: string, values: unknown[] = []) {
  await prepare(client, person, null);
  try {
    const { rows } = await client.query({ text, values, rowMode: "array" });
    return rows.map(([value]) => value);
  } finally {
    await client.query("rollback");
  }
}
