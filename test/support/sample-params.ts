// What a sample request is, and values for the parameters of its path.
import type { Body } from "./app.ts";
import { confirm, inviteFrom } from "./invitations.ts";
import { promote, someTarget } from "./operators.ts";
import type { SignedIn } from "./people.ts";
import { extraGuestOf, extraOf, roleOf, websiteOf } from "./tenants.ts";

type Kind = "null" | "true" | "7" | '"x"' | "[]" | "{}";
export type Params = Record<string, number | string>;
export type Sample = {
  /** What the request is answered with. */
  status: number;
  /** Needs an access token. */
  signedIn?: true;
  /** Takes one, and needs none. */
  maybeSignedIn?: true;
  /** Values for the pattern's parameters: this person's own. */
  params?: (person: SignedIn) => Params | Promise<Params>;
  /** Query keys that are accepted. */
  query?: string[];
  /** Query keys that hold ids, with one that is there. */
  idsInQuery?: Record<string, (person: SignedIn) => number | Promise<number>>;
  /** What has to stand in the query. */
  search?: (person: SignedIn) => string | Promise<string>;
  /** A JSON body that is accepted. */
  body?: (person: SignedIn) => Body;
  /** Fields of the body that hold ids: anything but an id of the caller's is a 404, not a 422. */
  ids?: string[];
  /** What a field takes, where it is not just text. */
  takes?: Record<string, Kind[]>;
  /** Also takes the form of a page, and answers it with a page. */
  form?: true;
  /** Fields of the body that keep any JSON object. */
  free?: string[];
  /** For platform admins alone: it may name whatever there is, and no token for one organization does. */
  platform?: true;
  /** A page for a browser: HTTP in general is not for it, `test/pages.test.ts` is. */
  page?: true;
  /** Answers without the database. */
  offline?: true;
  /** For caches, as an exception. */
  cached?: true;
};

/** Values for a pattern's parameters: the person's own organization, and what is new in it. */
export const own = ({ org_id }: SignedIn) => ({ org_id });
export const member = async ({ org_id }: SignedIn) => ({ org_id, user_id: await extraOf(org_id) });
export const role = async ({ org_id }: SignedIn) => ({ org_id, role_id: await roleOf(org_id) });
export const website = async ({ org_id }: SignedIn) => ({ org_id, website_id: await websiteOf(org_id) });
export const guest = async ({ org_id }: SignedIn) => {
  const website_id = await websiteOf(org_id);
  return { org_id, website_id, user_id: await extraGuestOf(website_id) };
};

/** The same for people who may invite, and for invites of theirs. */
export const inviter = async (person: SignedIn) => own(await confirm(person));
export const invite = async (person: SignedIn) => {
  const { org_id } = person;
  return { org_id, invite_id: (await inviteFrom(person)).invite_id };
};
export const websiteInviter = async (person: SignedIn) => website(await confirm(person));
export const websiteInvite = async (person: SignedIn) => {
  const { org_id } = person;
  const website_id = await websiteOf(org_id);
  return { org_id, website_id, invite_id: (await inviteFrom(person, { websiteId: website_id })).invite_id };
};

/** The person operates the service from then on; what they name is somebody else's. */
export const operator = async (person: SignedIn) => {
  await promote(person);
  return {};
};
export const operated = async (person: SignedIn) => {
  await promote(person);
  return someTarget();
};

/** Of statistics. */
export const counts = (query: string[] = []): Sample => ({
  status: 200,
  signedIn: true,
  query: ["limit", "cursor", "from", "to", "status", "org_id", ...query],
  idsInQuery: { org_id: ({ org_id }) => org_id },
});
