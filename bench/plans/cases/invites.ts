// Invites, into an organization that has sent a hundred thousand, and to a website that has sent half as many.
import { type Caller, mailedToken, newUser, password, send } from "../../client.ts";
import { ask, type Case, exceptions, type Request } from "../case.ts";
import { hugeOrg, hugeWebsite, thousandOrgs, websiteOrg } from "../seed.ts";
import type { World } from "../world.ts";

const destinations = {
  organization: {
    all: "/organizations/:org_id/invites",
    params: { org_id: hugeOrg },
    path: `/organizations/${hugeOrg}/invites`,
    role: "member",
    page: ["invite_org_index"],
  },
  website: {
    all: "/organizations/:org_id/websites/:website_id/invites",
    params: { org_id: websiteOrg, website_id: hugeWebsite },
    path: `/organizations/${websiteOrg}/websites/${hugeWebsite}/invites`,
    role: "website_user",
    page: ["invite_website_index"],
  },
};
type Destination = (typeof destinations)["organization" | "website"];
const key = ["invite_pkey"];
const pending = ["invite_pending_key"];

export function inviteCases(world: World): Case[] {
  const { owner, admin, publisher, webmaster, guest } = world;
  return [
    ...handled(world, destinations.organization, { owner, other: admin, insider: admin }),
    ...handled(world, destinations.website, { owner: publisher, other: webmaster, insider: guest }),
    ask(
      "POST /invite-member",
      "",
      () => ({ token: owner.token, json: { org_id: hugeOrg, email: newEmail(), role: "member" } }),
      pending,
    ),
    ...accepted(world, destinations.organization, owner),
    ...accepted(world, destinations.website, publisher),
  ];
}

let counter = 0;
const newEmail = () => `plans-invited-${++counter}@example.com`;

const invite = async ({ url }: World, { path, role }: Destination, { token }: Caller, email = newEmail()) =>
  (await send(url, "POST", path, { email, role }, token)).body.invite_id as number;

type People = Record<"owner" | "other" | "insider", Caller>;

function handled(world: World, to: Destination, { owner, other, insider }: People): Case[] {
  const { all, params, path, role, page } = to;
  const { token } = owner;
  const first = { token, params };
  const json = (email = newEmail()) => ({ email, role });
  const another = async ({ token }: Caller): Promise<Request> => ({
    token,
    params: { ...params, invite_id: await invite(world, to, owner) },
  });
  const expired = async (): Promise<Request> => {
    const email = newEmail();
    const id = await invite(world, to, owner, email);
    await world.query("update invite set expires_at = 1 where id = $1", [id]);
    return { ...first, json: json(email) };
  };
  const next = async () => ({ ...first, query: await world.next(owner, path) });
  return [
    ask(`POST ${all}`, "", { ...first, json: json() }, pending),
    ask(`POST ${all}`, "by an admin", { token: other.token, params, json: json() }, pending),
    ask(`POST ${all}`, "in place of an expired one", expired, pending),
    ask(
      `POST ${all}`,
      "where one is pending",
      { ...first, json: json("newcomer-10@example.com"), status: 409 },
      pending,
    ),
    ask(`POST ${all}`, "a member", { ...first, json: json(insider.email), status: 409 }, ["user_email_key"]),
    ask(`GET ${all}`, "", first, page),
    ask(`GET ${all}`, "with a cursor", next, page),
    ask(`GET ${all}`, "by an admin", { token: other.token, params }, page),
    ask(`POST ${all}/:invite_id/resend`, "", () => another(owner), key),
    ask(`POST ${all}/:invite_id/resend`, "by an admin", () => another(other), key),
    ask(`DELETE ${all}/:invite_id`, "", () => another(owner), key),
    ask(`DELETE ${all}/:invite_id`, "by an admin", () => another(other), key),
  ];
}

function accepted(world: World, to: Destination, owner: Caller): Case[] {
  const { url, inbox, someone, joins, query } = world;
  const what = to === destinations.website ? ", to a website" : "";
  const link = async (email = newEmail()) => {
    await invite(world, to, owner, email);
    return mailedToken(inbox, email, "accept-invite");
  };
  const body = async (email?: string) => ({ json: { token: await link(email), password } });
  const verified = async (caller: Caller) => {
    await query(`update "user" set email_verified_at = 1 where id = $1`, [caller.user_id]);
    return caller.email;
  };
  const withdrawn = async (): Promise<Request> => {
    const token = await link();
    await query("update invite set state = 'revoked', settled_at = 1 where org_id = $1 and email = $2", [
      to.params.org_id,
      `plans-invited-${counter}@example.com`,
    ]);
    return { json: { token, password }, status: 410 };
  };
  const look = async () => ({ query: `?token=${await link()}` });
  return [
    ask("GET /accept-invite", `new${what}`, look, key),
    ask("POST /accept-invite", `new${what}`, () => body(), key),
    ask("POST /accept-invite", `unverified${what}`, async () => body((await newUser(url)).email), key),
    ask("POST /accept-invite", `verified${what}`, async () => body(await verified(await someone())), key),
    ask(
      "POST /accept-invite",
      `member of 1,000${what}`,
      async () => body(await verified(await joins(await someone(), "member", thousandOrgs))),
      key,
      exceptions.thousand,
    ),
    ask("POST /accept-invite", `withdrawn${what}`, withdrawn, key),
  ];
}
