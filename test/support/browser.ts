// A Chromium for the tests of one file, that complains when a page does what no page of ours may do.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import {
  type Browser,
  type BrowserContext,
  type BrowserContextOptions,
  chromium,
  type Page,
  type Response,
} from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, inject } from "vitest";

const executablePath = inject("chromiumPath");
const args = [
  ...["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"],
  ...["--disable-background-networking", "--disable-component-update", "--disable-sync"],
];

/** Like `describe`, where there is a browser. */
export const inBrowser = describe.skipIf(executablePath === "");

export type Open = (options?: BrowserContextOptions) => Promise<Page>;

/**
 * Launches the browser for this file. `open` gives a tab of a person of its own; `complaints` is what its pages did
 * that they may not: something that their policy forbids, a request to elsewhere, a script's error.
 */
export function useBrowser(): { open: Open; complaints: string[] } {
  let browser: Browser;
  const contexts: BrowserContext[] = [];
  const complaints: string[] = [];
  beforeAll(async () => {
    browser = await chromium.launch({ executablePath, args });
  });
  afterEach(async () => {
    for (const context of contexts.splice(0)) await context.close();
    expect(complaints.splice(0)).toEqual([]);
  });
  afterAll(() => browser?.close());
  const open: Open = async (options = {}) => {
    const context = await browser.newContext(options);
    contexts.push(context);
    const page = await context.newPage();
    watch(page, complaints);
    return page;
  };
  return { open, complaints };
}

function watch(page: Page, complaints: string[]): void {
  const { pagesUrl, productUrl } = inject("browserStack");
  const known = [pagesUrl, productUrl].map((url) => new URL(url).origin);
  page.on("pageerror", (error) => complaints.push(`error: ${error.message}`));
  page.on("console", (message) => {
    if (/content security policy/i.test(message.text())) complaints.push(`policy: ${message.text()}`);
  });
  page.on("request", (request) => {
    if (!known.includes(new URL(request.url()).origin)) complaints.push(`request: ${request.url()}`);
  });
}

const axeSource = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

type Axe = { axe: { run(options: object): Promise<AxeResult> } };
type AxeResult = { violations: { id: string; help: string; nodes: { html: string }[] }[]; passes: unknown[] };

/** What axe-core finds wrong with the page as it stands. The page's own policy stays in force. */
export async function faultsOf(page: Page): Promise<string[]> {
  if (await page.evaluate("typeof axe === 'undefined'")) await page.evaluate(axeSource);
  const found = await page.evaluate(() =>
    (globalThis as unknown as Axe).axe.run({ resultTypes: ["violations"] }),
  );
  expect(found.passes.length).toBeGreaterThan(5);
  return found.violations.map(
    ({ id, help, nodes }) => `${id}: ${help}: ${nodes.map(({ html }) => html).join(" ")}`,
  );
}

export const headingOf = (page: Page): Promise<string> => page.getByRole("heading", { level: 1 }).innerText();

/** A computed property of the first element that the selector finds. */
export const styleOf = (page: Page, selector: string, property: string): Promise<string> =>
  page.evaluate(`getComputedStyle(document.querySelector("${selector}")).getPropertyValue("${property}")`);

/** 0 is black, 1 is white: of the page's ground. */
export async function brightness(page: Page): Promise<number> {
  const [red = 0, green = 0, blue = 0] = (
    (await styleOf(page, "body", "background-color")).match(/\d+/g) ?? []
  ).map(Number);
  return (red + green + blue) / (3 * 255);
}

/** To evaluate in the page: by how much it is wider than its window. */
export const sidewaysScroll = "document.documentElement.scrollWidth - innerWidth";

/** Presses a button that posts a form; the answer to that. */
export async function submit(page: Page, button: string): Promise<Response> {
  const answered = page.waitForResponse((response) => response.request().method() === "POST");
  await page.getByRole("button", { name: button }).click();
  const answer = await answered;
  await page.waitForLoadState();
  return answer;
}

/** Presses Tab until the focus is on what is called `name`, and expects that it can be seen there. */
export async function tabTo(page: Page, name: string): Promise<void> {
  const wanted = page
    .getByRole("button", { name })
    .or(page.getByLabel(name))
    .or(page.getByRole("link", { name }));
  for (let pressed = 0; pressed < 10; pressed++) {
    await page.keyboard.press("Tab");
    if (!(await wanted.evaluate((element) => element === element.ownerDocument.activeElement))) continue;
    expect(await styleOf(page, ":focus", "outline-style")).toBe("solid");
    return;
  }
  throw new Error(`no Tab leads to "${name}"`);
}
