// A client of the running Worker: what the bench needs of the API.
import type { Inbox } from "../local/inbox.ts";

export const password = "correct horse battery staple";
let counter = 0;

// biome-ignore lint/suspicious/noExplicitAny: an answer is whatever its endpoint says
export type Answer = { status: number; body: any };

/** Errors: any answer but a good one. */
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
  const isJson = response.headers.get("content-type")?.includes("json");
  return { status: response.status, body: isJson ? JSON.parse(text) : text };
}

export type Person = { email: string; user_id: number; org_id: number };

export async function newUser(url: string): Promise<Person> {
  const email = `bench-${process.pid}-${++counter}@example.com`;
  const { body } = await send(url, "POST", "/signup", { email, password, organization_name: "Bench" });
  return { email, user_id: body.user_id, org_id: body.org_id };
}

export type Tokens = { access_token: string; refresh_token: string };

export async function signIn(url: string, email: string, extra: object = {}): Promise<Tokens> {
  const { body } = await send(url, "POST", "/signin", { email, password, ...extra });
  return body;
}

export type Caller = Person & { token: string; refresh_token: string };

export async function newCaller(url: string): Promise<Caller> {
  const person = await newUser(url);
  const { access_token, refresh_token } = await signIn(url, person.email);
  return { ...person, token: access_token, refresh_token };
}

/** The token in the newest link to this page that was mailed to the address. */
export async function mailedToken(inbox: Inbox, email: string, page = "verify-email"): Promise<string> {
  const link = new RegExp(`/${page}\\?token=([\\w.-]+)`);
  for (let tries = 0; tries < 100; tries += 1) {
    const response = await fetch(`${inbox.url}/inbox.json?to=${encodeURIComponent(email)}`);
    const { data } = (await response.json()) as { data: { text: string }[] };
    const token = data.map(({ text }) => link.exec(text)?.[1]).find((found) => found);
    if (token) return token;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`no mail with a link to /${page} arrived for ${email}`);
}
