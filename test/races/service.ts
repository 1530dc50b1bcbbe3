// The whole app over a database of its own, for requests that really are under way at once: no mock, and next to no
// password hashing. Scenes are set by the database's owner, in one statement each, as no endpoint could set them so fast.
import { timingSafeEqual } from "node:crypto";
import { neonConfig } from "@neondatabase/serverless";
import { inject } from "vitest";
import { toErrorAnswer } from "../../local/neon-errors.ts";
import { parseConnectionString, parseSqlRequest } from "../../local/neon-request.ts";
import { openSessions } from "../../local/neon-sessions.ts";
import { upstreamOf } from "../../local/stack.ts";
import { app } from "../../src/app.ts";
import { configOf } from "../../src/config.ts";
import { randomId, sha256 } from "../../src/crypto/hashes.ts";
import { signAccessToken, signRefreshToken } from "../../src/crypto/jwts.ts";
import { hashPassword } from "../../src/crypto/passwords.ts";
import { type MailTokenKind, newMailSecret, sealMailToken } from "../../src/crypto/tokens.ts";
import { Database } from "../../src/db/client.ts";
import type { Scratch } from "../database/scratch.ts";
import { insertMailToken } from "../support/mail-token-row.ts";
import { FIELD } from "./race.ts";

// biome-ignore lint/suspicious/noExplicitAny: a body, or a row, is whatever the race says it is
type Any = any;
/** `code`: of a problem its code, of a success its status. */
export type Told = { code: string; body: Any };
export type Asked = { json?: unknown; by?: Person; key?: string };
export type Person = { userId: number; sessionId: number; email: string; access: string; refresh: string };
export type Invite = { inviteId: number; email: string; token: string };
export type Service = Awaited<ReturnType<typeof openService>>;

export const password = "correct horse battery staple";
const dayMs = 86_400_000;
const cost = 1;
let counter = 0;
export const newEmail = () => `racer-${++counter}@example.com`;

// The one thing of the Workers runtime that the app uses and Node lacks.
crypto.subtle.timingSafeEqual ??= (one, other) =>
  timingSafeEqual(new Uint8Array(one as ArrayBuffer), new Uint8Array(other as ArrayBuffer));

/** Neon's endpoint without the way there, over a session for each contender, until the service is closed. */
function layNeon(url: string) {
  const sessions = openSessions(upstreamOf(url), { size: FIELD });
  const never = new AbortController().signal;
  neonConfig.fetchFunction = async (
    _endpoint: string,
    { headers, body }: { headers: object; body: string },
  ) => {
    const named = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]);
    const given = Object.fromEntries(named);
    try {
      const { login } = parseConnectionString(given["neon-connection-string"]);
      return Response.json(await sessions.run(login, parseSqlRequest(given, body), never));
    } catch (error) {
      const { status, body: told } = toErrorAnswer(error);
      return Response.json(told, { status });
    }
  };
  return sessions;
}

