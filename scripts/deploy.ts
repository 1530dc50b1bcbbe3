// npm run deploy: migrations, then `wrangler deploy`. Whatever can be known to be wrong is refused before anything is
// changed: the database is never ahead of a Worker that could not follow. Arguments go to wrangler (--env, --secrets-file);
// with --dry-run nothing is changed at all.
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { unstable_readConfig } from "wrangler";
import { parseConfig } from "../src/config.ts";
import { migrate, ownerUrl } from "./migrate.ts";
import { makeKeys } from "./secrets.ts";

const root = join(import.meta.dirname, "..");

/** What it ends with: one line, and this exit code. */
export class Refusal extends Error {
  readonly exitCode: number;
  constructor(message: string, exitCode = 2) {
    super(message);
    this.exitCode = exitCode;
  }
}

/** Runs wrangler and returns its exit code. `quiet`: its output is shown only when it fails. */
export type Wrangler = (args: string[], options?: { quiet: boolean }) => number;
type Given = { args: string[]; databaseUrl: string | undefined; config?: string; wrangler: Wrangler };

/** Settings that belong to nobody (RFC 2606): what wrangler.toml is published with. */
const placeholder = /(?<![\w-])example\.(com|net|org)\b|\.(example|invalid|test)\b/i;

/** What is wrong with the settings in wrangler.toml; of the secrets, Cloudflare has them, the Worker judges at boot. */
export async function complaintsAbout(vars: Record<string, unknown>, secrets: string[]): Promise<string[]> {
  const { signing, sealing } = await makeKeys();
  const standIns = {
    DATABASE_URL: "postgres://login:password@host/name",
    SIGNING_KEYS: JSON.stringify(signing),
    SEALING_KEYS: JSON.stringify(sealing),
    RESEND_API_KEY: "stand-in",
  };
  const leaked = secrets.filter((name) => name in vars);
  const complaints = leaked.map((name) => `${name} is a secret, for \`wrangler secret put\``);
  for (const [name, value] of Object.entries(vars)) {
    if (placeholder.test(String(value)) && !leaked.includes(name)) {
      complaints.push(`${name} is still a placeholder`);
    }
  }
  try {
    parseConfig({ ...vars, ...standIns });
  } catch (error) {
    complaints.push((error as Error).message.replace(/\.$/, ""));
  }
  return complaints;
}

/** Where Neon runs this database, as Cloudflare's placement names it; null: not at Neon, or nowhere that is known. */
export function regionOf(databaseUrl: string): string | null {
  const [, region, cloud] =
    /\.([a-z0-9-]+)\.(aws|azure|gcp)\.neon\.tech$/.exec(new URL(databaseUrl).hostname) ?? [];
  return region && cloud ? `${cloud}:${region}` : null;
}

/** Migrates and deploys. Errors: Refusal. Says on standard output what it does. */
export async function deploy({ args, databaseUrl, config, wrangler }: Given): Promise<void> {
  const flags = { env: { type: "string", short: "e" }, "dry-run": { type: "boolean" } } as const;
  const { env, "dry-run": dryRun } = parseArgs({ args, options: flags, strict: false }).values;
  const path = config ?? join(root, "wrangler.toml");
  const settings = unstable_readConfig({ config: path, ...(typeof env === "string" && { env }) });
  const complaints = await complaintsAbout(settings.vars, settings.secrets?.required ?? []);
  if (complaints.length > 0) throw new Refusal(`wrangler.toml: ${complaints.join("; ")}`);

  const url = ownerOf(databaseUrl);
  const region = regionOf(url);
  const { region: placed } = (settings.placement ?? {}) as { region?: string };
  if (region && placed !== region) {
    console.log(`deploy: the database is in ${region}, and [placement] in wrangler.toml does not say so.`);
  }

  const given = ["--config", path, ...args];
  const bundled = wrangler(["deploy", ...given, ...(dryRun ? [] : ["--dry-run"])], { quiet: !dryRun });
  if (bundled !== 0) throw new Refusal("the Worker cannot be built, see above; nothing was changed", 1);
  if (dryRun) return;
  if (!process.env.CLOUDFLARE_API_TOKEN && wrangler(["whoami", "--json"], { quiet: true }) !== 0) {
    throw new Refusal("wrangler is not logged in: `npx wrangler login`, or set CLOUDFLARE_API_TOKEN");
  }

  console.log(`Migrations are applied, rules ${await migrated(url)}.`);
  if (wrangler(["deploy", ...given]) !== 0) {
    const advice = "the Worker of before still runs. Mend what wrangler says above, and run this again";
    throw new Refusal(`the database is migrated, and ${advice}`, 1);
  }
}

function ownerOf(databaseUrl: string | undefined): string {
  try {
    return ownerUrl(databaseUrl ?? "");
  } catch (error) {
    throw new Refusal((error as Error).message);
  }
}

async function migrated(url: string): Promise<"applied" | "unchanged"> {
  try {
    return await migrate(url);
  } catch (error) {
    const { code, message } = error as { code?: string; message: string };
    const reason = [code, message].filter(Boolean).join(" ");
    throw new Refusal(`the migration failed, and nothing was changed: ${reason}`, 1);
  }
}

function runWrangler(args: string[], { quiet } = { quiet: false }): number {
  const bin = join(root, "node_modules/wrangler/bin/wrangler.js");
  const stdio = quiet ? ("pipe" as const) : ("inherit" as const);
  const { status, stdout, stderr } = spawnSync(process.execPath, [bin, ...args], { cwd: root, stdio });
  if (quiet && status !== 0) process.stderr.write(`${stdout}${stderr}`);
  return status ?? 1;
}

if (import.meta.main) {
  const args = process.argv.slice(2);
  try {
    await deploy({ args, databaseUrl: process.env.DATABASE_URL, wrangler: runWrangler });
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    console.error(`deploy: ${error.message}.`);
    process.exitCode = error.exitCode;
  }
}
