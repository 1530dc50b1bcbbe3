import { expect, test, vi } from "vitest";
import { hashPassword, needsRehash, stretchPassword, verifyPassword } from "../src/crypto/passwords.ts";

const rounds = async (work: () => Promise<unknown>) => {
  const derive = vi.spyOn(crypto.subtle, "deriveBits");
  await work();
  return derive.mock.calls.map(([parameters]) => (parameters as { iterations: number }).iterations);
};

test("600,000 iterations are six calls of 100,000: production refuses a longer one", async () => {
  let stored = "";
  const hashing = await rounds(async () => {
    stored = await hashPassword("correct horse", 600_000);
  });
  expect(hashing).toEqual(Array(6).fill(100_000));
  vi.restoreAllMocks();
  expect(await rounds(() => verifyPassword("correct horse", stored, 600_000))).toEqual(
    Array(6).fill(100_000),
  );
});

test.each([1, 1_000, 100_000, 100_001, 250_000, 999_999])(
  "no call exceeds 100,000 of %i",
  async (iterations) => {
    const calls = await rounds(() => hashPassword("correct horse", iterations));
    expect(Math.max(...calls)).toBeLessThanOrEqual(100_000);
    expect(calls.reduce((sum, call) => sum + call, 0)).toBe(iterations);
  },
);

test("the chain is PBKDF2 whose every output is the next one's password", async () => {
  const stored = await hashPassword("correct horse", 200_000);
  const [, , , salt = "", hash] = stored.split("$");
  const bytes = (text: string) =>
    Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
  const once = async (secret: Uint8Array) => {
    const key = await crypto.subtle.importKey("raw", secret, "PBKDF2", false, ["deriveBits"]);
    const parameters = { name: "PBKDF2", hash: "SHA-256", salt: bytes(salt), iterations: 100_000 };
    return new Uint8Array(await crypto.subtle.deriveBits(parameters, key, 256));
  };
  const expected = await once(await once(new TextEncoder().encode("correct horse")));
  expect(bytes(hash ?? "")).toEqual(expected);
});

test("the stored string names version and parameters, and two hashes of one password differ", async () => {
  const [one, two] = [await hashPassword("correct horse", 1_000), await hashPassword("correct horse", 1_000)];
  expect(one).toMatch(/^\$pbkdf2-sha256-chain\$v=1,i=1000\$[\w-]{22}\$[\w-]{43}$/);
  expect(one).not.toBe(two);
  expect(needsRehash(one, 1_000)).toBe(false);
  expect(needsRehash(one, 2_000)).toBe(true);
});

test("verifies with the stored parameters, whatever today's are; nothing is truncated", async () => {
  const long = "x".repeat(127);
  const stored = await hashPassword(`${long}a`, 1_000);
  expect(await verifyPassword(`${long}a`, stored, 5)).toBe(true);
  expect(await verifyPassword(`${long}b`, stored, 5)).toBe(false);
  expect(await verifyPassword(long, stored, 5)).toBe(false);
});

test("an older, cheaper hash takes today's work all the same", async () => {
  const stored = await hashPassword("correct horse", 1_000);
  const calls = await rounds(() => verifyPassword("correct horse", stored, 120_000));
  expect(calls.reduce((sum, call) => sum + call, 0)).toBe(120_000);
});

test("one password typed on two keyboards is one password", async () => {
  const stored = await hashPassword("caf\u00e9 au lait", 1_000);
  expect(await verifyPassword("cafe\u0301 au lait", stored, 1_000)).toBe(true);
});

test("an unknown format is an error, not a wrong password", async () => {
  await expect(verifyPassword("x", "$2b$10$abc", 1_000)).rejects.toThrow("unknown format");
});

test("no stored hash takes the same calls and is never right", async () => {
  expect(await rounds(async () => expect(await verifyPassword("x", null, 250_000)).toBe(false))).toEqual([
    100_000, 100_000, 50_000,
  ]);
});

test("the format is the whole of the stored string", async () => {
  const stored = await hashPassword("correct horse", 1);
  expect(await verifyPassword("correct horse", stored, 1)).toBe(true);
  for (const other of [
    `x${stored}`,
    `${stored}x`,
    stored.replace("i=1$", "i=0$"),
    stored.replace("v=1", "v=2"),
  ])
    await expect(verifyPassword("correct horse", other, 1)).rejects.toThrow("unknown format");
});

test("hashes are compared in constant time, and the work for nobody is that for somebody", async () => {
  const compare = vi.spyOn(crypto.subtle, "timingSafeEqual");
  const derive = vi.spyOn(crypto.subtle, "deriveBits");
  const stored = await hashPassword("correct horse", 1_000);
  expect(await verifyPassword("wrong horse", stored, 1_000)).toBe(false);
  expect(compare).toHaveBeenCalledTimes(1);
  await verifyPassword("correct horse", null, 1_000);
  const salts = derive.mock.calls.map(
    ([parameters]) => (parameters as unknown as { salt: Uint8Array }).salt.byteLength,
  );
  expect(salts).toEqual([16, 16, 16]);
});

test("a password is stretched under the salt that is given, at full cost", async () => {
  const derive = vi.spyOn(crypto.subtle, "deriveBits");
  const one = await stretchPassword("correct horse", "salt", 250_000);
  expect(one).toMatch(/^[\w-]{43}$/);
  expect(derive).toHaveBeenCalledTimes(3);
  expect(await stretchPassword("correct horse", "salt", 250_000)).toBe(one);
  expect(await stretchPassword("correct horse", "other", 250_000)).not.toBe(one);
  expect(await stretchPassword("other horse", "salt", 250_000)).not.toBe(one);
});
