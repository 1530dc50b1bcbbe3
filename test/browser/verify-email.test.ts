// The page of a verification link, used as people use it.
import type { Page } from "playwright-core";
import { expect, inject, test } from "vitest";
import { headingOf, inBrowser, submit, tabTo, useBrowser } from "../support/browser.ts";
import { ask, done, linkTo, type Person, signIn, signUp } from "../support/browser-people.ts";

const isVerified = async (person: Person) =>
  (await done("GET /me", undefined, (await signIn(person)).token)).email_verified;

/** Somebody who signed up, and the page that the link of their mail opens. */
async function followed(page: Page): Promise<Person> {
  const person = await signUp("Babbage & Sons");
  await page.goto(await linkTo("/verify-email", person.email));
  return person;
}

inBrowser("the page of a verification link", () => {
  const { open } = useBrowser();

  test("tells when and from where the account was made, and what with", async () => {
    const page = await open();
    const { email } = await followed(page);
    expect(await page.getByRole("main").innerText()).toContain(`Somebody signed up with ${email}.`);
    const made = Date.parse((await page.getByRole("time").getAttribute("datetime")) ?? "");
    expect(Math.abs(Date.now() - made)).toBeLessThan(60_000);
    const facts = await page.locator("dl").innerText();
    for (const fact of ["UTC", "node", "127.0.0.1", "Babbage & Sons"]) expect(facts).toContain(fact);
  });

  test("confirms by mouse, and leads on to the product", async () => {
    const page = await open();
    const person = await followed(page);
    await submit(page, "Confirm this address");
    expect(await headingOf(page)).toBe("Your address is confirmed");
    expect(await isVerified(person)).toBe(true);
    await page.getByRole("link", { name: "Continue to Gatehouse" }).click();
    await page.waitForURL(inject("browserStack").productUrl);
  });

  test("confirms by keyboard alone", async () => {
    const page = await open();
    const person = await followed(page);
    await tabTo(page, "Confirm this address");
    await page.keyboard.press("Enter");
    await page.waitForURL("**/verify-email");
    expect(await headingOf(page)).toBe("Your address is confirmed");
    expect(await isVerified(person)).toBe(true);
  });

  test("confirms on a phone without JavaScript", async () => {
    const page = await open({
      javaScriptEnabled: false,
      viewport: { width: 375, height: 667 },
      hasTouch: true,
    });
    const person = await followed(page);
    await page.getByRole("button", { name: "Confirm this address" }).tap();
    await page.waitForURL("**/verify-email");
    expect(await isVerified(person)).toBe(true);
  });

  test("the second button says what it does, and removes the account of whoever made it", async () => {
    const page = await open({ javaScriptEnabled: false });
    const person = await followed(page);
    const intruder = await signIn(person);
    const deny = page.getByRole("button", { name: "This was not me" });
    const description = page.locator(`#${await deny.getAttribute("aria-describedby")}`);
    expect(await description.innerText()).toContain(
      "removes the account and its organization Babbage & Sons",
    );
    await submit(page, "This was not me");
    expect(await headingOf(page)).toBe("The account is removed");
    expect((await ask("GET /me", undefined, intruder.token)).status).toBe(401);
    expect((await ask("POST /signin", { email: person.email, password: person.password })).status).toBe(401);
  });

  test("pressed twice, in two tabs, it says that it was used already", async () => {
    const [first, second] = [await open(), await open()];
    const person = await signUp();
    const link = await linkTo("/verify-email", person.email);
    for (const page of [first, second]) await page.goto(link);
    await submit(first, "Confirm this address");
    expect((await submit(second, "This was not me")).status()).toBe(410);
    expect(await headingOf(second)).toBe("Link used already");
    expect(await isVerified(person)).toBe(true);
  });
});
