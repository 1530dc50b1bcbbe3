// Acme, the tenant whose routes are walked, Globex, the other one, and everybody that a person can be to Acme.
import { owner } from "../support/owner.ts";
import { newEmail, type SignedIn, signedIn, signIn, signUp } from "../support/people.ts";
import type { Standing } from "./answers.ts";
import { newInvite } from "./invites.ts";
import {
  foundTenant,
  lend,
  newMember,
  newRole,
  newUser,
  newWebsite,
  newWebsiteMember,
  type Tenant,
} from "./tenants.ts";

/** Nobody: no token, and credentials of no account. */
export type Caller = Pick<SignedIn, "user_id" | "session_id" | "email" | "password" | "refresh"> & {
  token?: string;
};

export type Wrong = Record<string, number>;
type Kind =
  | "org"
  | "role"
  | "website_role"
  | "website"
  | "member"
  | "visitor"
  | "invite"
  | "website_invite"
  | "actor";
export type Scene = {
  acme: Tenant;
  globex: Tenant;
  callers: Record<Standing, Caller>;
  /** What else an id could be than one that belongs: by the kind of id, and how it is wrong. */
  wrong: Record<Kind, Wrong>;
  suspended: boolean;
};

type Seat = { role: string; status?: number };
const seats: Partial<Record<Standing, { member?: Seat; shop?: Seat; blog?: Seat }>> = {
  owner: { member: { role: "owner" } },
  owner_here: { member: { role: "owner" } },
  owner_of_both: { member: { role: "owner" } },
  narrowed: { member: { role: "owner" } },
  admin: { member: { role: "admin" } },
  user_suspended: { member: { role: "admin" } },
  suspended: { member: { role: "admin", status: 1 } },
  member: { member: { role: "member" } },
  holder: { member: { role: "holder" } },
  lacker: { member: { role: "lacker" } },
  editor: { member: { role: "member" }, shop: { role: "website_admin" } },
  website_admin: { shop: { role: "website_admin" } },
  website_user: { shop: { role: "website_user" } },
  website_suspended: { shop: { role: "website_admin", status: 1 } },
  website_elsewhere: { blog: { role: "website_admin" } },
};
const standings = [...(Object.keys(seats) as Standing[]), "outsider"] as const;

const suspend = (table: string, id: number) => owner(`update ${table} set status = 1 where id = $1`, [id]);

function tokenFor(standing: Standing, own: number, here: number): { org_id?: number } {
  if (standing === "owner_here") return { org_id: here };
  return standing === "narrowed" ? { org_id: own } : {};
}

/** Somebody new who is this to the tenant. */
export async function newCaller(standing: Standing, tenant: Tenant): Promise<Caller> {
  const person = await signUp();
  const { member, shop, blog } = seats[standing] ?? {};
  const userId = person.user_id;
  if (member) await newMember(tenant, { userId, ...member });
  if (shop) await newWebsiteMember(tenant, { userId, ...shop });
  if (blog) await newWebsiteMember(tenant, { userId, ...blog, website: tenant.blog });
  const caller = await signIn(person, tokenFor(standing, person.org_id, tenant.org_id));
  if (standing === "outsider") await owner("delete from organisation where id = $1", [person.org_id]);
  if (standing === "user_suspended") await suspend('"user"', userId);
  return { ...caller, token: caller.access };
}

/** Somebody new in a tenant of their own: its only owner, or beside one. */
export async function newCallerAlone(standing: Standing, needs: string, suspended: boolean) {
  const founder = await newUser();
  const word = crypto.randomUUID();
  const tenant = await foundTenant(founder, { org: word, shop: word, blog: word });
  await lend(tenant, needs);
  const caller = await newCaller(standing, tenant);
  if (seats[standing]?.member?.role === "owner")
    await owner("delete from member where org_id = $1 and user_id = $2", [tenant.org_id, founder]);
  if (suspended) await suspend("organisation", tenant.org_id);
  return { tenant, caller };
}

async function foundGlobex() {
  const word = `globex-${crypto.randomUUID().slice(0, 8)}`;
  const person = () => signedIn({ email: newEmail(word), organization_name: word, profile: { name: word } });
  const [boss, editor] = await Promise.all([person(), person()]);
  const globex = await foundTenant(boss.user_id, { org: word, shop: word, blog: word });
  await owner("update organisation set name = $2 where id = $1", [globex.org_id, word]);
  await owner("update website set name = $2, url = $3 where org_id = $1", [
    globex.org_id,
    word,
    `https://${word}.example`,
  ]);
  await owner("update role set name = concat(name, ' ', $2::text) where org_id = $1 and not system", [
    globex.org_id,
    word,
  ]);
  await newWebsiteMember(globex, { userId: editor.user_id, role: "website_admin" });
  return { globex, boss, editor, word };
}

