// The service's keys as other services keep them: new ones at once, withdrawn ones for minutes, old ones through an
// outage, and never more than a visit in ten seconds for whatever a token names.
import { beforeEach, describe, expect, test } from "vitest";
import { RemoteKeys } from "../src/verify/remote-keys.ts";
import { type Key, type KeyServer, keyServer, newKey } from "./support/key-server.ts";

const minutes = 60_000;
const [old, next, other] = [await newKey("old"), await newKey("next"), await newKey("other")];

let server: KeyServer;
let keys: RemoteKeys;
let now: number;
beforeEach(() => {
  server = keyServer(old);
  now = 1_000_000;
  keys = new RemoteKeys(server.url, () => now);
});
/** "found", or the code of the refusal. */
const find = ({ kid }: { kid: string } = old) =>
  keys.find(kid, server.fetch).then(
    (key) => (key.type === "public" ? "found" : key.type),
    (error) => error.code ?? error,
  );
const away = () => {
  server.answer = () => new Error("connection refused");
};

test("are asked for at their own place, and no other is followed to", async () => {
  const asked: [string, RequestInit][] = [];
  await keys.find("old", (url, init) => {
    asked.push([url, init]);
    return server.fetch(url, init);
  });
  expect(asked).toEqual([
    [
      server.url,
      { headers: { accept: "application/json" }, redirect: "manual", signal: expect.any(AbortSignal) },
    ],
  ]);
});

test("are fetched once for many tokens", async () => {
  expect(await find()).toBe("found");
  now += 4 * minutes;
  for (let i = 0; i < 20; i += 1) expect(await find()).toBe("found");
  expect(server.visits).toBe(1);
});

test("are fetched once for many requests that come before there are any", async () => {
  const tick = setInterval(() => (now += 1), 1);
  const answers = await Promise.all(Array.from({ length: 50 }, () => find()));
  clearInterval(tick);
  expect(new Set(answers)).toEqual(new Set(["found"]));
  expect(server.visits).toBe(1);
});

describe("when keys rotate", () => {
  test("a key that is published later is found by its first token", async () => {
    await find();
    server.publish(next, old);
    now += 1;
    expect([await find(next), await find(old)]).toEqual(["found", "found"]);
    expect(server.visits).toBe(2);
  });

  test("it is found by all its first tokens at once, in one visit", async () => {
    await find();
    server.publish(next, old);
    const answers = await Promise.all(Array.from({ length: 50 }, () => find(next)));
    expect(new Set(answers)).toEqual(new Set(["found"]));
    expect(server.visits).toBe(2);
  });

  test("a withdrawn key passes for five minutes and no longer", async () => {
    server.publish(next, old);
    expect(await find(old)).toBe("found");
    server.publish(next);
    now += 5 * minutes;
    expect(await find(old)).toBe("found");
    now += 1;
    expect([await find(old), await find(next)]).toEqual(["invalid_token", "found"]);
  });

  test("a withdrawn key goes at once when another is looked for", async () => {
    await find(old);
    server.publish(next);
    expect([await find(next), await find(old)]).toEqual(["found", "invalid_token"]);
  });

  test("the same id with another key behind it is the new key within five minutes", async () => {
    const before = await keys.find("old", server.fetch);
    server.publish({ ...other, jwk: { ...other.jwk, kid: "old" } });
    now += 5 * minutes + 1;
    expect(await keys.find("old", server.fetch)).not.toBe(before);
  });
});

describe("tokens that name garbage", () => {
  test("cause one visit in ten seconds, however many there are", async () => {
    await find();
    for (let i = 0; i < 100; i += 1) expect(await find({ kid: `garbage ${i}` })).toBe("invalid_token");
    expect(server.visits).toBe(2);
    now += 9_999;
    expect(await find({ kid: "more" })).toBe("invalid_token");
    expect(server.visits).toBe(2);
    now += 1;
    expect(await find({ kid: "more" })).toBe("invalid_token");
    expect(server.visits).toBe(3);
  });

  test("keep a new key waiting for ten seconds at most", async () => {
    await find();
    await find({ kid: "garbage" });
    server.publish(next, old);
    expect(await find(next)).toBe("invalid_token");
    now += 10_000;
    expect(await find(next)).toBe("found");
  });

  test("find nothing that JavaScript keeps in objects", async () => {
    for (const kid of ["__proto__", "constructor", "toString"])
      expect(await find({ kid })).toBe("invalid_token");
  });
});

