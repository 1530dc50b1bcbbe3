// A client of the running Worker: what the bench needs of the API, and the trips that each endpoint makes, counted
// from outside by the local Neon endpoint.
import type { Inbox } from "../local/inbox.ts";
import type { Neon } from "../local/neon.ts";

export const password = "correct horse battery staple";
let counter = 0;

// biome-ignore lint/suspicious/noExplicitAny: an answer is whatever its endpoint says
type Answer = { status: number; body: any };

export async function send(
  url: string,
  method: string,
  path: string,
  json?: unknown,
  token?: string,
): Promise<Answer> {
  const headers = { "content-type": "application/json", ...(token && { authorization: `Bearer ${token}` }) };
  const body = json === undefined ? null : JSON.stringify(json);
  const response = await fetch(url + path, { method, headers, body });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${path} answered ${response.status}: ${text}`);
  return { status: response.status, body: text ? JSON.parse(text) : null };
}

export async function newUser(url: string): Promise<string> {
  const email = `bench-${process.pid}-${++counter}@example.com`;
  await send(url, "POST", "/signup", { email, password, organization_name: "Bench" });
  return email;
}

export async function signIn(url: string, email: string) {
  const { body } = await send(url, "POST", "/signin", { email, password });
  return body as { access_token: string; refresh_token: string };
}

/** Every endpoint once, in the order of a person's journey, with the trips that its answer took. */
export async function tripsPerEndpoint(url: string, neon: Neon, inbox: Inbox): Promise<[string, number][]> {
  const rows: [string, number][] = [];
  const count = async (method: string, path: string, json?: unknown, token?: string) => {
    const before = neon.stats().requests;
    const answer = await send(url, method, path, json, token);
    rows.push([`${method} ${path.replace(/\d+$/, ":session_id")}`, neon.stats().requests - before]);
    return answer.body;
  };
  const email = `bench-${process.pid}-journey@example.com`;
  for (const path of ["/", "/health", "/version", "/.well-known/jwks.json"]) await count("GET", path);
  await count("POST", "/signup", { email, password, organization_name: "Bench" });
  await count("POST", "/verify-email", { token: await mailedToken(inbox, email) });
  const first = await count("POST", "/signin", { email, password });
  const pair = await count("POST", "/token/refresh", { refresh_token: first.refresh_token });
  const token = pair.access_token;
  await count("GET", "/me", undefined, token);
  await count("PATCH", "/me", { profile: { name: "Bench" } }, token);
  await count("POST", "/me/password", { current_password: password, new_password: `${password}!` }, token);
  const { data } = await count("GET", "/sessions", undefined, token);
  await count("DELETE", "/sessions", undefined, token);
  await count("DELETE", `/sessions/${data[0].session_id}`, undefined, token);
  const second = await send(url, "POST", "/signin", { email, password: `${password}!` });
  await count("POST", "/signout", undefined, second.body.access_token);
  return rows;
}

async function mailedToken(inbox: Inbox, email: string): Promise<string> {
  for (let tries = 0; tries < 100; tries += 1) {
    const response = await fetch(`${inbox.url}/inbox.json?to=${encodeURIComponent(email)}`);
    const { data } = (await response.json()) as { data: { text: string }[] };
    const token = /token=([\w.-]+)/.exec(data[0]?.text ?? "")?.[1];
    if (token) return token;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error("the verification mail did not arrive");
}
