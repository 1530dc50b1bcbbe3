// Every endpoint once, in the order of a customer's journey, with the trips that its answer took, counted from outside
// by the local Neon endpoint.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import pg from "pg";
import type { Stack } from "../local/stack.ts";
import type { Ask, Walk } from "./ask.ts";
import { mailedToken, newCaller, newUser, password, send } from "./client.ts";
import { invites, recovery } from "./journey-mails.ts";
import { operator, statistics } from "./journey-operators.ts";
import { everyRoute } from "./routes.ts";
import { root } from "./worker.ts";

type Trips = [route: string, trips: number][];

/** Errors: a route of the app that the journey leaves out. */
export async function tripsPerEndpoint(url: string, stack: Stack): Promise<Trips> {
  const trips: Trips = [];
  const as = (token?: string): Ask => {
    return async (route, { params = {}, query = "", json } = {}) => {
      const [method = "", pattern = ""] = route.split(" ");
      const path = pattern.replace(/:(\w+)/g, (_, name) => String(params[name]));
      const before = stack.neon.stats().requests;
      const { body } = await send(url, method, path + query, json, token);
      trips.push([route, stack.neon.stats().requests - before]);
      return body;
    };
  };
  const owner = new pg.Client(stack.ownerUrl);
  await owner.connect();
  try {
    await wholeJourney({ url, inbox: stack.inbox, owner, as });
  } finally {
    await owner.end();
  }
  const walked = new Map(trips);
  const missing = everyRoute().filter((route) => !walked.has(route));
  if (missing.length > 0) throw new Error(`the journey leaves out ${missing.join(", ")}`);
  return [...walked];
}

async function wholeJourney(walk: Walk) {
  const { url, as } = walk;
  const anyone = as();
  await documents(anyone);
  const { email, access_token } = await entrance(walk, anyone);
  await recovery(walk, anyone);
  const me = as(access_token);
  const next = `${password}!`;
  await me("GET /me");
  await me("PATCH /me", { json: { profile: { name: "Bench" } } });
  await me("POST /me/password", { json: { current_password: password, new_password: next } });
  const { data } = await me("GET /sessions");
  await me("DELETE /sessions");

  const { org_id } = await me("POST /organizations", { json: { name: "Bench" } });
  await organization(walk, me, { org_id });
  await statistics(me, { org_id });
  await website(walk, me, { org_id });
  await olderPaths(walk, me, { org_id });
  await end(walk, me, { org_id });

  await me("DELETE /sessions/:session_id", { params: { session_id: data[0].session_id } });
  const again = async () =>
    as((await send(url, "POST", "/signin", { email, password: next })).body.access_token);
  await operator(walk);
  await (await again())("POST /signout");
  await (await again())("DELETE /me", { json: { password: next } });
}

async function documents(anyone: Ask) {
  for (const path of ["/", "/health", "/version", "/openapi.json", "/docs", "/errors"])
    await anyone(`GET ${path}`);
  for (const name of ["jwks.json", "oauth-authorization-server"]) await anyone(`GET /.well-known/${name}`);
  await anyone("GET /errors/:code", { params: { code: "last_owner" } });
  const { style } = JSON.parse(readFileSync(join(root, "public/docs/files.json"), "utf8"));
  await anyone("GET /docs/:file", { params: { file: style } });
}

async function entrance({ inbox }: Walk, anyone: Ask) {
  const email = `journey-${process.pid}@example.com`;
  await anyone("POST /signup", { json: { email, password, organization_name: "Bench" } });
  const link = await mailedToken(inbox, email);
  await anyone("GET /verify-email", { query: `?token=${link}` });
  await anyone("POST /verify-email", { json: { token: link } });
  const { refresh_token } = await anyone("POST /signin", { json: { email, password } });
  const { access_token } = await anyone("POST /token/refresh", { json: { refresh_token } });
  return { email, access_token };
}

