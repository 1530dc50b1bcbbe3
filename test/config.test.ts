// The configuration: a wrong one is refused whole, by the names of its bad settings and never their values, and
// nothing that exists for local runs passes outside of them.
import { describe, expect, inject, test } from "vitest";
import { ConfigError, parseConfig } from "../src/config.ts";

const { SIGNING_KEYS = "", SEALING_KEYS = "", ...local } = inject("variables");
const production = {
  PUBLIC_URL: "https://auth.example.com",
  EMAIL_FROM: "Gatehouse <auth@example.com>",
  DATABASE_URL: "postgres://service:secret@ep-x.eu-central-1.aws.neon.tech/neondb?sslmode=require",
  RESEND_API_KEY: "re_123",
  SIGNING_KEYS,
  SEALING_KEYS,
};
const running = { ...local, SIGNING_KEYS, SEALING_KEYS };

/** The message with which these bindings are refused; "" when they are not. */
function refusal(bindings: object): string {
  try {
    parseConfig(bindings);
    return "";
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigError);
    return (error as Error).message;
  }
}
const namesIn = (message: string) => message.match(/\b[A-Z][A-Z_]{4,}\b/g)?.toSorted() ?? [];
const blamed = (changes: object, base: object = production) => [
  ...new Set(namesIn(refusal({ ...base, ...changes }))),
];
const keySet = (...keys: object[]) => JSON.stringify({ keys });
const [signingKey] = JSON.parse(SIGNING_KEYS).keys;
const [sealingKey] = JSON.parse(SEALING_KEYS).keys;

describe("a right configuration", () => {
  test("of a deployment passes, with safe values for what is not set", () => {
    expect(parseConfig(production)).toMatchObject({
      ENVIRONMENT: "production",
      PUBLIC_URL: "https://auth.example.com",
      PASSWORD_ITERATIONS: 600_000,
      PASSWORD_MIN_LENGTH: 8,
      BREACHED_PASSWORDS: "on",
      CORS_ORIGINS: [],
      INVITE_SECONDS: 600,
    });
  });

  test("of a local run passes", () => {
    expect(refusal(running)).toBe("");
    for (const PUBLIC_URL of [
      "http://localhost:8787",
      "http://127.0.0.1:1",
      "http://[::1]:8787",
      "https://localhost",
    ]) {
      expect(refusal({ ...running, PUBLIC_URL })).toBe("");
    }
  });

  test("may hold bindings of somebody else's", () => {
    expect(refusal({ ...production, OTHER: 7, ASSETS: {}, CF_VERSION_METADATA: { id: "x" } })).toBe("");
  });

  test("may say the public URL with a slash and in capitals: links are made of the origin", () => {
    for (const PUBLIC_URL of [
      "https://auth.example.com/",
      "HTTPS://Auth.Example.COM",
      "https://auth.example.com:443",
    ]) {
      expect(parseConfig({ ...production, PUBLIC_URL }).PUBLIC_URL).toBe("https://auth.example.com");
    }
  });

  test("may say where people use the product, path and all", () => {
    for (const APP_URL of ["https://app.example/", "https://app.example/start?from=mail#top"])
      expect(parseConfig({ ...production, APP_URL }).APP_URL).toBe(APP_URL);
    expect(parseConfig(production).APP_URL).toBeUndefined();
    expect(parseConfig({ ...running, APP_URL: "http://localhost:3000" }).APP_URL).toBe(
      "http://localhost:3000/",
    );
  });

  test("may let invites last from a second to thirty days", () => {
    for (const INVITE_SECONDS of ["1", "86400", "2592000"])
      expect(parseConfig({ ...production, INVITE_SECONDS }).INVITE_SECONDS).toBe(Number(INVITE_SECONDS));
  });

  test("may let breached passwords pass", () => {
    expect(parseConfig({ ...production, BREACHED_PASSWORDS: "off" }).BREACHED_PASSWORDS).toBe("off");
  });

  test("limits what one network, organization and address may do, safely unless it says otherwise", () => {
    const usual = {
      WRONG_PASSWORDS_PER_NETWORK: 100,
      SIGN_UPS_PER_NETWORK: 100,
      RESETS_PER_NETWORK: 100,
      INVITES_PER_ORGANIZATION: 200,
      MAILS_PER_ADDRESS: 10,
      NOTICES_PER_ADDRESS: 20,
    };
    expect(parseConfig(production)).toMatchObject(usual);
    expect(parseConfig(production).FLOOD_SHIELD).toBeUndefined();
    const names = Object.keys(usual);
    expect(
      parseConfig({ ...production, ...Object.fromEntries(names.map((name) => [name, "7"])) }),
    ).toMatchObject(Object.fromEntries(names.map((name) => [name, 7])));
    for (const name of names)
      for (const value of ["0", "-1", "1.5", "1000001", "many", ""])
        expect(blamed({ [name]: value }), value).toEqual([name]);
    // Half of it is for resets.
    expect(blamed({ MAILS_PER_ADDRESS: "1" })).toEqual(["MAILS_PER_ADDRESS"]);
  });

  test("may have a rate-limit binding, and nothing else under its name", () => {
    const FLOOD_SHIELD = { limit: async () => ({ success: true }) };
    expect(parseConfig({ ...production, FLOOD_SHIELD }).FLOOD_SHIELD).toBe(FLOOD_SHIELD);
    for (const other of ["100", {}, { limit: 100 }, null, 7])
      expect(blamed({ FLOOD_SHIELD: other })).toEqual(["FLOOD_SHIELD"]);
  });

  test("may allow several origins, by commas or spaces", () => {
    const CORS_ORIGINS = "https://a.example, https://b.example/\nhttp://localhost:3000";
    const origins = ["https://a.example", "https://b.example", "http://localhost:3000"];
    expect(parseConfig({ ...production, CORS_ORIGINS }).CORS_ORIGINS).toEqual(origins);
  });
});

