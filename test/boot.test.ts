/// <reference types="vite/types/importMeta.d.ts" />
// A Worker that starts: with a wrong configuration it serves nothing and says why once a request, in the log only;
// with the published example it runs as soon as the secrets are there.
import { describe, expect, inject, test, vi } from "vitest";
import { parseConfig } from "../src/config.ts";
import { ask, call } from "./support/app.ts";
import { expectProblem } from "./support/problems.ts";

describe("a Worker with a wrong configuration", () => {
  const wrong = { RESEND_API_KEY: "", SIGNING_KEYS: '{"keys":[{"d":"canary-key"}]}' };

  test("answers every request with a 500 that says nothing", async () => {
    vi.spyOn(console, "error").mockReturnValue();
    for (const [path, method] of [
      ["/", "GET"],
      ["/signin", "POST"],
      ["/nothing", "GET"],
      ["/me", "OPTIONS"],
    ] as const) {
      const answer = await call(path, { method, settings: wrong });
      await expectProblem(answer, "internal_error");
    }
  });

  test("logs one clear line that names the settings, and no secret", async () => {
    const lines = vi.spyOn(console, "error").mockReturnValue();
    const others = [vi.spyOn(console, "log"), vi.spyOn(console, "warn"), vi.spyOn(console, "info")];
    const { body } = await ask("/", { settings: wrong });
    expect(others.flatMap((spy) => spy.mock.calls)).toEqual([]);
    expect(lines).toHaveBeenCalledTimes(1);
    const [line = ""] = lines.mock.calls[0] as string[];
    expect(JSON.parse(line)).toMatchObject({
      level: "error",
      request_id: body.request_id,
      name: "ConfigError",
    });
    expect(JSON.parse(line).message).toMatch(/^Wrong configuration: (?=.*RESEND_API_KEY)(?=.*SIGNING_KEYS)/);
    expect(line).not.toContain("canary");
    expect(line).not.toContain(inject("variables").DATABASE_URL);
  });
});

test("a signing key whose halves do not belong together is found before it signs", async () => {
  const lines = vi.spyOn(console, "error").mockReturnValue();
  const [key] = JSON.parse(inject("variables").SIGNING_KEYS ?? "").keys;
  const other = await crypto.subtle.generateKey({ name: "ECDSA", namedCurve: "P-256" }, true, [
    "sign",
    "verify",
  ]);
  const { d } = (await crypto.subtle.exportKey("jwk", (other as CryptoKeyPair).privateKey)) as JsonWebKey;
  for (const wrong of [
    { ...key, d },
    { ...key, y: "A".repeat(43) },
  ]) {
    lines.mockClear();
    const answer = await call("/health", {
      settings: { SIGNING_KEYS: JSON.stringify({ keys: [key, { ...wrong, kid: "odd" }] }) },
    });
    await expectProblem(answer, "internal_error");
    expect(String(lines.mock.calls)).toContain("SIGNING_KEYS holds a key that does not work, odd.");
  }
});

const [example] = Object.values(
  import.meta.glob<string>("../.dev.vars.example", { query: "?raw", import: "default", eager: true }),
);

describe.runIf(example)(".dev.vars.example", () => {
  const settings = Object.fromEntries(
    (example ?? "").split("\n").flatMap((line) => {
      const [, name, value = ""] = /^([A-Z_]+)\s*=\s*(.*?)\s*$/.exec(line) ?? [];
      return name ? [[name, value.replace(/^(["'])(.*)\1$/, "$2")]] : [];
    }),
  );

  test("names every secret, holds none, and weakens nothing", () => {
    expect(Object.keys(settings)).toEqual(
      expect.arrayContaining(["DATABASE_URL", "SIGNING_KEYS", "SEALING_KEYS", "RESEND_API_KEY"]),
    );
    expect(Object.keys(settings).filter((name) => name.startsWith("LOCAL_"))).toEqual([]);
    expect(settings.ENVIRONMENT).toBe("production");
    expect(() => parseConfig(settings)).toThrow(/DATABASE_URL.*SIGNING_KEYS.*SEALING_KEYS.*RESEND_API_KEY/);
  });

  test("passes once its secrets are filled in", () => {
    const { SIGNING_KEYS, SEALING_KEYS } = inject("variables");
    const DATABASE_URL = "postgres://service:secret@ep-x.eu-central-1.aws.neon.tech/neondb";
    const secrets = { SIGNING_KEYS, SEALING_KEYS, DATABASE_URL, RESEND_API_KEY: "re_123" };
    expect(() => parseConfig({ ...settings, ...secrets })).not.toThrow();
  });
});
