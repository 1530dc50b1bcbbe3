import { ask, type Case, exceptions, type Request } from "../case.ts";
import { hugeWebsite, oneOfThousand, websiteOrg } from "../seed.ts";
import type { World } from "../world.ts";

const all = "/organizations/:org_id/websites";
const one = `${all}/:website_id`;
const members = `${one}/members`;
const byId = ["website_pkey|website_place_key|website_org_index"];
const key = byId;
const memberPage = ["website_member_website_index"];
const memberKey = ["website_member_user_key|website_member_org_index"];
/** Then the mail that tells of it, or none. */
const told = [...memberKey, "outbox_pkey"];
const untold = [...memberKey, ""];
const { thousand } = exceptions;

export function websiteCases(world: World): Case[] {
  const { publisher, editor, webmaster, guest, regular, tourist, someone, visits, next, idOf } = world;
  const params = { org_id: websiteOrg };
  const place = { ...params, website_id: hugeWebsite };
  const path = `/organizations/${websiteOrg}/websites`;
  const { token } = publisher;
  const of = ({ token }: { token: string }, more: Request = {}): Request => ({ token, params, ...more });
  const at = ({ token }: { token: string }, more: Request = {}): Request => ({
    token,
    params: place,
    ...more,
  });
  /** A new guest, to whom something is done. */
  const newGuest =
    (token: string, more: Request = {}) =>
    async (): Promise<Request> => {
      const { user_id } = await visits(await someone(), "website_user", `w.id = ${hugeWebsite}`);
      return { token, params: { ...place, user_id }, ...more };
    };
  const spare = async (): Promise<Request> => {
    const insert = "insert into website (org_id, name, url) values ($1, 'New', 'https://new.example')";
    return { token, params: { ...params, website_id: await idOf(`${insert} returning id`, [websiteOrg]) } };
  };
  const leaver = async (): Promise<Request> => {
    const { token, user_id } = await visits(await someone(), "website_user", `w.id = ${hugeWebsite}`);
    return { token, params: { ...place, user_id } };
  };
  const nextMembers = () => next(publisher, `${path}/${hugeWebsite}/members`);
  const json = { name: "Shop", url: "https://shop.example" };
  return [
    ask(`POST ${all}`, "", { ...of(publisher), json }, ["member_user_org_key"]),
    ask(`GET ${all}`, "owner", of(publisher), byId),
    ask(
      `GET ${all}`,
      "with a cursor",
      async () => of(publisher, { query: await next(publisher, path) }),
      byId,
    ),
    ask(`GET ${all}`, "member", of(editor), byId),
    ask(`GET ${all}`, "guest of one", of(guest), byId),
    ask(`GET ${all}`, "guest of 1,000", of(regular), byId, thousand),
    ask(
      `GET ${all}`,
      "guest of 1,000, with a cursor",
      async () => of(regular, { query: await next(regular, path) }),
      byId,
      thousand,
    ),
    ask(`GET ${all}`, "guest in 1,000", of(tourist, { params: { org_id: oneOfThousand } }), byId),
    ask(`GET ${one}`, "owner", at(publisher), key),
    ask(`GET ${one}`, "guest", at(guest), key),
    ask(
      `GET ${one}`,
      "guest of 1,000",
      async () => of(regular, { params: await world.regularPlace() }),
      key,
      thousand,
    ),
    ask(`PATCH ${one}`, "owner", at(publisher, { json: { name: "Renamed" } }), key),
    ask(`PATCH ${one}`, "guest", at(guest, { json: { settings: { a: 1 } } }), key),
    ask(`DELETE ${one}`, "of nobody", spare, key),
    ask(`GET ${members}`, "owner", at(publisher), memberPage),
    ask(
      `GET ${members}`,
      "with a cursor",
      async () => at(publisher, { query: await nextMembers() }),
      memberPage,
    ),
    ask(`GET ${members}`, "guest", at(guest), memberPage),
    ask(`GET ${members}`, "its admin, a guest", at(webmaster), memberPage),
    ask(`PATCH ${members}/:user_id`, "owner", newGuest(token, { json: { role: "website_admin" } }), told),
    ask(`PATCH ${members}/:user_id`, "its admin", newGuest(webmaster.token, { json: { status: 1 } }), untold),
    ask(`DELETE ${members}/:user_id`, "owner", newGuest(token), told),
    ask(`DELETE ${members}/:user_id`, "its admin", newGuest(webmaster.token), told),
    ask(`DELETE ${members}/:user_id`, "oneself", leaver, untold),
  ];
}