describe("one message", () => {
  test("names every setting that is missing", () => {
    expect(refusal({})).toMatch(/^Wrong configuration: .*\.$/s);
    expect(namesIn(refusal({}))).toEqual(Object.keys(production).toSorted());
    expect(refusal({}).match(/is missing/g)).toHaveLength(6);
  });

  test("names every setting that is wrong, each once, whatever is wrong with it", () => {
    const changes = {
      PUBLIC_URL: "http://auth.example.com",
      EMAIL_FROM: "nobody",
      DATABASE_URL: undefined,
      PASSWORD_ITERATIONS: "100000",
      PASSWORD_MIN_LENGTH: "4",
      CORS_ORIGINS: "*, https://a.example/path",
      SIGNING_KEYS: "{}",
      SEALING_KEYS: "x",
      LOCAL_NEON_ENDPOINT: "http://127.0.0.1:5432/sql",
      LOCAL_RESEND_URL: "http://127.0.0.1:8025",
      LOCAL_HIBP_URL: "http://127.0.0.1:8026",
      BREACHED_PASSWORDS: "true",
    };
    expect(namesIn(refusal({ ...production, ...changes }))).toEqual(Object.keys(changes).toSorted());
  });

  test("shows no value, not even a part of one", () => {
    const canary = (name: string) => `canary${name.toLowerCase().replaceAll("_", "")}`;
    const names = [...Object.keys(production), ...Object.keys(local), "CORS_ORIGINS", "PASSWORD_MIN_LENGTH"];
    for (const wrap of [
      (text: string) => text,
      (text: string) => `https://${text}:${text}@${text}.example/${text}?${text}#${text}`,
      (text: string) => JSON.stringify({ keys: [{ kty: text, kid: text, k: text, d: text, [text]: text }] }),
      (text: string) => `${text} is not valid JSON {"${text}`,
    ]) {
      const bindings = Object.fromEntries(names.map((name) => [name, wrap(canary(name))]));
      const message = refusal(bindings);
      expect(message).toContain("SIGNING_KEYS");
      expect(message).not.toContain("canary");
    }
  });
});

