// `npm run deploy`: what is refused, and that nothing is changed then; and in which order the rest happens. wrangler
// itself is recorded here, since it would need an account; the database is real.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeEach, describe, expect, inject, onTestFinished, test, vi } from "vitest";
import { complaintsAbout, deploy, type Refusal, regionOf } from "../../scripts/deploy.ts";
import { emptyDatabase, type Scratch } from "../database/scratch.ts";

const root = join(import.meta.dirname, "../..");
const folder = mkdtempSync(join(tmpdir(), "gatehouse-deploy-"));
const published = readFileSync(join(root, "wrangler.toml"), "utf8");
const config = join(folder, "wrangler.toml");
writeFileSync(
  config,
  published
    .replaceAll("example.com", "acme.com")
    .replace("src/index.ts", join(root, "src/index.ts"))
    .concat(`\n[env.staging.vars]\nPUBLIC_URL = "https://auth.example.com"\nEMAIL_FROM = "a@acme.com"\n`),
);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

beforeEach(() => {
  vi.spyOn(console, "log").mockReturnValue();
  vi.stubEnv("CLOUDFLARE_API_TOKEN", "a token");
});
afterEach(() => vi.unstubAllEnvs());

async function scratch(): Promise<Scratch> {
  const database = await emptyDatabase();
  onTestFinished(() => database.drop());
  return database;
}
const isMigrated = async ({ owner }: Scratch): Promise<boolean> =>
  (await owner.query("select to_regclass('public.organisation') is not null as it")).rows[0].it;

type Run = {
  databaseUrl?: string | undefined;
  args?: string[];
  at?: string;
  fails?: (args: string[]) => boolean;
};
/** What wrangler was asked for, in order, and what the deploy was refused with. */
async function run({ databaseUrl, args = [], at = config, fails = () => false }: Run) {
  const asked: string[][] = [];
  const wrangler = (given: string[]) => asked.push(given) && Number(fails(given));
  const refusal = await deploy({ args, databaseUrl, config: at, wrangler }).then(
    () => null,
    ({ message, exitCode }: Refusal) => ({ message, exitCode }),
  );
  return { asked: asked.map((line) => line.join(" ").replace(` --config ${at}`, "")), refusal };
}

test("builds, then migrates, then deploys, and hands its arguments on", async () => {
  const database = await scratch();
  const done: string[] = [];
  vi.mocked(console.log).mockImplementation((line) => done.push(line));
  await deploy({
    args: ["--message", "0.5.0"],
    databaseUrl: database.url,
    config,
    wrangler: ([command, _config, _path, ...rest]) => done.push([command, ...rest].join(" ")) && 0,
  });
  expect(done).toEqual([
    "deploy --message 0.5.0 --dry-run",
    "Migrations are applied, rules applied.",
    "deploy --message 0.5.0",
  ]);
  expect(await isMigrated(database)).toBe(true);
});