describe("while the service is away", () => {
  test("the keys from before go on working, and it is looked for every ten seconds", async () => {
    await find();
    away();
    now += 60 * minutes;
    for (let i = 0; i < 20; i += 1) expect(await find()).toBe("found");
    expect(server.visits).toBe(2);
    now += 10_000;
    expect(await find()).toBe("found");
    expect(server.visits).toBe(3);
  });

  test("they are taken for no more than a day", async () => {
    await find();
    away();
    now += 24 * 60 * minutes;
    expect(await find()).toBe("found");
    now += 10_001;
    expect(await find()).toBe("service_unavailable");
  });

  test("an unknown key is nobody's fault: 503, since nobody can tell", async () => {
    await find();
    away();
    expect([await find(next), await find(old)]).toEqual(["service_unavailable", "found"]);
  });

  test("and there are none from before: 503, and a look every second", async () => {
    away();
    for (let i = 0; i < 20; i += 1) expect(await find()).toBe("service_unavailable");
    expect(server.visits).toBe(1);
    server.publish(old);
    now += 1_000;
    expect(await find()).toBe("found");
  });

  test("an answer that never comes is none, after three seconds", async () => {
    const hanging: typeof server.fetch = (_, { signal }) =>
      new Promise((_resolve, reject) => signal?.addEventListener("abort", () => reject(signal.reason)));
    const started = performance.now();
    await expect(keys.find("old", hanging)).rejects.toMatchObject({ code: "service_unavailable" });
    expect(performance.now() - started).toBeLessThan(5_000);
  });

  test("it is back: all is as before", async () => {
    await find();
    away();
    now += 6 * minutes;
    await find();
    server.publish(next);
    now += 10_000;
    expect([await find(next), await find(old)]).toEqual(["found", "invalid_token"]);
  });
});

const garbage: Record<string, () => Response> = {
  "an error": () => new Response("{}", { status: 500 }),
  "a redirect": () => Response.redirect("https://evil.example/jwks.json"),
  "a page": () => new Response("<html>"),
  "no set": () => Response.json([]),
  "a set without keys": () => Response.json({ keys: [] }),
  "keys that are no list": () => Response.json({ keys: { old: old.jwk } }),
  "nothing at all": () => new Response(null),
  "more than 64 KiB": () => Response.json({ keys: [old.jwk], padding: "x".repeat(70_000) }),
  "a secret for a key": () =>
    Response.json({ keys: [{ kty: "oct", kid: "old", k: "A".repeat(43), alg: "HS256" }] }),
  "a key for encryption": () => Response.json({ keys: [{ ...old.jwk, use: "enc" }] }),
  "a key of another curve": () => Response.json({ keys: [{ ...old.jwk, crv: "P-384" }] }),
  "a key for another algorithm": () => Response.json({ keys: [{ ...old.jwk, alg: "ES384" }] }),
  "a point that is not on the curve": () => Response.json({ keys: [{ ...old.jwk, x: other.jwk.x }] }),
  "a key without an id": () => Response.json({ keys: [{ ...old.jwk, kid: undefined }] }),
  "null for a key": () => Response.json({ keys: [null] }),
};

test.each(Object.entries(garbage))(
  "%s in place of keys is no answer: those from before stay",
  async (_, answer) => {
    server.answer = answer;
    expect(await find()).toBe("service_unavailable");
    server.publish(old);
    now += 1_000;
    expect(await find()).toBe("found");
    server.answer = answer;
    now += 6 * minutes;
    expect(await find()).toBe("found");
  },
);

test("one key that cannot be used spoils none of the others", async () => {
  const spoilt = { ...other.jwk, y: old.jwk.y };
  server.answer = () => Response.json({ keys: [spoilt, { kty: "RSA" }, "x", old.jwk] });
  expect([await find(old), await find(other)]).toEqual(["found", "invalid_token"]);
});

test("a private key that slipped into the set is used as the public one that it holds", async () => {
  server.publish({ ...old, jwk: { ...old.jwk, d: "A".repeat(43) } } as Key);
  expect(await find()).toBe("found");
});
