// `npm run dev` from outside, and the walk through it of README and docs/tour.md, word for word.
import { execFile } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { request } from "node:http";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type OwnStack, startOwnStack } from "../../local/own-stack.ts";

const root = join(import.meta.dirname, "../..");
let stack: OwnStack;
beforeAll(async () => {
  stack = await startOwnStack("dev");
}, 120_000);
afterAll(() => stack?.remove());

/** The commands of the walk's blocks, which go on in one shell. */
function readWalk(): string {
  const texts = ["README.md", "docs/tour.md"].map((path) => readFileSync(join(root, path), "utf8"));
  return [...texts.join("\n").matchAll(/<!-- walk -->\n```bash\n([\s\S]*?)```/g)]
    .map(([, block]) => block)
    .join("\n");
}

test("the README's walk works as printed", { timeout: 60_000 }, async () => {
  const { stdout, stderr } = await promisify(execFile)(
    "bash",
    ["--norc", "--noprofile", "-euo", "pipefail", "-c", readWalk()],
    {
      cwd: stack.home,
    },
  );
  expect(stderr).toBe("");
  const answers = stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  const [signedUp, verified, me, sessions, reused, ended, signedOut, after, ...tenants] = answers;
  expect(signedUp).toMatchObject({ user_id: expect.any(Number), org_id: expect.any(Number) });
  expect(verified.email).toBe(me.email);
  expect(me).toMatchObject({ email_verified: true, organizations: [{ name: "Acme", role: "owner" }] });
  expect(sessions.data).toMatchObject([{ device: "curl", current: true }]);
  expect(reused.code).toBe("refresh_token_reused");
  expect(ended.code).toBe("session_ended");
  expect(signedOut).toBe(204);
  expect(after.code).toBe("session_ended");

  const [globex, acme, role, invite, offer, accepted, again, members, check, above, owner, admin, ...last] =
    tenants;
  expect([globex.code, acme.code]).toEqual(["not_found", "not_found"]);
  expect(role).toMatchObject({ name: "Support", system: false });
  expect(invite).toMatchObject({ role: "Support", invited_by: me.email, state: "pending" });
  expect(offer).toMatchObject({ organization: "Acme", account_exists: true, password_needed: true });
  expect(accepted).toMatchObject({ org_id: invite.org_id, email: invite.email });
  expect(again.code).toBe("invite_accepted");
  expect(members.data.map((member: { role: string }) => member.role)).toEqual(["owner", "Support"]);
  expect(check).toEqual({ allowed: true });
  expect([above.code, owner.code]).toEqual(["role_above_own", "owner_required"]);
  expect(admin).toMatchObject({ email: expect.stringContaining("bea-"), role: "admin" });

  const [trail, left, forgotten, reset, out, ...counted] = last;
  expect(trail.data).toMatchObject([
    { action: "member.updated", actor_id: me.user_id, before: { role: "Support" }, after: { role: "admin" } },
    { action: "invite.updated", actor_id: accepted.user_id, after: { state: "accepted" } },
    { action: "member.created", actor_id: accepted.user_id },
  ]);
  expect([left.code, out.code]).toEqual(["last_owner", "session_ended"]);
  expect([forgotten.message, reset.message]).toEqual([
    "If there is an account with this address, a link was sent to it.",
    "Password set. Every session was ended: sign in again.",
  ]);

  const { org_id } = invite;
  const roles = ["admin", "owner"].map((role) => ({ role, scope: "organization", user_count: 1 }));
  expect(counted.slice(0, 2).map(({ data }) => data)).toEqual([
    roles,
    [{ org_id, organization: "Acme", member_count: 2 }],
  ]);
  expect(counted[2].data).toEqual(
    roles.toReversed().map((row) => ({ org_id, organization: "Acme", ...row })),
  );
  const growth: { joined: number }[] = counted[3].data;
  expect(growth.reduce((sum, { joined }) => sum + joined, 0)).toBe(2);
  expect(growth.at(-1)).toEqual({ start: expect.any(Number), joined: expect.any(Number), left: 0, total: 2 });
});

test("it says where everything is, and the file holds what it says", async () => {
  const told = JSON.parse(readFileSync(stack.stackFile, "utf8"));
  expect(Object.keys(told).sort()).toEqual(["api", "database_url", "inbox", "neon"]);
  for (const url of [told.api, told.inbox, told.neon]) expect(stack.output()).toContain(url);
  expect((await fetch(`${told.api}/health`)).status).toBe(200);
  expect(await (await fetch(`${told.neon}/stats`)).json()).toEqual({
    requests: expect.any(Number),
    statements: expect.any(Number),
    background: expect.any(Number),
  });
});

const chunked = (bytes: number) =>
  new Blob(["x".repeat(bytes)]).stream() as ReadableStream & {
    [Symbol.asyncIterator](): AsyncIterator<Uint8Array>;
  };