/** What was Acme's, and is gone. */
async function deletedFrom(acme: Tenant) {
  const [org, role, website, member, visitor, removedMember, removedVisitor, invite] = await Promise.all([
    foundTenant(await newUser(), acme.secrets),
    newRole(acme),
    newWebsite(acme),
    newMember(acme),
    newWebsiteMember(acme),
    newMember(acme),
    newWebsiteMember(acme),
    newInvite(acme),
  ]);
  const websiteInvite = await newInvite(acme, { website });
  await owner("delete from invite where id = $1", [invite]);
  await owner("delete from organisation where id = $1", [org.org_id]);
  await owner("delete from role where id = $1", [role]);
  await owner("delete from website where id = $1", [website]);
  await owner('delete from "user" where id in ($1, $2)', [member, visitor]);
  await owner("delete from member where user_id = $1", [removedMember]);
  await owner("delete from website_member where user_id = $1", [removedVisitor]);
  return {
    org: org.org_id,
    role,
    website,
    member,
    visitor,
    removedMember,
    removedVisitor,
    invite,
    websiteInvite,
  };
}

async function invitesOf(tenant: Tenant): Promise<Record<"org" | "shop" | "blog", number>> {
  const { shop, blog } = tenant;
  return {
    org: await newInvite(tenant),
    shop: await newInvite(tenant, { website: shop }),
    blog: await newInvite(tenant, { website: blog }),
  };
}

/** Ids that do not belong: the same number for missing ones everywhere, and one that no row can have. */
const wrongIds = (others: Wrong): Wrong => ({ missing: 2_147_483_647, malformed: 0, ...others });

export async function buildScene({ suspended = false } = {}): Promise<Scene> {
  const { globex, boss, editor, word } = await foundGlobex();
  const clerk = await newMember(globex, { userId: await newUser(word) });
  const patron = await newWebsiteMember(globex, { userId: await newUser(word) });

  const first = await newUser();
  const secret = (name: string) => `${name}-${crypto.randomUUID()}`;
  const acme = await foundTenant(first, {
    org: secret("acme"),
    shop: secret("shop"),
    blog: secret("blog"),
  });
  await Promise.all([newWebsiteMember(acme), newWebsiteMember(acme, { website: acme.blog })]);
  const gone = await deletedFrom(acme);
  const invites = await invitesOf(acme);
  const theirs = await invitesOf(globex);

  const inAcme = await Promise.all(
    standings.map(async (standing) => [standing, await newCaller(standing, acme)] as const),
  );
  const people = Object.fromEntries(inAcme) as Record<(typeof standings)[number], Caller>;
  await newMember(globex, { userId: people.owner_of_both.user_id, role: "owner" });
  const nobody = {
    user_id: 0,
    session_id: 0,
    email: newEmail("nobody"),
    password: "no password of anybody",
    refresh: "x",
  };
  const callers = {
    ...people,
    anonymous: nobody,
    owner_of_another: { ...boss, token: boss.access },
    website_admin_of_another: { ...editor, token: editor.access },
  } as Record<Standing, Caller>;
  if (suspended) await suspend("organisation", acme.org_id);

  const { outsider, website_user: guest, member: colleague } = callers;
  const roles = (name: string) => wrongIds({ foreign: globex.roles[name] ?? 0, deleted: gone.role });
  const wrong = {
    org: wrongIds({ foreign: globex.org_id, deleted: gone.org }),
    role: roles("empty"),
    website_role: roles("empty website"),
    website: wrongIds({ foreign: globex.shop, deleted: gone.website }),
    member: wrongIds({
      foreign: clerk,
      deleted: gone.member,
      removed: gone.removedMember,
      guest: guest.user_id,
      outsider: outsider.user_id,
    }),
    visitor: wrongIds({
      foreign: patron,
      deleted: gone.visitor,
      removed: gone.removedVisitor,
      colleague: colleague.user_id,
    }),
    invite: wrongIds({ foreign: theirs.org, deleted: gone.invite, of_a_website: invites.shop }),
    website_invite: wrongIds({
      foreign: theirs.shop,
      deleted: gone.websiteInvite,
      of_the_organization: invites.org,
      elsewhere: invites.blog,
    }),
    actor: wrongIds({ foreign: clerk, deleted: gone.member, outsider: outsider.user_id }),
  };
  return { acme, globex, callers, wrong, suspended };
}
