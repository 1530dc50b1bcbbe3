// The legs of the journey that go through links in mails.
import type { Ask, Walk } from "./ask.ts";
import { mailedToken, newCaller, newUser, password } from "./client.ts";

/** A password that somebody forgot; an account that somebody disowns. */
export async function recovery({ url, inbox, as }: Walk, anyone: Ask): Promise<void> {
  const { email, token } = await newCaller(url);
  await as(token)("POST /verify-email/resend");
  await anyone("POST /forgot-password", { json: { email } });
  const link = await mailedToken(inbox, email, "reset-password");
  await anyone("GET /reset-password", { query: `?token=${link}` });
  await anyone("POST /reset-password", { json: { token: link, new_password: password } });
  const other = await newUser(url);
  await anyone("POST /verify-email/deny", { json: { token: await mailedToken(inbox, other.email) } });
}

/** Somebody is invited and comes; somebody else is invited twice, and then not. `all`: the path of the invites. */
export async function invites(
  { inbox, as }: Walk,
  me: Ask,
  { all, params, role }: { all: string; params: Record<string, number>; role: string },
): Promise<void> {
  const anyone = as();
  const email = `${role}-${process.pid}@example.com`;
  await me(`POST ${all}`, { params, json: { email, role } });
  await me(`GET ${all}`, { params });
  const token = await mailedToken(inbox, email, "accept-invite");
  await anyone("GET /accept-invite", { query: `?token=${token}` });
  await anyone("POST /accept-invite", { json: { token, password } });

  const { invite_id } = await me(`POST ${all}`, { params, json: { email: `other-${email}`, role } });
  await me(`POST ${all}/:invite_id/resend`, { params: { ...params, invite_id } });
  await me(`DELETE ${all}/:invite_id`, { params: { ...params, invite_id } });
}
