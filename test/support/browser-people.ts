// People of the browser's tests. What they do by other means than a page goes through the API, as a product would.
import pg from "pg";
import { inject, vi } from "vitest";

// biome-ignore lint/suspicious/noExplicitAny: a body is whatever the test says it is
type Body = any;

let counter = 0;
const run = crypto.randomUUID().slice(0, 8);
export const newEmail = (name = "person") => `${name}-${run}-${++counter}@example.com`;
export const goodPassword = "correct horse battery staple";
export const newPassword = "seven quiet harbour lamps";

/** `POST /signup` and so on: the status and the body. */
export async function ask(
  request: string,
  json?: unknown,
  token?: string,
): Promise<{ status: number; body: Body }> {
  const [method = "", path = ""] = request.split(" ");
  const response = await fetch(inject("browserStack").pagesUrl + path, {
    method,
    headers: {
      ...(token && { authorization: `Bearer ${token}` }),
      ...(json !== undefined && { "content-type": "application/json" }),
    },
    ...(json !== undefined && { body: JSON.stringify(json) }),
  });
  const text = await response.text();
  return { status: response.status, body: text === "" ? null : JSON.parse(text) };
}

/** The body of a request that has to succeed. */
export async function done(...request: Parameters<typeof ask>): Promise<Body> {
  const { status, body } = await ask(...request);
  if (status >= 300) throw new Error(`${request[0]} answered ${status}: ${JSON.stringify(body)}`);
  return body;
}

/** One statement as the database's owner: for scenes that no endpoint can set. */
export async function asOwner(statement: string, params: unknown[] = []): Promise<Body[]> {
  const client = new pg.Client(inject("browserStack").databaseUrl);
  await client.connect();
  try {
    return (await client.query(statement, params)).rows;
  } finally {
    await client.end();
  }
}

export type Mail = { id: string; subject: string; html: string; text: string };

export async function mailsTo(email: string): Promise<Mail[]> {
  const { mailboxUrl } = inject("browserStack");
  const response = await fetch(`${mailboxUrl}/inbox.json?to=${encodeURIComponent(email)}`);
  return ((await response.json()) as { data: Mail[] }).data;
}

/** Waits for a mail to this address with a link to `path`; the newest one's link, unless it is `old`. */
export const linkTo = (path: string, email: string, old?: string): Promise<string> =>
  vi.waitFor(
    async () => {
      const link = (await mailsTo(email))
        .map(({ text }) => /https?:\S+/.exec(text.slice(Math.max(0, text.indexOf(path) - 60)))?.[0])
        .find((found) => found?.includes(`${path}?token=`));
      if (!link || link === old) throw new Error(`no link to ${path} for ${email}`);
      return link;
    },
    { timeout: 10_000, interval: 50 },
  );

export const tokenOf = (link: string) => new URL(link).searchParams.get("token") ?? "";

export type Person = { email: string; password: string; user_id: number; org_id: number };
export type SignedIn = Person & { token: string };

export async function signUp(organization = "Acme", email = newEmail()): Promise<Person> {
  const { user_id, org_id } = await done("POST /signup", {
    email,
    password: goodPassword,
    organization_name: organization,
  });
  return { email, password: goodPassword, user_id, org_id };
}

export async function signIn<One extends { email: string; password: string }>(one: One) {
  const { email, password } = one;
  const { access_token } = await done("POST /signin", { email, password });
  return { ...one, token: access_token as string };
}

/** Signed up, with a confirmed address, and signed in. */
export async function verified(organization?: string): Promise<SignedIn> {
  const person = await signUp(organization);
  await done("POST /verify-email", { token: tokenOf(await linkTo("/verify-email", person.email)) });
  return signIn(person);
}

export async function forgets({ email }: { email: string }, old?: string): Promise<string> {
  await done("POST /forgot-password", { email });
  return linkTo("/reset-password", email, old);
}

/** The link of an invitation to the organization, and its id. */
export async function invites(
  inviter: SignedIn,
  email: string,
  more: { role?: string; expires_in?: number } = {},
): Promise<{ link: string; id: number }> {
  const { invite_id: id } = await done(
    `POST /organizations/${inviter.org_id}/invites`,
    { email, role: "member", ...more },
    inviter.token,
  );
  return { link: await linkTo("/accept-invite", email), id };
}

/** The link of an invitation to a new website of the organization. */
export async function invitesToWebsite(inviter: SignedIn, email: string): Promise<string> {
  const websites = `/organizations/${inviter.org_id}/websites`;
  const shop = { name: "Engine shop", url: "https://shop.example" };
  const { website_id } = await done(`POST ${websites}`, shop, inviter.token);
  await done(`POST ${websites}/${website_id}/invites`, { email, role: "website_user" }, inviter.token);
  return linkTo("/accept-invite", email);
}

export const makeMember = (person: Person, orgId: number, role: string) =>
  asOwner(
    "insert into member (org_id, user_id, role_id) select org_id, $2, id from role where org_id = $1 and name = $3",
    [orgId, person.user_id, role],
  );
