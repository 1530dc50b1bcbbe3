// The page of a link to reset a password, used as people use it.
import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { headingOf, inBrowser, styleOf, submit, tabTo, useBrowser } from "../support/browser.ts";
import { ask, forgets, newPassword, type Person, signIn, signUp } from "../support/browser-people.ts";

const field = (page: Page) => page.getByLabel("New password");

/** Somebody who forgot their password, and the page that the link of their mail opens. */
async function followed(page: Page): Promise<Person> {
  const person = await signUp();
  await page.goto(await forgets(person));
  return person;
}
async function expectReset(page: Page, { email, password }: Person): Promise<void> {
  expect(await headingOf(page)).toBe("Your password is set");
  const trying = async (tried: string) => (await ask("POST /signin", { email, password: tried })).status;
  expect([await trying(password), await trying(newPassword)]).toEqual([401, 200]);
}

inBrowser("the page of a link to reset a password", () => {
  const { open } = useBrowser();

  test("sets it by mouse, and ends what was signed in", async () => {
    const page = await open();
    const person = await followed(page);
    const before = await signIn(person);
    await field(page).fill(newPassword);
    await submit(page, "Set this password");
    await expectReset(page, person);
    expect((await ask("GET /me", undefined, before.token)).body.code).toBe("session_ended");
  });

  test("sets it by keyboard alone, after a refusal whose link leads to the field", async () => {
    const page = await open();
    const person = await followed(page);
    await tabTo(page, "New password");
    await page.keyboard.type("short");
    await page.keyboard.press("Enter");
    const error = page.getByRole("alert").getByRole("link");
    await error.waitFor();
    await tabTo(page, await error.innerText());
    await page.keyboard.press("Enter");
    await page.keyboard.type(newPassword);
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "Your password is set" }).waitFor();
    await expectReset(page, person);
  });

  test("sets it on a phone without JavaScript", async () => {
    const page = await open({
      javaScriptEnabled: false,
      viewport: { width: 375, height: 667 },
      hasTouch: true,
    });
    const person = await followed(page);
    await field(page).fill(newPassword);
    await page.getByRole("button", { name: "Set this password" }).tap();
    await page.waitForURL("**/reset-password");
    await expectReset(page, person);
  });

  test.each([
    ["nothing", "", "New password is missing."],
    ["a short one", "short", "New password must hold at least 8 characters."],
    ["a common one", "password1", "New password is one of the most common passwords."],
    ["a very long one", "x".repeat(129), "New password must hold at most 128 characters."],
  ])("refuses %s beside the field, and shows it no more", async (_name, password, sentence) => {
    const page = await open();
    await followed(page);
    await field(page).fill(password);
    expect((await submit(page, "Set this password")).status()).toBe(422);
    expect(await page.getByRole("alert").innerText()).toContain(sentence);
    expect(await field(page).inputValue()).toBe("");
    expect(await field(page).getAttribute("aria-invalid")).toBe("true");
    const described = (await field(page).getAttribute("aria-describedby"))?.split(" ") ?? [];
    expect(described).toEqual(["new_password-hint", "new_password-error"]);
    expect(await page.locator(`#${described[1]}`).innerText()).toBe(sentence);
    // Beside: between the label and the field, with nothing else in between but the hint.
    const [error, input] = [
      await page.locator(`#${described[1]}`).boundingBox(),
      await field(page).boundingBox(),
    ];
    expect((input?.y ?? 0) - ((error?.y ?? 0) + (error?.height ?? 0))).toBeLessThan(12);
    expect(await styleOf(page, "#new_password", "border-top-width")).toBe("2px");
  });

  test("a password manager learns whose password it is, and that it is new", async () => {
    const page = await open();
    const { email } = await followed(page);
    const address = page.getByLabel("E-mail address");
    expect([await address.inputValue(), await address.getAttribute("autocomplete")]).toEqual([
      email,
      "username",
    ]);
    expect(await address.isEditable()).toBe(false);
    expect(await field(page).getAttribute("autocomplete")).toBe("new-password");
  });

  test("a newer link kills the older one", async () => {
    const [page, person] = [await open(), await signUp()];
    const old = await forgets(person);
    const newer = await forgets(person, old);
    await page.goto(old);
    expect(await headingOf(page)).toBe("Link used already");
    await page.goto(newer);
    expect(await headingOf(page)).toBe("Set a new password");
  });
});
