// The API reference in a browser: every operation, tried out against the service itself, from its own files alone.
import { globSync } from "node:fs";
import { join } from "node:path";
import type { Locator, Page } from "playwright-core";
import { expect, inject, test } from "vitest";
import document from "../../openapi/openapi.json" with { type: "json" };
import { brightness, faultsOf, inBrowser, sidewaysScroll, useBrowser } from "../support/browser.ts";
import { signIn, signUp } from "../support/browser-people.ts";

const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, { operationId, tags }]) => {
    const chapter = tags[0] ?? "";
    return { name: `${method.toUpperCase()} ${path}`, chapter, id: operationId };
  }),
);
type Operation = (typeof operations)[number];
const operationOf = (name: string) => operations.find((one) => one.name === name) as Operation;

const docs = () => `${inject("browserStack").pagesUrl}/docs`;
const boxOf = (page: Page, { chapter, id }: Operation): Locator =>
  page.locator(`[id="operations-${chapter.replaceAll(" ", "_")}-${id}"]`);

/** Opens the reference, and waits until it is there. */
async function show(page: Page): Promise<void> {
  await page.goto(docs());
  await page
    .locator(".opblock")
    .nth(operations.length - 1)
    .waitFor();
}

async function unfold(page: Page, name: string): Promise<Locator> {
  const box = boxOf(page, operationOf(name));
  await box.locator(".opblock-summary-control").click();
  await box.locator(".opblock-body").waitFor();
  return box;
}

/** Tries an operation out; the status and the text that it shows of the answer. */
async function tryOut(page: Page, name: string, body?: object): Promise<{ status: string; text: string }> {
  const box = await unfold(page, name);
  await box.getByRole("button", { name: "Try it out" }).click();
  if (body) await box.locator("textarea").first().fill(JSON.stringify(body));
  await box.getByRole("button", { name: "Execute" }).click();
  const answer = box.locator(".live-responses-table .response").first();
  const status = await answer.locator(".response-col_status").innerText();
  return {
    status: status.trim().slice(0, 3),
    text: await answer.locator(".highlight-code pre").first().innerText(),
  };
}

/** What is wrong but for the library's own words: the button's two names, the level of the dialog's heading, the table of answers. */
async function ownFaultsOf(page: Page): Promise<string[]> {
  const known =
    /^(label-content-name-mismatch: |heading-order: |landmark-unique: [^<]*(<table [^<]*class="responses-table"[^<]*>\s*)+$)/;
  return (await faultsOf(page)).filter((fault) => !known.test(fault));
}

const stored = (page: Page) => page.evaluate("localStorage.length + sessionStorage.length");

