// The seeded database behind a running Worker, and the people who walk through it: signed up through the API, put into
// their places by the owner's SQL.
import type pg from "pg";
import type { Inbox } from "../../local/inbox.ts";
import { type Caller, newCaller, send, signIn } from "../client.ts";
import { hugeOrg, hugeWebsite, oneOfThousand, thousandOrgs, thousandWebsites, websiteOrg } from "./seed.ts";

export type World = Awaited<ReturnType<typeof enterWorld>>;

export async function enterWorld(url: string, client: pg.Client, inbox: Inbox) {
  const query = async (text: string, values: unknown[] = []) => (await client.query(text, values)).rows[0];
  const someone = () => newCaller(url);
  const idOf = async (text: string, values: unknown[] = []): Promise<number> =>
    (await query(text, values)).id;

  /** Makes somebody a member of organizations, by the name of their role. */
  const joins = async (caller: Caller, role: string, orgIds: number[]): Promise<Caller> => {
    await query(
      `insert into member (org_id, user_id, role_id)
       select org_id, $1, id from role where name = $2 and org_id = any ($3) order by org_id`,
      [caller.user_id, role, orgIds],
    );
    return caller;
  };
  const visits = async (caller: Caller, role: string, websites: string): Promise<Caller> => {
    await query(
      `insert into website_member (website_id, org_id, user_id, role_id)
       select w.id, w.org_id, $1, r.id from website w join role r on r.org_id = w.org_id and r.name = $2
       where ${websites} order by w.id`,
      [caller.user_id, role],
    );
    return caller;
  };
  const operates = async (caller: Caller): Promise<Caller> => {
    await query(`update "user" set platform_admin = true where id = $1`, [caller.user_id]);
    return caller;
  };
  const withToken = async (caller: Caller, orgId: number): Promise<Caller> => {
    const { access_token: token } = await signIn(url, caller.email, { org_id: orgId });
    return { ...caller, token };
  };

  /** The query for what follows after a first page of a list. */
  const next = async ({ token }: Caller, path: string, filters = "", limit = 5): Promise<string> => {
    const { body } = await send(url, "GET", `${path}?limit=${limit}&${filters}`, undefined, token);
    if (!body.next_cursor) throw new Error(`${path}?${filters} has one page only`);
    return `?${filters}&cursor=${body.next_cursor}`;
  };

  const roleId = (name: string) =>
    idOf("select id from role where org_id = $1 and name = $2", [hugeOrg, name]);
  const owner = await joins(await someone(), "owner", [hugeOrg]);
  await signIn(url, owner.email); // A second session.
  const everywhere = await joins(await someone(), "member", thousandOrgs);
  const people = {
    url,
    inbox,
    query,
    idOf,
    someone,
    joins,
    visits,
    next,
    owner,
    admin: await joins(await someone(), "admin", [hugeOrg]),
    member: await joins(await someone(), "member", [hugeOrg]),
    /** The role that ten of 100,000 hold. */
    auditor: await roleId("Auditor"),
    /** And the one that most hold. */
    memberRole: await roleId("member"),
    /** One that ten thousand settled invites name, and one that a single pending one does. */
    formerRole: await roleId("Team 1"),
    invitedRole: await roleId("Team 2"),
    /** In a thousand organizations; and with a token that names one of them. */
    everywhere,
    somewhere: await withToken(everywhere, oneOfThousand),
    /** Owner and member of the organization of ten thousand websites. */
    publisher: await joins(await someone(), "owner", [websiteOrg]),
    editor: await joins(await someone(), "member", [websiteOrg]),
    /** On the website of ten thousand guests. */
    webmaster: await visits(await someone(), "website_admin", `w.id = ${hugeWebsite}`),
    guest: await visits(await someone(), "website_user", `w.id = ${hugeWebsite}`),
    /** A guest of a thousand websites of one organization; and of one website in each of a thousand. */
    regular: await visits(await someone(), "website_user", thousandWebsites),
    regularPlace: async () => ({
      org_id: websiteOrg,
      website_id: await idOf(`select max(id) as id from website w where ${thousandWebsites}`),
    }),
    tourist: await visits(await someone(), "website_user", `w.org_id = any ('{${thousandOrgs}}')`),
    stranger: await someone(),
    /** Counts the members of the huge organization, of a thousand, and of all. */
    ownerThere: await withToken(owner, hugeOrg),
    analyst: await joins(await someone(), "admin", thousandOrgs),
    operator: await operates(await someone()),
  };
  // For them to invite.
  await query(`update "user" set email_verified_at = 1 where email_verified_at is null`);
  return people;
}
