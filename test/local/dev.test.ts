// `npm run dev` from outside, and the README's walk through it, word for word.
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { postgresHome } from "../../local/postgres-home.ts";
import { guard } from "../../local/watchdog.ts";

const root = join(import.meta.dirname, "../..");
const home = mkdtempSync(join(tmpdir(), "gatehouse-dev-"));
const stateFolder = join(home, ".local");
const stackFile = join(stateFolder, "stack.json");
const dev = spawn(process.execPath, ["local/dev.ts"], {
  cwd: root,
  env: { ...process.env, GATEHOUSE_STATE_FOLDER: stateFolder },
  stdio: ["ignore", "pipe", "pipe"],
});
guard({ kind: "group", pid: dev.pid ?? 0, signal: "SIGTERM", graceMs: 5_000 });
let output = "";
for (const stream of [dev.stdout, dev.stderr]) stream.on("data", (text) => (output += text));

beforeAll(async () => {
  while (!existsSync(stackFile)) {
    if (dev.exitCode !== null) throw new Error(`dev ended: ${output}`);
    await sleep(100);
  }
});
afterAll(() => {
  dev.kill("SIGKILL");
  const folders = process.env.DATABASE_URL ? [home] : [home, postgresHome(stateFolder).folder];
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

/** The commands between the walk's marker and the end of its block. */
function readWalk(): string {
  const readme = readFileSync(join(root, "README.md"), "utf8");
  const walk = /<!-- walk -->\n```bash\n([\s\S]*?)```/.exec(readme)?.[1];
  if (!walk) throw new Error("the README has no walk");
  return walk;
}

test("the README's walk works as printed", { timeout: 60_000 }, async () => {
  const { stdout, stderr } = await promisify(execFile)("bash", ["-euo", "pipefail", "-c", readWalk()], {
    cwd: home,
  });
  expect(stderr).toBe("");
  const [signedUp, verified, me, sessions, reused, ended, signedOut, after] = stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  expect(signedUp).toMatchObject({ user_id: expect.any(Number), org_id: expect.any(Number) });
  expect(verified.email).toBe(me.email);
  expect(me).toMatchObject({ email_verified: true, organizations: [{ name: "Acme", role: "owner" }] });
  expect(sessions.data).toMatchObject([{ device: "curl", current: true }]);
  expect(reused.code).toBe("refresh_token_reused");
  expect(ended.code).toBe("session_ended");
  expect(signedOut).toBe(204);
  expect(after.code).toBe("session_ended");
});

test("it says where everything is, and the file holds what it says", async () => {
  const stack = JSON.parse(readFileSync(stackFile, "utf8"));
  expect(Object.keys(stack).sort()).toEqual(["api", "database_url", "inbox", "neon"]);
  for (const url of [stack.api, stack.inbox, stack.neon]) expect(output).toContain(url);
  expect((await fetch(`${stack.api}/health`)).status).toBe(200);
  expect(await (await fetch(`${stack.neon}/stats`)).json()).toEqual({
    requests: expect.any(Number),
    statements: expect.any(Number),
    background: expect.any(Number),
  });
});

test("a termination signal stops everything and takes the file along", async () => {
  const { api, inbox, neon } = JSON.parse(readFileSync(stackFile, "utf8"));
  dev.kill("SIGTERM");
  const [code] = await once(dev, "exit");
  expect(code).toBe(143);
  expect(existsSync(stackFile)).toBe(false);
  for (const url of [api, inbox, neon]) await expect(fetch(url)).rejects.toThrow();
});
