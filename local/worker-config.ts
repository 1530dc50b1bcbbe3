// The wrangler configuration of local runs: the repository's, with the local variables in place of secrets.
// It lies in the state folder, and wrangler looks for `.dev.vars` beside the configuration it is given: so
// a developer's own `.dev.vars`, meant for something else, neither breaks a local run nor leaks into it.
import { writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { makeAssets } from "../scripts/assets.ts";
import type { Variables } from "./variables.ts";

const ROOT = join(import.meta.dirname, "..");

type Shield = { simple: { limit: number; period: number } };

/** Writes the file and returns its path. */
export async function writeWorkerConfig(folder: string, variables: Variables): Promise<string> {
  const { experimental_readRawConfig } = await import("wrangler");
  const { rawConfig } = experimental_readRawConfig({ config: join(ROOT, "wrangler.toml") });
  // The cron is fired by worker.ts; with `triggers`, wrangler would warn that nobody does.
  const { secrets: _secrets, triggers: _triggers, build: _build, ...config } = rawConfig;
  makeAssets();
  const path = join(folder, "wrangler.json");
  const local = {
    ...config,
    main: resolve(ROOT, rawConfig.main ?? "src/index.ts"),
    ...(rawConfig.assets?.directory && {
      assets: { ...rawConfig.assets, directory: resolve(ROOT, rawConfig.assets.directory) },
    }),
    alias: mapValues(rawConfig.alias ?? {}, (path) => resolve(ROOT, path)),
    vars: { ...rawConfig.vars, ...variables },
    // Everybody is one network here.
    ratelimits: rawConfig.ratelimits?.map((shield: Shield) => ({
      ...shield,
      simple: { ...shield.simple, limit: 1_000_000 },
    })),
  };
  writeFileSync(path, JSON.stringify(local, null, 2), { mode: 0o600 });
  return path;
}

const mapValues = (object: Record<string, string>, map: (value: string) => string) =>
  Object.fromEntries(Object.entries(object).map(([key, value]) => [key, map(value)]));