export async function openService({ url, owner }: Scratch) {
  const sessions = layNeon(url);
  const serviceUrl = Object.assign(new URL(inject("serviceUrl")), { pathname: new URL(url).pathname }).href;
  // Nobody takes the mails: they wait in the outbox, to be counted.
  const away = { LOCAL_RESEND_URL: "http://127.0.0.1:1" };
  const bindings = {
    ...inject("variables"),
    ...away,
    DATABASE_URL: serviceUrl,
    PASSWORD_ITERATIONS: String(cost),
  };
  const config = configOf(bindings);
  const passwordHash = await hashPassword(password, cost);
  const left = new Set<Promise<unknown>>();
  const context = {
    waitUntil: (work: Promise<unknown>) => void left.add(work),
    passThroughOnException: () => {},
    props: {},
  };
  // One statement after the other, whoever asks.
  let asked: Promise<unknown> = Promise.resolve();
  const rows = (text: string, values: unknown[] = []): Promise<Any[]> => {
    const found = asked.then(() => owner.query(text, values)).then((result) => result.rows);
    asked = found.catch(() => {});
    return found;
  };

  async function ask(request: string, { json, by, key }: Asked = {}): Promise<Told> {
    const [method = "", path = ""] = request.split(" ");
    const headers = new Headers({ "cf-connecting-ip": "192.0.2.1" });
    if (json !== undefined) headers.set("content-type", "application/json");
    if (by) headers.set("authorization", `Bearer ${by.access}`);
    if (key) headers.set("idempotency-key", key);
    const body = json === undefined ? null : JSON.stringify(json);
    const answer = await app.fetch(
      new Request(`http://127.0.0.1:8787${path}`, { method, headers, body }),
      bindings,
      context as never,
    );
    const text = await answer.text();
    const told = text === "" ? null : JSON.parse(text);
    return { code: answer.status < 400 ? String(answer.status) : told.code, body: told };
  }

  /** New people, signed in. */
  async function people(count: number, { verified = true, operator = false } = {}): Promise<Person[]> {
    const emails = Array.from({ length: count }, newEmail);
    const jtis = emails.map(() => randomId());
    const found = await rows(
      `with u as (
         insert into "user" (email, password, email_verified_at, platform_admin)
         select email, $2, $3, $4 from unnest($1::text[]) email returning id, email),
       s as (insert into session (user_id, expires_at) select id, app.now_ms() + 29 * ${dayMs}::bigint from u
         returning id, user_id),
       t as (insert into refresh_token (hash, session_id, issued_at, expires_at)
         select g.hash, s.id, app.now_ms(), app.now_ms() + 13 * ${dayMs}::bigint
         from s join u on u.id = s.user_id join unnest($1::text[], $5::text[]) g (email, hash) on g.email = u.email
         returning session_id)
       select u.id, u.email, s.id::int as session from u join s on s.user_id = u.id`,
      [emails, passwordHash, verified ? 1 : null, operator, await Promise.all(jtis.map(sha256))],
    );
    return Promise.all(
      found.map(async ({ id: userId, email, session: sessionId }) => {
        const now = Date.now();
        const claims = { userId, sessionId, email, emailVerified: verified, org: null };
        const refresh = { userId, sessionId, jti: jtis[emails.indexOf(email)] ?? "" };
        const times = { issuedAt: now, expiresAt: now + 13 * dayMs };
        return {
          ...{ userId, sessionId, email },
          access: await signAccessToken(config, claims, now),
          refresh: await signRefreshToken(config, refresh, times),
        };
      }),
    );
  }

  async function person(how?: Parameters<typeof people>[1]): Promise<Person> {
    const [one] = await people(1, how);
    if (!one) throw new Error("nobody was made");
    return one;
  }

  async function organization(founder: Person): Promise<number> {
    const [made] = await rows("select app.found_organization($1, 'Acme', '{}', false) as id", [
      founder.userId,
    ]);
    return made.id;
  }

  const roleId = async (orgId: number, name: string): Promise<number> =>
    (await rows("select id from role where org_id = $1 and name = $2", [orgId, name]))[0].id;

  async function role(orgId: number, name = `Role ${randomId()}`): Promise<number> {
    const made = await rows(
      "insert into role (org_id, name, scope, permissions) values ($1, $2, 'organization', '{member:read}') returning id",
      [orgId, name],
    );
    return made[0].id;
  }

  /** New people who are members here. */
  async function members(orgId: number, count: number, name = "member"): Promise<Person[]> {
    const all = await people(count);
    await rows("insert into member (org_id, user_id, role_id) select $1, u, $3 from unnest($2::int[]) u", [
      ...[orgId, all.map(({ userId }) => userId), await roleId(orgId, name)],
    ]);
    return all;
  }

  async function website(orgId: number): Promise<number> {
    const made = await rows(
      "insert into website (org_id, name, url) values ($1, 'Shop', 'https://shop.example') returning id",
      [orgId],
    );
    return made[0].id;
  }

  /** The token of a link that a mail brought to this account. */
  async function link(kind: Exclude<MailTokenKind, "invite">, { userId, email }: Person): Promise<string> {
    const { id, tokenHash } = await newMailSecret();
    const expiresAt = Date.now() + 60 * 60_000;
    await rows(insertMailToken, [tokenHash, kind, userId, expiresAt]);
    return sealMailToken(config.SEALING_KEYS, kind, { id, email, expiresAt });
  }

  /** A pending invite, whose mail has arrived. */
  async function invite(
    orgId: number,
    inviter: Person,
    { email = newEmail(), websiteId = null as number | null } = {},
  ): Promise<Invite> {
    const { id, tokenHash } = await newMailSecret();
    const expiresAt = Date.now() + dayMs;
    const [made] = await rows(
      `with mail as (insert into outbox (template, recipient, sent_at) values ('invitation', $4, 1) returning id)
       insert into invite (token, user_id, org_id, email, website_id, role_id, lifetime_ms, expires_at, mail_id, delivery_state)
       select $1, $2, $3, $4, $5, $6, ${dayMs}, $7, mail.id, 'sent' from mail returning id`,
      [
        ...[tokenHash, inviter.userId, orgId, email, websiteId],
        await roleId(orgId, websiteId === null ? "member" : "website_user"),
        expiresAt,
      ],
    );
    const contents = { id, email, expiresAt, inviteId: made.id };
    return { inviteId: made.id, email, token: await sealMailToken(config.SEALING_KEYS, "invite", contents) };
  }

  return {
    ...{ ask, rows, people, person, organization, members, role, roleId, website, link, invite },
    /** The database as one job of the background sees it. */
    background: () => new Database(config, { requestId: "race", ip: "" }, { background: true }),
    /** What requests have left to do is done. */
    settled: () => Promise.allSettled(left),
    async close() {
      await Promise.allSettled(left);
      neonConfig.fetchFunction = undefined;
      await sessions.close();
    },
  };
}
