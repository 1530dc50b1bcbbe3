// The page of an invitation, used as people use it.
import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { headingOf, inBrowser, submit, tabTo, useBrowser } from "../support/browser.ts";
import {
  ask,
  done,
  goodPassword,
  invites,
  invitesToWebsite,
  linkTo,
  newEmail,
  newPassword,
  type SignedIn,
  signUp,
  tokenOf,
  verified,
} from "../support/browser-people.ts";

const password = (page: Page) => page.getByLabel("Password");

/** An invitation to this address, and the page that its link opens. */
async function followed(page: Page, email: string): Promise<SignedIn> {
  const inviter = await verified("Babbage & Sons");
  await page.goto((await invites(inviter, email)).link);
  return inviter;
}

/** The account of whoever signs in with this password. */
async function accountOf(email: string, given: string) {
  const { status, body } = await ask("POST /signin", { email, password: given });
  return status === 200 ? done("GET /me", undefined, body.access_token) : null;
}
const membership = { name: "Babbage & Sons", role: "member" };

inBrowser("the page of an invitation", () => {
  const { open } = useBrowser();

  test("tells what is offered and by whom, and joins somebody new by mouse", async () => {
    const [page, email] = [await open(), newEmail("guest")];
    const inviter = await followed(page, email);
    const text = await page.getByRole("main").innerText();
    for (const fact of [inviter.email, "Babbage & Sons", "member", "UTC"]) expect(text).toContain(fact);
    await page.getByLabel("Your name").fill("Ada Lovelace");
    await password(page).fill(newPassword);
    expect((await submit(page, "Create account and join")).status()).toBe(201);
    expect(await headingOf(page)).toBe("You have joined Babbage & Sons");
    expect(await accountOf(email, newPassword)).toMatchObject({
      email_verified: true,
      profile: { name: "Ada Lovelace" },
      organizations: [membership],
    });
  });

  test("joins by keyboard alone", async () => {
    const [page, email] = [await open(), newEmail("guest")];
    await followed(page, email);
    await tabTo(page, "Your name");
    await page.keyboard.type("Ada");
    await tabTo(page, "Password");
    await page.keyboard.type(newPassword);
    await tabTo(page, "Create account and join");
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "You have joined Babbage & Sons" }).waitFor();
    expect(await accountOf(email, newPassword)).toMatchObject({ profile: { name: "Ada" } });
  });

  test("joins on a phone without JavaScript, without a name", async () => {
    const page = await open({
      javaScriptEnabled: false,
      viewport: { width: 375, height: 667 },
      hasTouch: true,
    });
    const email = newEmail("guest");
    await followed(page, email);
    await password(page).fill(newPassword);
    await page.getByRole("button", { name: "Create account and join" }).tap();
    await page.waitForURL("**/accept-invite");
    expect(await accountOf(email, newPassword)).toMatchObject({ profile: {}, organizations: [membership] });
  });

  test("a refused password is told beside its field; the name stays, the password does not", async () => {
    const [page, email] = [await open(), newEmail("guest")];
    await followed(page, email);
    await page.getByLabel("Your name").fill(`Ada "the first" <b>`);
    await password(page).fill("password1");
    expect((await submit(page, "Create account and join")).status()).toBe(422);
    expect(await page.getByLabel("Your name").inputValue()).toBe(`Ada "the first" <b>`);
    expect(await password(page).inputValue()).toBe("");
    const sentence = "Password is one of the most common passwords.";
    expect(await page.locator("#password-error").innerText()).toBe(sentence);
    expect(await page.getByRole("alert").getByRole("link").allInnerTexts()).toEqual([sentence]);
    expect(await accountOf(email, "password1")).toBeNull();
    await password(page).fill(newPassword);
    await submit(page, "Create account and join");
    expect(await accountOf(email, newPassword)).toMatchObject({ profile: { name: `Ada "the first" <b>` } });
  });

  test("whoever has signed up and confirmed joins with one button", async () => {
    const [page, email] = [await open(), newEmail("guest")];
    await signUp("Own", email);
    await done("POST /verify-email", { token: tokenOf(await linkTo("/verify-email", email)) });
    await followed(page, email);
    expect(await page.getByRole("main").innerText()).toContain("You have signed up already.");
    expect(await page.locator("input[type=password]").count()).toBe(0);
    expect((await submit(page, "Join Babbage & Sons")).status()).toBe(200);
    const { organizations } = await accountOf(email, goodPassword);
    expect(organizations).toContainEqual(expect.objectContaining(membership));
  });

  test("whoever has not confirmed chooses a new password, and who set the old one is out", async () => {
    const [page, email] = [await open({ javaScriptEnabled: false }), newEmail("guest")];
    await signUp("Taken", email);
    await followed(page, email);
    expect(await page.getByRole("main").innerText()).toContain("it replaces the one that was set");
    await page.getByLabel("Your name").fill("Olga");
    await password(page).fill(newPassword);
    expect((await submit(page, "Join Babbage & Sons")).status()).toBe(200);
    expect(await accountOf(email, goodPassword)).toBeNull();
    const account = await accountOf(email, newPassword);
    expect(account).toMatchObject({ email_verified: true, profile: { name: "Olga" } });
    expect(account.organizations).toContainEqual(expect.objectContaining(membership));
  });

  test("of a website, names that, and its guest sees that alone", async () => {
    const [page, email] = [await open(), newEmail("guest")];
    const inviter = await verified("Babbage & Sons");
    await page.goto(await invitesToWebsite(inviter, email));
    const facts = await page.locator("dl").innerText();
    for (const fact of ["Engine shop", "https://shop.example", "Babbage & Sons", "website_user"]) {
      expect(facts).toContain(fact);
    }
    expect(await page.getByRole("link").count()).toBe(0); // What others wrote leads nowhere.
    await password(page).fill(newPassword);
    await submit(page, "Create account and join");
    expect(await headingOf(page)).toBe("You have joined Engine shop");
    expect(await accountOf(email, newPassword)).toMatchObject({
      organizations: [],
      websites: [{ name: "Engine shop", role: "website_user" }],
    });
  });
});
