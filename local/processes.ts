// Other processes, seen from outside. A pid alone proves nothing (numbers are reused), so whoever
// remembers one remembers its start time too.
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";

/** When the process started, as an opaque text; null when there is none (a zombie counts as none). */
export function startTimeOf(pid: number): string | null {
  if (process.platform === "linux") return linuxStartTime(pid);
  if (process.platform === "win32") return isSignalable(pid) ? "running" : null;
  return ps(pid, "lstart");
}

/** The command line of a process, or null when it cannot be read. */
export function commandOf(pid: number): string | null {
  if (process.platform !== "linux") return ps(pid, "command");
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ");
  } catch {
    return null;
  }
}

/** The pid of a process's parent, or null. */
export function parentOf(pid: number): number | null {
  const text = process.platform === "linux" ? linuxStat(pid)?.[1] : ps(pid, "ppid");
  return text ? Number(text) : null;
}

/** Writes down a process, so that a later run can end it if it is still there. */
export function remember(file: string, pid: number): void {
  writeFileSync(file, JSON.stringify({ pid, started: startTimeOf(pid) }), { mode: 0o600 });
}

/** Ends the group of the process that `remember` wrote down. */
export async function endRemembered(file: string, graceMs: number): Promise<void> {
  if (!existsSync(file)) return;
  const { pid, started } = JSON.parse(readFileSync(file, "utf8"));
  if (startTimeOf(pid) === started && started !== null) await endProcess(-pid, "SIGTERM", graceMs);
  rmSync(file);
}

/** Sends the signal, waits, and kills what is still there after `graceMs`. A negative pid means a group. */
export async function endProcess(target: number, signal: NodeJS.Signals, graceMs: number): Promise<void> {
  const pid = Math.abs(target);
  const started = startTimeOf(pid);
  if (started === null) return send(target, target < 0 ? "SIGKILL" : signal);
  send(target, signal);
  const deadline = Date.now() + graceMs;
  while (startTimeOf(pid) === started && Date.now() < deadline) await sleep(20);
  if (target < 0 || startTimeOf(pid) === started) send(target, "SIGKILL");
}

function send(target: number, signal: NodeJS.Signals): void {
  try {
    process.kill(target, signal);
  } catch {
    // Already gone.
  }
}

function linuxStartTime(pid: number): string | null {
  const fields = linuxStat(pid);
  return fields === null || fields[0] === "Z" ? null : (fields[19] ?? null);
}

/** The fields of /proc/PID/stat from the third on: state, parent, … The command's name may hold anything. */
function linuxStat(pid: number): string[] | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  } catch {
    return null;
  }
}

function ps(pid: number, column: "lstart" | "command" | "ppid"): string | null {
  try {
    const printed = execFileSync("ps", ["-ww", "-o", `${column}=`, "-p", String(pid)], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    });
    return printed.trim() || null;
  } catch {
    return null;
  }
}

function isSignalable(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
