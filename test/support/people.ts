// Factories: everybody is new, so that no test meets another test's rows.
import { inject } from "vitest";
import { ask, type Body } from "./app.ts";

let counter = 0;
const run = crypto.randomUUID().slice(0, 8);

export const newEmail = (name = "person") => `${name}-${run}-${++counter}@example.com`;
export const goodPassword = "correct horse battery staple";

export type Person = { email: string; password: string; user_id: number; org_id: number };
export type SignedIn = Person & { access: string; refresh: string; session_id: number };

export async function signUp(overrides: Record<string, unknown> = {}): Promise<Person> {
  const email = newEmail();
  const json = { email, password: goodPassword, organization_name: "Acme", ...overrides };
  // For a password that no list has none is asked.
  const settings = { BREACHED_PASSWORDS: json.password === goodPassword ? "off" : "on" };
  const { status, body } = await ask("/signup", { json, settings });
  if (status !== 201) throw new Error(`sign-up answered ${status}: ${JSON.stringify(body)}`);
  return { email: json.email, password: json.password, user_id: body.user_id, org_id: body.org_id };
}

export async function signIn(person: Person, extra: Record<string, unknown> = {}): Promise<SignedIn> {
  const { status, body } = await ask("/signin", {
    json: { email: person.email, password: person.password, ...extra },
  });
  if (status !== 200) throw new Error(`sign-in answered ${status}: ${JSON.stringify(body)}`);
  const { sid } = claimsOf(body.access_token);
  return { ...person, access: body.access_token, refresh: body.refresh_token, session_id: Number(sid) };
}

export const signedIn = async (overrides: Record<string, unknown> = {}) => signIn(await signUp(overrides));

/** A JWT's payload, unverified. */
export function claimsOf(token: string): Body {
  const payload = token.split(".")[1] ?? "";
  return JSON.parse(
    new TextDecoder().decode(
      Uint8Array.from(atob(payload.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0)),
    ),
  );
}

export type Mail = {
  id: string;
  to: string;
  from: string;
  subject: string;
  html: string;
  text: string;
  created_at: number;
};

/** Mails that reached the mailbox of this address, newest first. */
export async function mailsTo(email: string): Promise<Mail[]> {
  const response = await fetch(`${inject("inboxUrl")}/inbox.json?to=${encodeURIComponent(email)}`);
  const { data } = (await response.json()) as { data: Mail[] };
  return data;
}

/** The token of the link to this page; null: the mail has none. */
export const linkIn = (mail: Mail, page: string): string | null =>
  new RegExp(`/${page}\\?token=([\\w.-]+)`).exec(mail.text)?.[1] ?? null;

/** The token in the link of the newest verification mail. */
export async function verificationToken(email: string): Promise<string> {
  const links = (await mailsTo(email)).map((mail) => linkIn(mail, "verify-email"));
  const token = links.find((link) => link !== null);
  if (!token) throw new Error(`no verification mail for ${email}`);
  return token;
}
