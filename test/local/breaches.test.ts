// The local list of breached passwords answers as Have I Been Pwned's range search does, and knows next to nothing.
import { createHash } from "node:crypto";
import { afterAll, describe, expect, test } from "vitest";
import { breachedPhrases } from "../../local/breached-phrases.ts";
import { startBreaches } from "../../local/breaches.ts";

const breaches = await startBreaches();
afterAll(() => breaches.close());

const hashOf = (phrase: string) => createHash("sha1").update(phrase).digest("hex").toUpperCase();
const rangeOf = async (prefix: string, headers: Record<string, string> = { "add-padding": "true" }) => {
  const answer = await fetch(`${breaches.url}/range/${prefix}`, { headers });
  return { status: answer.status, text: await answer.text() };
};

describe.each(breachedPhrases)("%s", (phrase) => {
  const hash = hashOf(phrase);

  test("is in its range, among 800 to 1,000 lines, and only that", async () => {
    for (const prefix of [hash.slice(0, 5), hash.slice(0, 5).toLowerCase()]) {
      const { status, text } = await rangeOf(prefix);
      const lines = text.split("\r\n");
      expect(status).toBe(200);
      expect(lines.length).toBeGreaterThanOrEqual(800);
      expect(lines.length).toBeLessThanOrEqual(1_002);
      for (const line of lines) expect(line).toMatch(/^[0-9A-F]{35}:\d+$/);
      expect(lines.filter((line) => !line.endsWith(":0"))).toEqual([`${hash.slice(5)}:7`]);
    }
  });

  test("stands alone without padding", async () => {
    expect(await rangeOf(hash.slice(0, 5), {})).toEqual({ status: 200, text: `${hash.slice(5)}:7` });
  });
});

test("what anybody would try is not in it", async () => {
  for (const phrase of ["correct horse battery staple", "correct horse battery", "password123", "trustno1"]) {
    expect((await rangeOf(hashOf(phrase).slice(0, 5), {})).text).toBe("");
  }
});

test("padding is new each time", async () => {
  const [one, other] = [await rangeOf("00000"), await rangeOf("00000")];
  expect(one.text).not.toBe(other.text);
});

test("a prefix that is none is refused", async () => {
  for (const prefix of ["1234", "123456", "GGGGG", "%2e%2e%2f00"])
    expect((await rangeOf(prefix)).status).toBe(400);
});
