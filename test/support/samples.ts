// The routes of the app with their sample requests, for the suites that hold for all of them.
import { expect } from "vitest";
import { app } from "../../src/app.ts";
import { type Body, call } from "./app.ts";
import { type SignedIn, signedIn } from "./people.ts";
import type { Params, Sample } from "./sample-params.ts";
import { samples } from "./sample-requests.ts";

export type Route = Sample & { name: string; method: string; pattern: string };

/** `GET /me` and so on: what the app answers, middleware aside. */
export const routeNames = [
  ...new Set(app.routes.filter(({ method }) => method !== "ALL").map((r) => `${r.method} ${r.path}`)),
];

/** Every route, pages included. */
export const everyRoute: Route[] = routeNames.flatMap((name) => {
  const [method = "", pattern = ""] = name.split(" ");
  const sample = samples[name];
  return sample ? [{ ...sample, name, method, pattern }] : [];
});

export const routes = everyRoute.filter((route) => !route.page);
export const withToken = routes.filter((route) => route.signedIn);
export const withBody = routes.filter((route) => route.body);
/** Routes whose method may carry a body, whether they read one or not. */
export const bodied = routes.filter((route) => route.method !== "GET");

/** A verb that the route's path does not answer to. */
export function otherVerb({ pattern }: Route): string {
  const own = everyRoute.filter((route) => route.pattern === pattern).map(({ method }) => method);
  return ["PUT", "PATCH", "DELETE", "POST"].find((verb) => !own.includes(verb)) ?? "OPTIONS";
}

type Valid = { params: Params; search: string; json: Body };
const known = {
  file: "",
  person: undefined as Promise<SignedIn> | undefined,
  valid: new Map<string, Valid>(),
};

/** One person per file, for requests that are refused before they do anything: of each route they have one valid request. */
export function somebody(): Promise<SignedIn> {
  const { testPath: file = "" } = expect.getState();
  if (file !== known.file) Object.assign(known, { file, person: undefined, valid: new Map() });
  known.person ??= signedIn();
  return known.person;
}

/** What the route's valid request is made of; made anew for everybody but `somebody`. */
export async function validOf(route: Route, person: SignedIn): Promise<Valid> {
  const mayStay = person === (await known.person);
  const before = mayStay && known.valid.get(route.name);
  if (before) return before;
  const params = { ...(await route.params?.(person)) };
  const search = (await route.search?.(person)) ?? "";
  const made = { params, search, json: await route.body?.(person) };
  if (mayStay) known.valid.set(route.name, made);
  return made;
}

const filled = (pattern: string, params: Params) =>
  pattern.replace(/:(\w+)/g, (_, name) => String(params[name]));

/** The route's path for this person. */
export const pathOf = async (route: Route, person: SignedIn): Promise<string> =>
  filled(route.pattern, (await validOf(route, person)).params);

type Changes = {
  person?: SignedIn;
  /** In place of the person's own; null: none. */
  token?: string | null;
  /** Of the path, as they stand in the URL. */
  params?: Params;
  query?: string;
  method?: string;
  json?: unknown;
  body?: BodyInit;
  headers?: Record<string, string>;
  settings?: Record<string, string>;
};

/** The route's valid request, with changes, as `call` takes it. */
export async function requestOf(route: Route, changes: Changes = {}): Promise<Parameters<typeof call>> {
  const person = changes.person ?? (await somebody());
  const valid = await validOf(route, person);
  const path = filled(route.pattern, { ...valid.params, ...changes.params });
  const { query = "", method = route.method, headers = {}, settings = {}, body } = changes;
  const search = query || valid.search;
  const json = body || !route.body ? undefined : "json" in changes ? changes.json : valid.json;
  const token = route.signedIn && changes.token !== null ? (changes.token ?? person.access) : undefined;
  const options = {
    method,
    headers: body && route.body ? { "content-type": "application/json", ...headers } : headers,
    settings,
    ...(json !== undefined && { json }),
    ...(body && { body }),
    ...(token && { token }),
  };
  return [path + search, options];
}

export const send = async (route: Route, changes: Changes = {}): Promise<Response> =>
  call(...(await requestOf(route, changes)));