test("an oversize body without a length is refused, and spoils nobody's connection", async () => {
  const { api } = stack;
  const headers = { "content-type": "application/json" };
  const statuses: number[] = [];
  for (let i = 0; i < 20; i += 1) {
    const oversize = { method: "POST", headers, body: chunked(70_000), duplex: "half" } as RequestInit;
    statuses.push((await fetch(`${api}/signin`, oversize)).status);
    statuses.push((await fetch(`${api}/signin`, { method: "POST", headers, body: "{" })).status);
  }
  expect(statuses).toEqual(Array(20).fill([413, 400]).flat());
});

test("a GET with a body is answered as one without, unless it is oversize", async () => {
  const { api } = stack;
  const json = { "content-type": "application/json" };
  const person = { email: "reader@example.com", password: "correct horse battery" };
  const send = (path: string, body: object) =>
    fetch(`${api}${path}`, { method: "POST", headers: json, body: JSON.stringify(body) });
  await send("/signup", { ...person, organization_name: "Acme" });
  const { access_token } = (await (await send("/signin", person)).json()) as { access_token: string };
  const headers = { authorization: `Bearer ${access_token}`, ...json };
  for (const path of ["/sessions", "/me", "/health", "/version", "/"]) {
    for (const [body, status] of [
      ["{}", 200],
      ["x".repeat(70_000), 413],
    ] as const) {
      for (const framing of [{ "content-length": String(body.length) }, { "transfer-encoding": "chunked" }]) {
        const answer = await statusFor(`${api}${path}`, { ...headers, ...framing }, body);
        expect({ path, framing, answer }).toEqual({ path, framing, answer: status });
      }
    }
  }
});

test("over the wire, no odd verb, path or host gets further than a 404 or a 405", async () => {
  const { api } = stack;
  const { hostname, port } = new URL(api);
  const send = (method: string, path: string, headers = {}) =>
    new Promise<{ status: number | undefined; headers: object }>((resolve, reject) => {
      const sent = request({ hostname, port, method, path, headers }, (response) => {
        response.resume();
        resolve({ status: response.statusCode, headers: response.headers });
      });
      sent.on("error", reject);
      sent.end();
    });
  const [nothing, another] = [{ status: 404 }, { status: 405 }];
  for (const [method, path, expected] of [
    ...["TRACE", "PURGE", "PROPFIND", "SEARCH", "QUERY"].map((verb) => [verb, "/me", another] as const),
    ...["//me", "/me/", "/ME", "/me%00", "/me%2fpassword", "/\\evil.example", "//evil.example/%2e%2e"].map(
      (path) => ["GET", path, nothing] as const,
    ),
    ["GET", "/%0d%0aLocation:%20https://evil.example", nothing],
    ["GET", "/%6de", { status: 401 }],
    ["GET", "/x/../me", { status: 401 }],
    ["GET", "/organizations/%2e%2e/me", { status: 401 }],
  ] as const) {
    for (const headers of [{}, { host: "evil.example", "x-original-url": "/health" }]) {
      const answer = await send(method, path, headers);
      expect({ method, path, ...answer }).toMatchObject({ method, path, ...expected });
      expect(JSON.stringify(answer.headers)).not.toMatch(/evil|"location"/);
    }
  }
});

test("sixty sign-ups at once, at the true cost of a hash, are all answered", {
  timeout: 60_000,
}, async () => {
  const { api } = stack;
  const signUp = (i: number) =>
    fetch(`${api}/signup`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({
        email: `crowd-${i % 30}@example.com`,
        password: "correct horse battery",
        organization_name: "Acme",
      }),
    });
  const answers = await Promise.all(Array.from({ length: 60 }, (_, i) => signUp(i)));
  const statuses = answers.map(({ status }) => status).sort();
  expect(statuses).toEqual([...Array(30).fill(201), ...Array(30).fill(409)]);
  expect(stack.output()).not.toContain("breach_check_failed");
});

test("no page of the web gets at the mailbox or the database", async () => {
  const { inbox, neon } = stack;
  for (const url of [`${inbox}/inbox.json`, `${neon}/stats`]) {
    expect(await statusFor(url, {})).toBe(200);
    expect(await statusFor(url, { host: "rebound.example" })).toBe(403);
    expect(await statusFor(url, { origin: "https://evil.example" })).toBe(403);
  }
});

/** A GET that `fetch` would not send: with these headers, or with a body. */
function statusFor(url: string, headers: Record<string, string>, body = ""): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { method: "GET", headers }, (response) => {
      response.resume();
      resolve(response.statusCode);
    });
    sent.on("error", reject);
    sent.end(body);
  });
}

test("a termination signal stops everything and takes the file along", async () => {
  const { api, inbox, neon } = stack;
  expect(await stack.end("SIGTERM")).toBe(143);
  expect(existsSync(stack.stackFile)).toBe(false);
  for (const url of [api, inbox, neon]) await expect(fetch(url)).rejects.toThrow();
});