async function organization(walk: Walk, me: Ask, params: { org_id: number }) {
  const { url, owner } = walk;
  const one = "/organizations/:org_id";
  await me("GET /organizations");
  await me(`GET ${one}`, { params });
  await me(`PATCH ${one}`, { params, json: { settings: { colour: "red" } } });
  await invites(walk, me, { all: `${one}/invites`, params, role: "member" });

  const { user_id } = await newUser(url);
  await joins(owner, { ...params, user_id, role: "member" });
  const member = { ...params, user_id };
  await me(`GET ${one}/members`, { params });
  await me(`GET ${one}/members/:user_id`, { params: member });
  await me(`PATCH ${one}/members/:user_id`, { params: member, json: { role: "admin" } });
  await me(`DELETE ${one}/members/:user_id`, { params: member });

  const json = { name: "Reader", scope: "organization", permissions: ["member:read"] };
  const { role_id } = await me(`POST ${one}/roles`, { params, json });
  const role = { ...params, role_id };
  await me(`GET ${one}/roles`, { params });
  await me(`PATCH ${one}/roles/:role_id`, { params: role, json: { name: "Readers" } });
  await me(`DELETE ${one}/roles/:role_id`, { params: role });
  await me("POST /permissions/check", { json: { ...params, permission: "member:read" } });
}

async function website(walk: Walk, me: Ask, params: { org_id: number }) {
  const { url, owner } = walk;
  const all = "/organizations/:org_id/websites";
  const one = `${all}/:website_id`;
  const json = { name: "Shop", url: "https://shop.example" };
  const { website_id } = await me(`POST ${all}`, { params, json });
  const place = { ...params, website_id };
  await me(`GET ${all}`, { params });
  await me(`GET ${one}`, { params: place });
  await me(`PATCH ${one}`, { params: place, json: { name: "Our shop" } });
  await invites(walk, me, { all: `${one}/invites`, params: place, role: "website_user" });

  const { user_id } = await newUser(url);
  await joins(owner, { ...place, user_id, role: "website_user" });
  const guest = { ...place, user_id };
  await me(`GET ${one}/members`, { params: place });
  await me(`PATCH ${one}/members/:user_id`, { params: guest, json: { role: "website_admin" } });
  await me(`DELETE ${one}/members/:user_id`, { params: guest });
  await me(`DELETE ${one}`, { params: place });
}

async function olderPaths({ url, owner }: Walk, me: Ask, { org_id }: { org_id: number }) {
  const { user_id } = await newUser(url);
  await joins(owner, { org_id, user_id, role: "member" });
  const email = `older-${process.pid}@example.com`;
  await me("POST /invite-member", { json: { org_id, email, role: "member" } });
  await me("PUT /update_member_role", { json: { org_id, user_id, role: "admin" } });
  await me("GET /stats/org-role-wise-users-filtered", { query: `?org_id=${org_id}` });
  await me("DELETE /delete_member", { json: { org_id, user_id } });
}

async function end({ url, owner, as }: Walk, me: Ask, params: { org_id: number }) {
  const one = "/organizations/:org_id";
  const { user_id, token } = await newCaller(url);
  await joins(owner, { ...params, user_id, role: "member" });
  await me(`GET ${one}/audit-events`, { params });
  await me(`POST ${one}/transfer-ownership`, { params, json: { user_id } });
  await me(`POST ${one}/leave`, { params });
  await as(token)(`DELETE ${one}`, { params });
}

type Place = { org_id: number; website_id?: number; user_id: number; role: string };

/** As an invitation would: into the organization, or one website of it. */
async function joins(owner: pg.Client, { org_id, website_id, user_id, role }: Place): Promise<void> {
  const roleId = "(select id from role where org_id = $1 and name = $3)";
  if (website_id === undefined) {
    const text = `insert into member (org_id, user_id, role_id) values ($1, $2, ${roleId})`;
    await owner.query(text, [org_id, user_id, role]);
  } else {
    const text = `insert into website_member (org_id, user_id, role_id, website_id) values ($1, $2, ${roleId}, $4)`;
    await owner.query(text, [org_id, user_id, role, website_id]);
  }
}
