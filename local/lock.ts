// One `npm run dev` per checkout. The lock names a process and when it started, so that one left by a killed
// run never blocks, not even when its pid has a new bearer.
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { startTimeOf } from "./processes.ts";

/** Takes the lock and returns its release, or null while another run holds it. */
export function takeLock(file: string): (() => void) | null {
  const own = JSON.stringify({ pid: process.pid, started: startTimeOf(process.pid) });
  for (let attempt = 0; attempt < 2; attempt++) {
    try {
      writeFileSync(file, own, { flag: "wx", mode: 0o600 });
      return () => rmSync(file, { force: true });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    }
    if (isHeld(file)) return null;
    rmSync(file, { force: true });
  }
  return null;
}

function isHeld(file: string): boolean {
  try {
    const { pid, started } = JSON.parse(readFileSync(file, "utf8"));
    return startTimeOf(pid) === started;
  } catch {
    return false; // Half written by a run that was killed, or just released.
  }
}
