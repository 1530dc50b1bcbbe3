// A setting is one thing that several files name: the schema, wrangler.toml, the example, docs/configuration.md, and what Cloudflare
// shows to whoever deploys by the button. One that is missing somewhere fails here.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { unstable_readConfig } from "wrangler";
import packageJson from "../../package.json" with { type: "json" };
import { settingNames } from "../../src/config.ts";

const root = join(import.meta.dirname, "../..");
const read = (path: string) => readFileSync(join(root, path), "utf8");
const config = unstable_readConfig({ config: join(root, "wrangler.toml") });
const secrets = config.secrets?.required ?? [];
/** Bindings that are no text: nobody types them into a form or a file of variables. */
const bound = (config.ratelimits as { name: string }[]).map(({ name }) => name);
const deployed = settingNames
  .filter((name) => !name.startsWith("LOCAL_") && !bound.includes(name))
  .toSorted();
const descriptions: Record<string, { description: string }> = packageJson.cloudflare.bindings;

test("every setting of a deployment is described, and nothing else", () => {
  expect(Object.keys(descriptions).toSorted()).toEqual(deployed);
  for (const [name, { description }] of Object.entries(descriptions)) {
    expect(description, name).toMatch(/^\S.{15,}\.\)?$/);
    // What Cloudflare shows of markdown: code, bold, italics and links, on one line.
    expect(description, name).not.toMatch(/\n|^[#>-]|!\[/);
  }
});

test("wrangler.toml names settings alone: those that have to be chosen, and the secrets", () => {
  expect(deployed).toEqual(expect.arrayContaining([...Object.keys(config.vars), ...secrets]));
  expect(Object.keys(config.vars).filter((name) => secrets.includes(name))).toEqual([]);
  expect(Object.keys(config.vars)).toEqual(expect.arrayContaining(["PUBLIC_URL", "EMAIL_FROM"]));
  expect(secrets.toSorted()).toEqual(["DATABASE_URL", "RESEND_API_KEY", "SEALING_KEYS", "SIGNING_KEYS"]);
});

test("the example names every setting of a deployment, and docs/configuration.md explains it", () => {
  const named = [...read(".dev.vars.example").matchAll(/^(?:# )?([A-Z_]+)=/gm)].map(([, name]) => name);
  expect(named.toSorted()).toEqual(deployed);
  const explained = [
    ...read("docs/configuration.md").matchAll(/^\| (`[A-Z_]+`(?:, `[A-Z_]+`)*) \|/gm),
  ].flatMap(([, names = ""]) => names.replaceAll("`", "").split(", "));
  expect(explained).toEqual(expect.arrayContaining(settingNames));
});

test("a deploy is one word, and it is ours: the button finds it in package.json", () => {
  expect(packageJson.scripts.deploy).toBe("node scripts/deploy.ts");
});

test("a trace keeps what our log does not: the logs are whole, without whole URLs", () => {
  const { observability, limits } = config;
  expect(observability).toMatchObject({
    enabled: true,
    redact_query_string: true,
    logs: { enabled: true, head_sampling_rate: 1, invocation_logs: false },
    traces: { enabled: false },
  });
  expect(limits?.cpu_ms).toBeGreaterThanOrEqual(1_000);
});
