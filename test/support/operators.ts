// Platform admins, as the command line makes them.
import { owner } from "./owner.ts";
import { newEmail, type Person, type SignedIn, signedIn } from "./people.ts";

/** The person is a platform admin from their next request on. */
export async function promote<P extends Pick<Person, "user_id">>(person: P): Promise<P> {
  await owner(
    `update "user" set platform_admin = true, email_verified_at = coalesce(email_verified_at, 1) where id = $1`,
    [person.user_id],
  );
  return person;
}

/** And is none any more. */
export const demote = (userId: number) =>
  owner(`update "user" set platform_admin = false where id = $1`, [userId]);

/** Somebody new, signed in, who operates the service. */
export const platformAdmin = async (overrides: Record<string, unknown> = {}): Promise<SignedIn> =>
  promote(await signedIn(overrides));

/** An organization and a person whom nobody else has to do with. */
export async function someTarget(): Promise<{ org_id: number; user_id: number }> {
  const [row] = await owner(
    `with o as (insert into organisation (name) values ('Somebody else''s') returning id),
       u as (insert into "user" (email, password) values ($1, 'no hash') returning id)
     select o.id as org_id, u.id as user_id from o, u`,
    [newEmail("somebody")],
  );
  return { org_id: row?.org_id, user_id: row?.user_id };
}
