// The last line of a run: how many tests passed and failed, in words that any CI can read.
import type { Reporter, TestModule } from "vitest/node";

export default class ClosingLine implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const count = { passed: 0, failed: 0, skipped: 0, pending: 0 };
    for (const module of modules) {
      for (const test of module.children.allTests()) count[test.result().state] += 1;
    }
    // A file that could not even be loaded has no tests to count.
    const broken = modules.filter((module) => !module.ok()).length;
    const failed = count.failed + (count.failed === 0 ? broken : 0);
    process.stdout.write(
      `\n${count.passed} passed, ${failed} failed, ${count.skipped + count.pending} skipped\n`,
    );
  }
}
