// Nothing outlives us, not even when we are killed without notice (SIGKILL, a crash): a small child holds
// the other end of a pipe and, when that closes, ends whatever is still on its list.
import { type ChildProcess, spawn } from "node:child_process";
import { rmSync } from "node:fs";
import { createInterface } from "node:readline";
import { endProcess, startTimeOf } from "./processes.ts";

export type Guarded =
  | { kind: "process"; pid: number; signal: NodeJS.Signals; graceMs: number }
  | { kind: "group"; pid: number; signal: NodeJS.Signals; graceMs: number }
  | { kind: "path"; path: string };

type Message = { id: number; add: Guarded; started: string | null } | { id: number; drop: true };

let watchdog: ChildProcess | undefined;
let nextId = 1;

/** Puts something under guard; call the answer once it has been ended in the regular way. */
export function guard(guarded: Guarded): () => void {
  const id = nextId++;
  const started = guarded.kind === "path" ? null : startTimeOf(guarded.pid);
  tell({ id, add: guarded, started });
  return () => tell({ id, drop: true });
}

function tell(message: Message): void {
  watchdog ??= startWatchdog();
  watchdog.stdin?.write(`${JSON.stringify(message)}\n`);
}

function startWatchdog(): ChildProcess {
  const child = spawn(process.execPath, [import.meta.filename], {
    detached: true, // A Ctrl-C in the terminal must not reach it.
    stdio: ["pipe", "ignore", "ignore"],
    env: { ...process.env, NODE_OPTIONS: "" },
  });
  child.on("error", () => {});
  child.stdin.on("error", () => {});
  child.unref();
  (child.stdin as unknown as { unref(): void }).unref();
  return child;
}

async function watch(): Promise<void> {
  const list = new Map<number, Extract<Message, { add: Guarded }>>();
  for await (const line of createInterface({ input: process.stdin })) {
    const message = JSON.parse(line) as Message;
    if ("add" in message) list.set(message.id, message);
    else list.delete(message.id);
  }
  // Newest first: the Worker goes before the database, files go last.
  for (const { add, started } of [...list.values()].reverse()) {
    if (add.kind === "path") continue;
    const alive = startTimeOf(add.pid);
    if (alive !== null && alive !== started) continue; // The number belongs to somebody else now.
    if (alive === null && add.kind === "process") continue;
    await endProcess(add.kind === "group" ? -add.pid : add.pid, add.signal, add.graceMs);
  }
  for (const { add } of list.values()) {
    if (add.kind === "path") rmSync(add.path, { recursive: true, force: true });
  }
}

if (import.meta.main) await watch();
