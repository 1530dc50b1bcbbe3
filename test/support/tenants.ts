// People and things of an organization: who is in it, and what belongs to it, as no endpoint can set the scene.
import { joins } from "./callers.ts";
import { owner } from "./owner.ts";
import { newEmail, type SignedIn, signedIn } from "./people.ts";

type Membership = Parameters<typeof joins>[2];

/** A new person, signed in, who is a member here too. */
export async function memberOf(orgId: number, membership: Membership = {}): Promise<SignedIn> {
  const person = await signedIn();
  await joins(person, orgId, membership);
  return person;
}

/** The id of a member who never signs in: in one statement, where there have to be many. */
export async function extraOf(orgId: number, role = "member"): Promise<number> {
  const [row] = await owner(
    `with u as (insert into "user" (email, password) values ($2, 'no hash') returning id)
     insert into member (org_id, user_id, role_id)
     select org_id, u.id, role.id from role, u where org_id = $1 and name = $3 returning user_id`,
    [orgId, newEmail("extra"), role],
  );
  return row?.user_id;
}

export async function roleIdOf(orgId: number, name: string): Promise<number> {
  const [row] = await owner("select id from role where org_id = $1 and name = $2", [orgId, name]);
  return row?.id;
}

/** A role of the organization's own. */
export async function roleOf(
  orgId: number,
  permissions: string[] = [],
  { scope = "organization", name = `role ${crypto.randomUUID()}` } = {},
): Promise<number> {
  const [row] = await owner(
    "insert into role (org_id, name, scope, permissions) values ($1, $2, $3, $4) returning id",
    [orgId, name, scope, permissions],
  );
  return row?.id;
}

export async function websiteOf(orgId: number, name = "Shop"): Promise<number> {
  const [row] = await owner(
    "insert into website (org_id, name, url) values ($1, $2, 'https://shop.example') returning id",
    [orgId, name],
  );
  return row?.id;
}

type Visit = { role?: string; status?: number };

/** Gives a person a role on a website. */
export async function visits(
  userId: number,
  websiteId: number,
  { role = "website_user", status = 0 }: Visit = {},
): Promise<void> {
  const given = await owner(
    `insert into website_member (website_id, org_id, user_id, role_id, status)
     select w.id, w.org_id, $2, r.id, $3 from website w join role r on r.org_id = w.org_id and r.name = $4
     where w.id = $1 returning id`,
    [websiteId, userId, status, role],
  );
  if (given.length !== 1) throw new Error(`there is no role ${role} for website ${websiteId}`);
}

/** A new person, signed in, who has this website and nothing else of the organization. */
export async function guestOf(websiteId: number, visit: Visit = {}): Promise<SignedIn> {
  const person = await signedIn();
  await visits(person.user_id, websiteId, visit);
  return person;
}

/** The id of a guest who never signs in. */
export async function extraGuestOf(websiteId: number, role = "website_user"): Promise<number> {
  const [row] = await owner(`insert into "user" (email, password) values ($1, 'no hash') returning id`, [
    newEmail("extra"),
  ]);
  await visits(row?.id, websiteId, { role });
  return row?.id;
}