// Its script has much to do before anything is to be seen, and a busy machine many times as long.
inBrowser("the API reference", { timeout: 180_000 }, () => {
  const { open, complaints } = useBrowser();
  const opened = async (...options: Parameters<typeof open>) => {
    const page = await open(...options);
    page.setDefaultTimeout(90_000);
    page.on("console", (message) => {
      if (message.type() === "error") complaints.push(`console: ${message.text()}`);
    });
    return page;
  };

  test("has every operation, by chapter, in the document's order, tries them out, and opens without a network", async () => {
    const page = await opened();
    await show(page);
    const shown = await page.locator(".opblock-tag-section").evaluateAll((sections) =>
      sections.map((section) => ({
        chapter: section.querySelector("h3")?.getAttribute("data-tag"),
        names: [...section.querySelectorAll(".opblock-summary")].map((summary) => {
          const method = summary.querySelector(".opblock-summary-method")?.textContent;
          return `${method} ${summary.querySelector("[data-path]")?.getAttribute("data-path")}`;
        }),
      })),
    );
    expect(shown.map(({ chapter }) => chapter)).toEqual(document.tags.map(({ name }) => name));
    for (const { chapter, names } of shown) {
      expect(names).toEqual(operations.filter((one) => one.chapter === chapter).map(({ name }) => name));
    }
    const { status, text } = await tryOut(page, "GET /");
    expect(status).toBe("200");
    expect(JSON.parse(text)).toMatchObject({
      name: "gatehouse",
      links: { docs: "/docs", errors: "/errors" },
    });

    // And opens them, and the dialog for a token, within its policy and without a network.
    await page.context().setOffline(true);
    for (const name of [
      "POST /signup",
      "GET /accept-invite",
      "GET /stats/membership-growth",
      "GET /errors/{code}",
    ]) {
      const box = await unfold(page, name);
      expect(await box.locator(".responses-table .response").count()).toBeGreaterThan(1);
      await box.locator(".opblock-summary-control").click();
    }
    await page.getByRole("button", { name: "Authorize", exact: true }).click();
    await page.locator(".dialog-ux").waitFor();
    expect(await ownFaultsOf(page)).toEqual([]);
  });

  test("takes a token once, or that of a sign-in that is tried out, uses it everywhere, stores it nowhere, and can be read", async () => {
    const page = await opened();
    const person = await signIn(await signUp());
    await show(page);
    await page.getByRole("button", { name: "Authorize", exact: true }).click();
    const dialog = page.locator(".dialog-ux");
    await dialog.locator("input").fill(person.token);
    await dialog.getByRole("button", { name: "Apply credentials" }).click();
    await dialog.getByRole("button", { name: "Close" }).last().click();
    expect(JSON.parse((await tryOut(page, "GET /me")).text)).toMatchObject({ user_id: person.user_id });
    expect((await tryOut(page, "GET /sessions")).status).toBe("200");
    expect([await stored(page), await page.context().cookies()]).toEqual([0, []]);

    await show(page);
    const again = await tryOut(page, "GET /me");
    expect([again.status, JSON.parse(again.text).code]).toEqual(["401", "unauthenticated"]);
    // The browser notes each refused request.
    expect(complaints.splice(0)).toEqual([expect.stringMatching(/^console: .* 401 /)]);

    const { email, password, org_id } = await signUp();
    expect((await tryOut(page, "POST /signin", { email, password })).status).toBe("200");
    expect(JSON.parse((await tryOut(page, "GET /organizations")).text).data).toMatchObject([{ org_id }]);

    // With a body, a choice, and what was sent and answered.
    await unfold(page, "GET /organizations/{org_id}/members");
    expect(await ownFaultsOf(page)).toEqual([]);
    await page.emulateMedia({ colorScheme: "dark" });
    await page.setViewportSize({ width: 375, height: 667 });
    expect(await ownFaultsOf(page)).toEqual([]);
    expect(await page.evaluate(sidewaysScroll)).toBeLessThanOrEqual(0);
    expect([await stored(page), await page.context().cookies()]).toEqual([0, []]);
  });

  test("opens where the page of an error leads, for everybody, light and dark, on a phone too", async () => {
    const page = await opened({ colorScheme: "light", viewport: { width: 1280, height: 800 } });
    await page.goto(`${inject("browserStack").pagesUrl}/errors/last_owner`);
    const change = "PATCH /organizations/{org_id}/members/{user_id}";
    await page.getByRole("link", { name: change }).click();
    await boxOf(page, operationOf(change)).locator(".opblock-body").waitFor();
    expect(await brightness(page)).toBeGreaterThan(0.9);
    expect(await faultsOf(page)).toEqual([]);
    await page.emulateMedia({ colorScheme: "dark" });
    await page.setViewportSize({ width: 375, height: 667 });
    expect(await brightness(page)).toBeLessThan(0.15);
    expect(await faultsOf(page)).toEqual([]);
    expect(await page.evaluate(sidewaysScroll)).toBeLessThanOrEqual(0);
  });

  test("and no other file is served around the Worker, whose headers every answer has", async () => {
    const files = globSync("**/*.*", { cwd: join(import.meta.dirname, "../../public") });
    expect(files.length).toBeGreaterThan(40);
    for (const file of files) {
      const { headers } = await fetch(`${inject("browserStack").pagesUrl}/${file}`);
      expect(headers.get("x-request-id"), file).toMatch(/^[0-9a-f-]{36}$/);
      expect(headers.get("content-security-policy"), file).toContain("default-src 'none'");
    }
  });

  test("leads on without scripts", async () => {
    const page = await opened({ javaScriptEnabled: false });
    await page.goto(docs());
    const told = page.locator("noscript");
    expect(await told.innerText()).toContain("scripts are switched off");
    await told.getByRole("link", { name: "Errors" }).click();
    expect(await page.title()).toBe("Errors · Gatehouse");
  });
});
