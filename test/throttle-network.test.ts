// What one client network may do, over all accounts: exactly so much, and nobody evades it by a header.
import { describe, expect, test, vi } from "vitest";
import { configOf, type SealingKey } from "../src/config.ts";
import { keyedHash } from "../src/crypto/hashes.ts";
import { networkOf } from "../src/http/network.ts";
import { ask, bindings, call } from "./support/app.ts";
import { atOnce, from, newNetwork, tally } from "./support/networks.ts";
import { owner } from "./support/owner.ts";
import { goodPassword, newEmail, signUp } from "./support/people.ts";
import { countTrips } from "./support/trips.ts";

describe("a network is", () => {
  test.each([
    ["192.0.2.7", "192.0.2.7"],
    ["::ffff:192.0.2.7", "192.0.2.7"],
    ["::FFFF:c000:207", "192.0.2.7"],
    ["0:0:0:0:0:ffff:192.0.2.7", "192.0.2.7"],
    ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"],
    ["2001:0DB8:0001:0002::6", "2001:db8:1:2::/64"],
    ["2001:db8::1", "2001:db8:0:0::/64"],
    ["::1", "0:0:0:0::/64"],
    ["::", "0:0:0:0::/64"],
    ["2001:db8:1:3::6", "2001:db8:1:3::/64"],
  ])("of %s: %s", (ip, network) => expect(networkOf(ip)).toBe(network));

  test.each([
    "",
    "unknown",
    "localhost",
    "1.2.3",
    "1.2.3.4.5",
    "256.1.1.1",
    "0x7f.1",
    "1:2",
    ":::",
    "g::1",
    "1::2::3",
    "fe80::1%eth0",
    "192.0.2.7, 192.0.2.8",
    "[::1]",
    "::1]:80/x",
  ])("the one of all that are none: %s", (ip) => expect(networkOf(ip)).toBe("unknown"));
});

type Headers = Record<string, string>;
const wrong = "not the right one";
const signIn = (headers: Headers, email = newEmail("nobody"), password = wrong, most = 7) =>
  ask("/signin", {
    headers,
    settings: { WRONG_PASSWORDS_PER_NETWORK: String(most) },
    json: { email, password },
  });

/** How many of these are counted for a network. */
async function counted(what: string, headers: Headers): Promise<number> {
  const [key] = configOf(bindings()).SEALING_KEYS;
  const network = await keyedHash(key as SealingKey, "network", networkOf(headers["cf-connecting-ip"] ?? ""));
  const [row] = await owner("select counts from throttle where subject = $1", [`${what} from ${network}`]);
  return row?.counts.reduce((sum: number, n: number) => sum + n, 0);
}

