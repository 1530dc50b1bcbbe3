// A stack of its own, with the Worker as `npm run dev` runs it, whose provider fails, whose hours pass at once, and
// which may be killed without notice.
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { freePort } from "../../local/ports.ts";
import { type Stack, startStack } from "../../local/stack.ts";
import type { Variables } from "../../local/variables.ts";
import { guard } from "../../local/watchdog.ts";
import { startWorker } from "../../local/worker.ts";

export type Scene = Awaited<ReturnType<typeof openScene>>;

/** `between`: variables of the Worker that put something between it and the stack. */
export async function openScene(between: (stack: Stack) => Variables | Promise<Variables> = () => ({})) {
  const folder = mkdtempSync(join(tmpdir(), "gatehouse-faults-"));
  const drop = guard({ kind: "path", path: folder });
  const stack = await startStack({
    stateFolder: folder,
    throwaway: true,
    databaseUrl: process.env.DATABASE_URL,
  });
  const owner = new pg.Client(stack.ownerUrl);
  await owner.connect();
  const interposed = await between(stack);
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const start = () =>
    startWorker({
      ...{ port, stateFolder: folder, interrupted: new AbortController().signal },
      variables: { ...stack.variables(url), PASSWORD_ITERATIONS: "1000", ...interposed },
    });
  let worker = await start();

  const query = async (text: string, params: unknown[] = []) => (await owner.query(text, params)).rows;
  /** So many runs of the cron at once, as after a stall; overlapping must do no harm. */
  const cron = async (runs = 1) => {
    const fire = async () => {
      const { status } = await fetch(
        `${url}/cdn-cgi/handler/scheduled?cron=${encodeURIComponent("* * * * *")}`,
      );
      if (status !== 200) throw new Error(`the cron answered ${status}`);
    };
    await Promise.all(Array.from({ length: runs }, fire));
  };

  return {
    ...{ url, owner, inbox: stack.inbox, neon: stack.neon, query, cron },
    async ask(path: string, json?: unknown, token?: string) {
      const headers = {
        "content-type": "application/json",
        ...(token && { authorization: `Bearer ${token}` }),
      };
      const init = json === undefined ? { headers } : { method: "POST", headers, body: JSON.stringify(json) };
      const response = await fetch(url + path, init);
      return { status: response.status, body: JSON.parse(await response.text()) };
    },
    /** Time passes for the outbox, without anybody waiting. */
    advance: (ms: number) =>
      query(
        "update outbox set next_attempt_at = next_attempt_at - $1::bigint, created_at = created_at - $1::bigint",
        [ms],
      ),
    /** The crons of as many minutes as it takes until no mail waits any more. */
    async drain() {
      for (let minute = 0; minute < 60; minute += 1) {
        const [waiting] = await query(
          "select count(*)::int as n from outbox where sent_at is null and failed_at is null",
        );
        if (waiting.n === 0) return;
        await query(
          "update outbox set next_attempt_at = least(next_attempt_at, app.now_ms()) where sent_at is null",
        );
        await cron(Math.min(20, Math.ceil(waiting.n / 5)));
      }
      throw new Error("mails still wait after an hour of crons");
    },
    /** Ends wrangler and workerd at once, in the middle of whatever they do. */
    async kill() {
      const { pid } = JSON.parse(readFileSync(join(folder, "worker.json"), "utf8"));
      process.kill(-pid, "SIGKILL");
      await worker.ended;
      await worker.stop();
    },
    async restart() {
      worker = await start();
    },
    async close() {
      await worker.stop();
      await owner.end();
      await stack.stop();
      rmSync(folder, { recursive: true, force: true });
      drop();
    },
  };
}
