// One valid request for every route. The suites that hold for all routes read this table and compare it with the
// app: a new route needs a row here and nothing else.
import { app } from "../../src/app.ts";
import { type Body, call } from "./app.ts";
import { goodPassword, newEmail, type SignedIn, signedIn, verificationToken } from "./people.ts";

type Kind = "null" | "true" | "7" | '"x"' | "[]" | "{}";
type Params = Record<string, number | string>;
type Sample = {
  /** What the request is answered with. */
  status: number;
  /** Needs an access token. */
  signedIn?: true;
  /** Values for the pattern's parameters: this person's own. */
  params?: (person: SignedIn) => Params | Promise<Params>;
  /** Query keys that are accepted. */
  query?: string[];
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
  /** A page for a browser: HTTP in general is not for it, `test/pages.test.ts` is. */
  page?: true;
  /** Answers without the database. */
  offline?: true;
  /** For caches, as an exception. */
  cached?: true;
};

export const samples: Record<string, Sample> = {
  "GET /": { status: 200, offline: true },
  "GET /health": { status: 200 },
  "GET /version": { status: 200 },
  "GET /.well-known/jwks.json": { status: 200, offline: true, cached: true },

  "POST /signup": {
    status: 201,
    body: () => ({
      email: newEmail(),
      password: goodPassword,
      organization_name: "Acme",
      organization_details: { size: 1 },
      profile: { name: "Ada" },
    }),
    takes: { organization_details: ['"x"', "{}"], profile: ["{}"] },
    free: ["organization_details", "profile"],
  },
  "POST /verify-email": {
    status: 200,
    body: async ({ email }) => ({ token: await verificationToken(email) }),
    form: true,
  },
  "GET /verify-email": { status: 200, page: true, offline: true },
  "GET /me": { status: 200, signedIn: true },
  "PATCH /me": {
    status: 200,
    signedIn: true,
    body: () => ({ profile: { name: "Ada" }, settings: { login_alerts: true } }),
    takes: { profile: ["{}"], settings: ["{}"] },
    free: ["profile", "settings"],
  },
  "POST /me/password": {
    status: 200,
    signedIn: true,
    body: ({ password }) => ({ current_password: password, new_password: "a fine new passphrase" }),
  },

  "POST /signin": {
    status: 200,
    body: ({ email, password, org_id }) => ({ email, password, org_id }),
    ids: ["org_id"],
  },
  "POST /token/refresh": {
    status: 200,
    body: ({ refresh, org_id }) => ({ refresh_token: refresh, org_id }),
    ids: ["org_id"],
  },
  "POST /signout": { status: 204, signedIn: true },
  "GET /sessions": { status: 200, signedIn: true, query: ["limit", "cursor"] },
  "DELETE /sessions": { status: 204, signedIn: true },
  "DELETE /sessions/:session_id": {
    status: 204,
    signedIn: true,
    params: ({ session_id }) => ({ session_id }),
  },
};

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

let known: Promise<SignedIn> | undefined;
/** One person per file, for requests that are refused before they do anything. */
export const somebody = () => {
  known ??= signedIn();
  return known;
};

/** The route's path for this person, with some parameters changed (as they stand in the URL). */
export async function pathOf(route: Route, person: SignedIn, changes: Params = {}): Promise<string> {
  const params: Params = { ...(await route.params?.(person)), ...changes };
  return route.pattern.replace(/:(\w+)/g, (_, name) => String(params[name]));
}

type Changes = {
  person?: SignedIn;
  /** In place of the person's own; null: none. */
  token?: string | null;
  params?: Params;
  query?: string;
  method?: string;
  json?: unknown;
  body?: BodyInit;
  headers?: Record<string, string>;
  settings?: Record<string, string>;
};

/** The route's valid request, with changes. */
export async function send(route: Route, changes: Changes = {}): Promise<Response> {
  const person = changes.person ?? (await somebody());
  const path = await pathOf(route, person, changes.params);
  const { query = "", method = route.method, headers = {}, settings = {}, body } = changes;
  const json = body || !route.body ? undefined : "json" in changes ? changes.json : await route.body(person);
  const token = route.signedIn && changes.token !== null ? (changes.token ?? person.access) : undefined;
  return call(path + query, {
    method,
    headers: body && route.body ? { "content-type": "application/json", ...headers } : headers,
    settings,
    ...(json !== undefined && { json }),
    ...(body && { body }),
    ...(token && { token }),
  });
}
