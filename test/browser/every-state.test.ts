// What holds for every state of every page: it says what it is, and everybody can read and use it.
import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import {
  brightness,
  faultsOf,
  headingOf,
  inBrowser,
  sidewaysScroll,
  useBrowser,
} from "../support/browser.ts";
import { states } from "../support/browser-states.ts";

const phone = { width: 375, height: 667 };
const desktop = { width: 1280, height: 800 };

const controls = "a, button, input:not([type=hidden])";
const heights = `[...document.querySelectorAll("${controls}")].map((one) => one.getBoundingClientRect().height)`;

async function expectRoomForThumbs(page: Page): Promise<void> {
  expect(await page.evaluate(sidewaysScroll)).toBeLessThanOrEqual(0);
  for (const height of await page.evaluate<number[]>(heights)) expect(height).toBeGreaterThanOrEqual(44);
}

inBrowser("every state of a page", () => {
  const { open } = useBrowser();

  test.each(states)("%s", async (_name, heading, status, show) => {
    const page = await open({ colorScheme: "light", viewport: desktop });
    const answer = await show(page);
    expect([answer?.status(), await headingOf(page)]).toEqual([status, heading]);
    expect(await page.title()).toBe(`${status === 422 ? "Error: " : ""}${heading} · Gatehouse`);
    expect(await faultsOf(page)).toEqual([]);
    expect(await brightness(page)).toBeGreaterThan(0.9);

    await page.emulateMedia({ colorScheme: "dark" });
    await page.setViewportSize(phone);
    expect(await brightness(page)).toBeLessThan(0.15);
    await expectRoomForThumbs(page);
    expect(await faultsOf(page)).toEqual([]);
  });
});
