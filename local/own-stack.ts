// `npm run dev` beside the checkout's own, with data of its own that goes when it ends: for tests and scripts that need the
// whole service as a developer has it.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { freePort } from "./ports.ts";
import { postgresHome } from "./postgres-home.ts";
import { guard } from "./watchdog.ts";

export type OwnStack = {
  api: string;
  inbox: string;
  neon: string;
  database_url: string;
  /** Where the walk through it may happen: `.local/stack.json` lies in it. */
  home: string;
  stateFolder: string;
  stackFile: string;
  /** What it printed so far. */
  output(): string;
  /** As Ctrl-C or a termination signal does. Resolves to the exit code. */
  end(signal?: NodeJS.Signals): Promise<number | null>;
  /** Ends it in whatever state it is, and its data. */
  remove(): void;
};

/** Errors: one with what it printed, when it ends before it runs. */
export async function startOwnStack(name: string): Promise<OwnStack> {
  const home = mkdtempSync(join(tmpdir(), `gatehouse-${name}-`));
  const stateFolder = join(home, ".local");
  const stackFile = join(stateFolder, "stack.json");
  // Several may start at once, and would all find the usual ports free.
  const port = String(await freePort());
  const dev = spawn(process.execPath, [join(import.meta.dirname, "dev.ts"), "--port", port], {
    env: { ...process.env, GATEHOUSE_STATE_FOLDER: stateFolder },
    stdio: ["ignore", "pipe", "pipe"],
  });
  guard({ kind: "group", pid: dev.pid ?? 0, signal: "SIGTERM", graceMs: 5_000 });
  let output = "";
  for (const stream of [dev.stdout, dev.stderr]) stream.on("data", (text) => (output += text));
  const remove = () => {
    dev.kill("SIGKILL");
    const folders = process.env.DATABASE_URL ? [home] : [home, postgresHome(stateFolder).folder];
    for (const folder of folders) rmSync(folder, { recursive: true, force: true });
  };
  while (!existsSync(stackFile)) {
    if (dev.exitCode !== null) {
      remove();
      throw new Error(`dev ended: ${output}`);
    }
    await sleep(100);
  }
  return {
    ...JSON.parse(readFileSync(stackFile, "utf8")),
    home,
    stateFolder,
    stackFile,
    output: () => output,
    end: async (signal = "SIGTERM") => {
      if (dev.exitCode !== null || dev.signalCode !== null) return dev.exitCode;
      dev.kill(signal);
      const [code] = await once(dev, "exit");
      return code as number | null;
    },
    remove,
  };
}
