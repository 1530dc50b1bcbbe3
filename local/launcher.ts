// `npm run` puts a shell between itself and us, and neither passes every signal on: a killed npm would leave
// us behind. So we look whether whoever ran us is still there.
import { commandOf, parentOf, startTimeOf } from "./processes.ts";

const LOOK_MS = 500;

/** Calls `gone` once when the npm that started this process has ended. Does nothing outside `npm run`. */
export function whenNpmIsGone(gone: () => void): void {
  if (!process.env.npm_lifecycle_event || process.platform === "win32") return;
  const parent = process.ppid;
  const isShell = /^\S*sh -c /.test(commandOf(parent) ?? "");
  const npm = isShell ? (parentOf(parent) ?? parent) : parent;
  const started = startTimeOf(npm);
  const timer = setInterval(() => {
    if (process.ppid === parent && startTimeOf(npm) === started) return;
    clearInterval(timer);
    gone();
  }, LOOK_MS).unref();
}
