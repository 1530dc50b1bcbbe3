// Vitest's global set-up of the browser's tests: the stack that the browser visits. Without a Chromium on this machine
// there is nothing to start, and they are skipped.
import { fork } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { join } from "node:path";
import type { TestProject } from "vitest/node";
import type { BrowserStack } from "./browser-stack.ts";

declare module "vitest" {
  interface ProvidedContext {
    browserStack: BrowserStack;
    /** Empty: there is none. */
    chromiumPath: string;
  }
}

const places = [
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
];

export default async function setUp(project: TestProject): Promise<() => Promise<void>> {
  const chromiumPath = [process.env.CHROMIUM_PATH ?? "", ...places].find((path) => existsSync(path)) ?? "";
  project.provide("chromiumPath", chromiumPath);
  if (!chromiumPath) {
    console.log(
      "There is no Chromium on this machine (CHROMIUM_PATH): the tests of test/browser are skipped.",
    );
    return async () => {};
  }
  const child = fork(join(import.meta.dirname, "browser-stack.ts"), {
    stdio: ["ignore", "ignore", "inherit", "ipc"],
  });
  const ended = once(child, "exit");
  const started = await Promise.race([once(child, "message"), ended.then(() => null)]);
  if (!started) throw new Error("the browser's stack ended before it was ready; its last lines say why");
  project.provide("browserStack", started[0] as BrowserStack);
  return async () => {
    child.disconnect();
    await ended;
  };
}
