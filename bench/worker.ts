// The Worker as it is deployed (wrangler's bundle), in plain workerd: no dev server between it and the load.
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { gzipSync } from "node:zlib";
import { freePort } from "../local/ports.ts";

export const root = join(import.meta.dirname, "..");
const wrangler = join(root, "node_modules/wrangler/bin/wrangler.js");
const workerdBinary = join(root, "node_modules/.bin/workerd");

export type Running = { url: string; stop(): Promise<void> };

/** Bundles as `wrangler deploy` does. Returns the script and its size on the wire. */
export function bundle(): { script: string; gzippedBytes: number } {
  const folder = mkdtempSync(join(tmpdir(), "gatehouse-bundle-"));
  wrangle(["deploy", "--dry-run", "--outdir", folder]);
  const script = readFileSync(join(folder, "index.js"));
  rmSync(folder, { recursive: true });
  return { script: script.toString(), gzippedBytes: gzipSync(script).length };
}

/** Milliseconds of CPU until the Worker can take its first request, as `wrangler check startup` reports them. */
export function startupMs(): number {
  const folder = mkdtempSync(join(tmpdir(), "gatehouse-startup-"));
  const report = wrangle(["check", "startup", "--outfile", join(folder, "startup.cpuprofile")]);
  rmSync(folder, { recursive: true });
  return Number(/Active: ([\d.]+) ms/.exec(report)?.[1]);
}

/** Runs a script in workerd on a free loopback port. */
export async function startScript(script: string, bindings: Record<string, string> = {}): Promise<Running> {
  const folder = mkdtempSync(join(tmpdir(), "gatehouse-workerd-"));
  const port = await freePort();
  writeFileSync(join(folder, "index.js"), script);
  writeFileSync(join(folder, "config.capnp"), workerdConfig(port, bindings), { mode: 0o600 });
  const workerd = spawn(workerdBinary, ["serve", join(folder, "config.capnp")], {
    stdio: ["ignore", "ignore", "inherit"],
  });
  const url = `http://127.0.0.1:${port}`;
  while (
    !(await fetch(url).then(
      () => true,
      () => false,
    ))
  ) {
    if (workerd.exitCode !== null) throw new Error("workerd did not start");
    await sleep(50);
  }
  const stop = async () => {
    workerd.kill();
    await once(workerd, "exit");
    rmSync(folder, { recursive: true });
  };
  return { url, stop };
}

const workerdConfig = (port: number, bindings: Record<string, string>) => `
using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [
    (name = "main", worker = .main),
    (name = "internet", network = (allow = ["public", "private", "local"])),
    (name = "files", disk = (path = ${JSON.stringify(join(root, "public"))})),
  ],
  sockets = [(name = "http", address = "127.0.0.1:${port}", http = (), service = "main")],
);
const main :Workerd.Worker = (
  modules = [(name = "index.js", esModule = embed "index.js")],
  compatibilityDate = "2026-09-18",
  bindings = [
    (name = "ASSETS", service = "files"),
    ${Object.entries(bindings).map(([name, text]) => `(name = "${name}", text = ${JSON.stringify(text)})`)}
  ],
);`;

/** Runs wrangler, offline and quietly. Returns what it says. */
export function wrangle(args: string[]): string {
  const env = { ...process.env, WRANGLER_SEND_METRICS: "false", WRANGLER_HIDE_BANNER: "true" };
  return execFileSync(process.execPath, [wrangler, ...args], {
    cwd: root,
    env,
    encoding: "utf8",
    stdio: "pipe",
  });
}