describe("outside local runs", () => {
  test.each(["LOCAL_NEON_ENDPOINT", "LOCAL_RESEND_URL", "LOCAL_HIBP_URL"])(
    "%s is refused, wherever it points",
    (name) => {
      for (const url of ["http://127.0.0.1:1/sql", "https://example.com", "", " "]) {
        expect(blamed({ [name]: url })).toContain(name);
      }
    },
  );

  test("every LOCAL_ setting of a local run is refused", () => {
    for (const name of Object.keys(local).filter((key) => key.startsWith("LOCAL_"))) {
      expect(blamed({ [name]: local[name] })).toEqual([name]);
    }
  });

  test("a cost below 600,000 is refused", () => {
    for (const PASSWORD_ITERATIONS of ["599999", "1", "0", "-600000", "1e5", ""]) {
      expect(blamed({ PASSWORD_ITERATIONS }), PASSWORD_ITERATIONS).toEqual(["PASSWORD_ITERATIONS"]);
    }
    expect(blamed({ PASSWORD_ITERATIONS: "600000" })).toEqual([]);
  });

  test("plain http is refused", () => {
    expect(blamed({ PUBLIC_URL: "http://auth.example.com" })).toEqual(["PUBLIC_URL"]);
    expect(blamed({ PUBLIC_URL: "http://localhost:8787" })).toEqual(["PUBLIC_URL"]);
    for (const APP_URL of ["http://app.example", "http://localhost:3000"])
      expect(blamed({ APP_URL })).toEqual(["APP_URL"]);
  });

  test("a local environment is refused with a public URL, even with https", () => {
    for (const host of [
      "auth.example.com",
      "localhost.example.com",
      "127.0.0.1.nip.io",
      "0.0.0.0",
      "10.0.0.1",
    ]) {
      for (const scheme of ["http", "https"]) {
        const names = blamed({ PUBLIC_URL: `${scheme}://${host}` }, running);
        expect(names, host).toContain("ENVIRONMENT");
      }
    }
  });

  test("a local setting that points elsewhere is refused in local runs too", () => {
    for (const name of ["LOCAL_NEON_ENDPOINT", "LOCAL_RESEND_URL", "LOCAL_HIBP_URL"]) {
      for (const url of ["https://example.com/sql", "http://localhost.example.com", "http://10.0.0.1/"]) {
        expect(blamed({ [name]: url }, running)).toEqual([name]);
      }
    }
  });
});

describe("each setting by itself", () => {
  test.each([
    ["ENVIRONMENT", ["staging", "", "Production", "development"]],
    [
      "PUBLIC_URL",
      [
        "",
        "auth.example.com",
        "ftp://auth.example.com",
        "https://auth.example.com/auth",
        "https://a.example?x",
      ],
    ],
    ["PUBLIC_URL", ["https://me:secret@auth.example.com", "https://", "javascript:alert(1)"]],
    [
      "EMAIL_FROM",
      ["", "Gatehouse", "auth@", "@example.com", "a@b.example\r\nBcc: c@d.example", "<auth@example.com"],
    ],
    ["APP_NAME", ["", "   ", "x".repeat(81), "Gate\nhouse", "Gate\u0000house"]],
    ["ACCESS_TOKEN_AUDIENCE", [""]],
    ["APP_URL", ["", "app.example", "/start", "ftp://app.example", "javascript:alert(1)", "https://"]],
    ["INVITE_SECONDS", ["0", "-1", "1.5", "2592001", "ten", "", "Infinity"]],
    [
      "CORS_ORIGINS",
      [
        "*",
        "null",
        "app.example",
        "https://app.example/path",
        "https://*.example",
        "https://a.example;https://b.example",
      ],
    ],
    ["PASSWORD_MIN_LENGTH", ["7", "0", "-8", "8.5", "65", "eight", "", "NaN", "Infinity"]],
    ["BREACHED_PASSWORDS", ["", "true", "false", "ON", "On", "0", "1", "off "]],
    ["PASSWORD_ITERATIONS", ["600000.5", "x", "99999999999", "Infinity"]],
    [
      "DATABASE_URL",
      ["", "mysql://a:b@c/d", "postgres://host/name", "postgres://a@host/name", "postgres://a:b@host", "x"],
    ],
    [
      "DATABASE_URL",
      ["postgres://a:b@[bad/name", "postgres://a:b@ho st/name", "postgres://a:b@host:99999/name"],
    ],
    ["RESEND_API_KEY", ["", " "]],
    [
      "SIGNING_KEYS",
      ["", "null", "[]", "{}", keySet(), keySet({}), keySet(sealingKey), keySet(signingKey, signingKey)],
    ],
    [
      "SIGNING_KEYS",
      [
        keySet({ ...signingKey, d: undefined }),
        keySet({ ...signingKey, kid: undefined }),
        keySet({ ...signingKey, d: "x" }),
      ],
    ],
    [
      "SEALING_KEYS",
      ["", "null", "[]", "{}", keySet(), keySet({}), keySet(signingKey), keySet(sealingKey, sealingKey)],
    ],
    ["SEALING_KEYS", [keySet({ ...sealingKey, k: "short" }), keySet({ ...sealingKey, k: "A".repeat(44) })]],
  ])("%s is refused when it makes no sense", (name, values) => {
    for (const value of values) expect(blamed({ [name]: value }), JSON.stringify(value)).toEqual([name]);
  });

  test("a value that is no text is refused", () => {
    for (const name of Object.keys(production)) expect(blamed({ [name]: 7 }), name).toEqual([name]);
  });
});