describe("nothing is changed", () => {
  test("while wrangler.toml has the settings that it was published with", async () => {
    const { asked, refusal } = await run({
      at: join(root, "wrangler.toml"),
      databaseUrl: inject("ownerUrl"),
    });
    expect(asked).toEqual([]);
    expect(refusal).toEqual({
      message: "wrangler.toml: PUBLIC_URL is still a placeholder; EMAIL_FROM is still a placeholder",
      exitCode: 2,
    });
    const staging = await run({ args: ["--env", "staging"], databaseUrl: inject("ownerUrl") });
    expect(staging.refusal?.message).toBe("wrangler.toml: PUBLIC_URL is still a placeholder");
  });

  test("without a database, or with a login that may not migrate it", async () => {
    for (const databaseUrl of [undefined, "", "mysql://owner:secret@host/name", "postgres://[/name"]) {
      const { asked, refusal } = await run({ databaseUrl });
      expect([asked, refusal]).toEqual([
        [],
        { message: "set DATABASE_URL to the owner's postgres:// URL of the database", exitCode: 2 },
      ]);
    }
    const { asked, refusal } = await run({ databaseUrl: inject("serviceUrl") });
    expect([asked, refusal?.exitCode]).toEqual([[], 2]);
    expect(refusal?.message).toMatch(/^DATABASE_URL is the service login's/);
  });

  test("by a dry run", async () => {
    const database = await scratch();
    const { asked, refusal } = await run({ databaseUrl: database.url, args: ["--dry-run"] });
    expect([asked, refusal, await isMigrated(database)]).toEqual([["deploy --dry-run"], null, false]);
  });

  test("by a Worker that does not build, or a wrangler that is not logged in", async () => {
    const database = await scratch();
    const broken = await run({ databaseUrl: database.url, fails: () => true });
    expect(broken.refusal).toMatchObject({ exitCode: 1, message: expect.stringMatching(/cannot be built/) });
    vi.stubEnv("CLOUDFLARE_API_TOKEN", undefined);
    const stranger = await run({ databaseUrl: database.url, fails: ([command]) => command === "whoami" });
    expect(stranger.asked).toEqual(["deploy --dry-run", "whoami --json"]);
    expect(stranger.refusal).toMatchObject({ exitCode: 2, message: expect.stringMatching(/not logged in/) });
    expect(await isMigrated(database)).toBe(false);
  });

  test("by a migration that fails: the Worker of before goes on", async () => {
    const database = await scratch();
    await database.owner.query("create schema app");
    const { asked, refusal } = await run({ databaseUrl: database.url });
    expect(asked).toEqual(["deploy --dry-run"]);
    expect(refusal).toMatchObject({
      exitCode: 1,
      message: expect.stringMatching(/nothing was changed: .*`app`/),
    });
    expect(await isMigrated(database)).toBe(false);
  });
});

test("a deploy that fails after the migration says so, and can be repeated", async () => {
  const database = await scratch();
  const fails = (args: string[]) => !args.includes("--dry-run");
  const { refusal } = await run({ databaseUrl: database.url, fails });
  expect(refusal).toMatchObject({
    exitCode: 1,
    message: expect.stringMatching(/^the database is migrated, and/),
  });
  expect((await run({ databaseUrl: database.url })).refusal).toBeNull();
});

test.each([
  [{ PUBLIC_URL: "http://auth.acme.com" }, /PUBLIC_URL must be https/],
  [{ CORS_ORIGINS: "https://app.acme.com, https://app.example.org" }, /CORS_ORIGINS is still a placeholder/],
  [{ APP_URL: "https://gatehouse.example/start" }, /APP_URL is still a placeholder/],
  [{ PASSWORD_ITERATIONS: "1000" }, /PASSWORD_ITERATIONS must be at least 600000/],
  [{ ENVIRONMENT: "local" }, /ENVIRONMENT must not be `local`/],
  [{ DATABASE_URL: "postgres://a:canary@b/c" }, /^DATABASE_URL is a secret, for `wrangler secret put`$/],
])("settings like %o are refused", async (change, sentence) => {
  const vars = { PUBLIC_URL: "https://auth.acme.com", EMAIL_FROM: "Acme <auth@mail.acme.com>" };
  expect(await complaintsAbout(vars, ["DATABASE_URL"])).toEqual([]);
  const complaints = (await complaintsAbout({ ...vars, ...change }, ["DATABASE_URL"])).join("; ");
  expect(complaints).toMatch(sentence);
  expect(complaints).not.toContain("canary");
});

test.each([
  ["postgres://o:p@ep-cool-1.eu-central-1.aws.neon.tech/neondb?sslmode=require", "aws:eu-central-1"],
  ["postgres://o:p@ep-cool-1-pooler.c-2.us-east-1.aws.neon.tech/neondb", "aws:us-east-1"],
  ["postgres://o:p@ep-cool-1.eastus2.azure.neon.tech/neondb", "azure:eastus2"],
  ["postgres://o:p@127.0.0.1:5432/neondb", null],
  ["postgres://o:p@db.acme.com/aws.neon.tech", null],
])("%s is in %s", (url, region) => {
  expect(regionOf(url)).toBe(region);
});

test("says in one line what is missing, and shows no stack", () => {
  const { DATABASE_URL: _, ...env } = process.env;
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(root, "scripts/deploy.ts")], { env });
  expect([status, String(stdout)]).toEqual([2, ""]);
  expect(String(stderr)).toMatch(/^deploy: wrangler\.toml: .+\.\n$/);
});