describe("wrong passwords over many accounts", () => {
  test("fifty at once, twenty times: as many are evaluated as are allowed, and the others compute nothing", {
    timeout: 120_000,
  }, async () => {
    for (let round = 0; round < 20; round += 1) {
      const headers = newNetwork();
      const derive = vi.spyOn(crypto.subtle, "deriveBits");
      const most = round % 2 ? 7 : 33; // Kept to the millisecond, and by slots.
      const answers = await atOnce(50, () => signIn(headers, undefined, undefined, most));
      expect([tally(answers), derive.mock.calls.length]).toEqual([{ 401: most, 429: 50 - most }, most]);
      derive.mockRestore();
    }
  });

  test("are refused with a code of their own, until there is room", async () => {
    const headers = newNetwork();
    for (let i = 0; i < 7; i += 1) await signIn(headers);
    const refused = await signIn(headers);
    expect([refused.status, refused.body.code]).toEqual([429, "too_many_requests"]);
    const seconds = Number(refused.headers.get("retry-after"));
    expect(seconds).toBeGreaterThan(890);
    expect(seconds).toBeLessThanOrEqual(900);
    expect((await signIn(newNetwork())).status).toBe(401);
  });

  test("a refused try costs one trip, is not counted, and leaves nothing of whose address it was", async () => {
    const headers = newNetwork();
    for (let i = 0; i < 7; i += 1) await signIn(headers);
    const email = newEmail("nobody");
    const settings = { WRONG_PASSWORDS_PER_NETWORK: "7" };
    const json = { email, password: wrong };
    expect(await countTrips("/signin", { headers, settings, json })).toEqual({
      status: 429,
      trips: 1,
      background: 0,
    });
    expect(await owner("select 1 from attempt where subject = app.address_hash($1)", [email])).toEqual([]);
    const wait = async () => Number((await signIn(headers)).headers.get("retry-after"));
    const before = await wait();
    await atOnce(20, () => signIn(headers));
    expect(await wait()).toBeLessThanOrEqual(before);
  });

  test("a try that the account's own limit refuses does not count for the network", async () => {
    const [headers, email] = [newNetwork(), newEmail("nobody")];
    await atOnce(10, () => signIn(newNetwork(), email));
    for (let i = 0; i < 10; i += 1)
      expect((await signIn(headers, email)).body.code).toBe("too_many_attempts");
    for (let i = 0; i < 7; i += 1) expect((await signIn(headers)).status).toBe(401);
  });

  test("the right password takes its own entry back, also at /me/password", async () => {
    const headers = newNetwork();
    const [one, other] = [await signUp(), await signUp()];
    for (let i = 0; i < 5; i += 1) await signIn(headers);
    for (let i = 0; i < 10; i += 1)
      expect((await signIn(headers, (i % 2 ? one : other).email, goodPassword)).status).toBe(200);
    const { body } = await signIn(headers, one.email, goodPassword);
    const settings = { WRONG_PASSWORDS_PER_NETWORK: "7" };
    const change = (current_password: string) =>
      ask("/me/password", {
        headers,
        settings,
        token: body.access_token,
        json: { current_password, new_password: goodPassword },
      });
    for (let i = 0; i < 5; i += 1) expect((await change(goodPassword)).status).toBe(200);
    expect((await change(wrong)).status).toBe(401);
    expect((await signIn(headers)).status).toBe(401);
    expect((await change(wrong)).body.code).toBe("too_many_requests");
    expect((await signIn(headers, other.email, goodPassword)).body.code).toBe("too_many_requests");
  });

  test("fifty right ones at once are all let in, when as many may be under way", async () => {
    const headers = newNetwork();
    const people = await atOnce(10, () => signUp());
    const answers = await atOnce(50, (i) => signIn(headers, people[i % 10]?.email, goodPassword, 50));
    expect(tally(answers)).toEqual({ 200: 50 });
    expect(tally(await atOnce(50, () => signIn(headers, undefined, wrong, 10)))).toEqual({
      401: 10,
      429: 40,
    });
  });
});

test("the /64 of an IPv6 address is one network, the next one another; an IPv4 address in IPv6 is itself", async () => {
  const half = crypto.randomUUID().slice(0, 4);
  for (const address of ["::1", "::2", ":ffff:1:2:3", "::4", "::5", "::6", "::7"])
    expect((await signIn(from(`2001:db8:${half}:1${address}`))).status).toBe(401);
  expect((await signIn(from(`2001:db8:${half}:1:9:9:9:9`))).status).toBe(429);
  expect((await signIn(from(`2001:DB8:${half.toUpperCase()}:0001::9`))).status).toBe(429);
  expect((await signIn(from(`2001:db8:${half}:2::1`))).status).toBe(401);

  const { "cf-connecting-ip": ip = "" } = newNetwork();
  for (let i = 0; i < 7; i += 1) await signIn(from(i % 2 ? ip : `::ffff:${ip}`));
  expect([(await signIn(from(ip))).status, (await signIn(from(`::FFFF:${ip}`))).status]).toEqual([429, 429]);
});

test("forwarded headers are anybody's to write, and change nothing", async () => {
  const headers = newNetwork();
  const names = [
    "x-forwarded-for",
    "x-real-ip",
    "true-client-ip",
    "forwarded",
    "cf-connecting-ipv6",
    "x-client-ip",
  ];
  for (const [i, name] of [...names, "via"].entries())
    expect((await signIn({ ...headers, [name]: `192.0.2.${i}` })).status).toBe(401);
  for (const name of names)
    expect((await signIn({ ...headers, [name]: "198.51.100.7" })).body.code).toBe("too_many_requests");
  // Nor do they count against whoever is named in them.
  expect((await signIn(from("198.51.100.7"))).status).toBe(401);
});

