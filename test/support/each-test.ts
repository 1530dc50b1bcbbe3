// What a test spies on or stubs is as it was for the next one: all files of the project share one Worker.
import { afterEach, vi } from "vitest";

afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});