test("no address is a network too", async () => {
  for (let i = 0; i < 7; i += 1) await signIn(i % 2 ? {} : from("nonsense"));
  expect((await signIn({})).body.code).toBe("too_many_requests");
  expect((await signIn(from("other nonsense"))).body.code).toBe("too_many_requests");
});

test("of an address no more than a keyed hash is kept", async () => {
  const { "cf-connecting-ip": ip = "" } = newNetwork();
  await signIn(from(ip));
  const kept = JSON.stringify(await owner("select subject from throttle"));
  expect(kept).toContain("wrong_passwords from ");
  expect(kept).not.toContain(ip);
  const [bare] = await owner("select encode(sha256(convert_to($1, 'UTF8')), 'hex') as hash", [ip]);
  expect(kept).not.toContain(bare?.hash);
});

const signingUp = (headers: Headers, email = newEmail(), more: Headers = {}) =>
  call("/signup", {
    headers: { ...headers, ...more },
    settings: { SIGN_UPS_PER_NETWORK: "5" },
    json: { email, password: goodPassword, organization_name: "Acme" },
  });

describe("sign-ups", () => {
  test("of fifty at once as many succeed as are allowed, and nothing is left of the others", {
    timeout: 60_000,
  }, async () => {
    for (let round = 0; round < 5; round += 1) {
      const headers = newNetwork();
      const emails = Array.from({ length: 50 }, () => newEmail("crowd"));
      const answers = await atOnce(50, (i) => signingUp(headers, emails[i]));
      expect(tally(answers)).toEqual({ 201: 5, 429: 45 });
      expect(
        Number(answers.find(({ status }) => status === 429)?.headers.get("retry-after")),
      ).toBeGreaterThan(3590);
      const made = await owner(`select id from "user" where email = any ($1)`, [emails]);
      const told = await owner("select id from outbox where recipient = any ($1)", [emails]);
      expect([made.length, told.length]).toEqual([5, 5]);
    }
  });

  test("a try at a taken address counts: addresses are not to be tried out", async () => {
    const [headers, { email }] = [newNetwork(), await signUp()];
    for (let i = 0; i < 5; i += 1) expect((await signingUp(headers, email)).status).toBe(409);
    expect((await signingUp(headers, email)).status).toBe(429);
    expect((await signingUp(newNetwork(), email)).status).toBe(409);
  });

  test("a repeat under its Idempotency-Key does not count, and is answered at the limit too", async () => {
    const [headers, email] = [newNetwork(), newEmail()];
    const key = { "idempotency-key": crypto.randomUUID() };
    const first = await (await signingUp(headers, email, key)).text();
    for (let i = 0; i < 3; i += 1) expect(await (await signingUp(headers, email, key)).text()).toBe(first);
    for (let i = 0; i < 4; i += 1) expect((await signingUp(headers)).status).toBe(201);
    expect((await signingUp(headers)).status).toBe(429);
    expect(await (await signingUp(headers, email, key)).text()).toBe(first);
    // What was refused is forgotten, and may be repeated.
    const later = { "idempotency-key": crypto.randomUUID() };
    expect((await signingUp(headers, newEmail(), later)).status).toBe(429);
    expect(await counted("sign_ups", headers)).toBe(5);
  });
});

test("requests for a reset: so many from one network, whether the addresses exist or not", async () => {
  const headers = newNetwork();
  const known = await signUp();
  const settings = { RESETS_PER_NETWORK: "6" };
  const forgot = (email: string) => call("/forgot-password", { headers, settings, json: { email } });
  const answers = await atOnce(50, (i) => forgot(i % 2 ? newEmail("nobody") : known.email));
  expect(tally(answers)).toEqual({ 202: 6, 429: 44 });
  const bodies = new Set<string>();
  for (const email of [known.email, newEmail("nobody")]) {
    const { request_id: _, ...body } = (await (await forgot(email)).json()) as { request_id: string };
    bodies.add(JSON.stringify(body));
  }
  expect(bodies.size).toBe(1);
});
