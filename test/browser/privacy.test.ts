// What a page's link holds stays between the mail, the person and us.
import { expect, inject, test } from "vitest";
import { inBrowser, submit, useBrowser } from "../support/browser.ts";
import {
  done,
  goodPassword,
  invites,
  newEmail,
  newPassword,
  tokenOf,
  verified,
} from "../support/browser-people.ts";
import { resetLink, verifyLink } from "../support/browser-states.ts";

const inviteLink = async () => (await invites(await verified(), newEmail("guest"))).link;

inBrowser("a link's token", () => {
  const { open, complaints } = useBrowser();

  test("is not told to where the page leads", async () => {
    const page = await open();
    await page.goto(await verifyLink());
    await submit(page, "Confirm this address");
    await page.getByRole("link", { name: "Continue to Gatehouse" }).click();
    await page.waitForURL(inject("browserStack").productUrl);
    const sent = JSON.parse(await page.locator("body").innerText());
    expect(sent["user-agent"]).toContain("Chrome");
    expect(sent.referer).toBeUndefined();
  });

  test("of a page that failed, neither: its own address holds the token", async () => {
    const page = await open();
    await page.goto(`${inject("browserStack").pagesUrl}/verify-email?token=secret`);
    await page.getByRole("link", { name: "Continue to Gatehouse" }).click();
    await page.waitForURL(inject("browserStack").productUrl);
    expect(await page.locator("body").innerText()).not.toMatch(/referer|secret/);
  });

  test("leaves no cookie, nothing stored, and nothing to share with other pages", async () => {
    const page = await open();
    const answer = await page.goto(await resetLink());
    expect(await page.context().cookies()).toEqual([]);
    expect(await page.evaluate("localStorage.length + sessionStorage.length")).toBe(0);
    expect(await answer?.headerValue("cache-control")).toBe("no-store");
    expect(await answer?.headerValue("referrer-policy")).toBe("no-referrer");
  });

  test("is gone from the address once the form was sent", async () => {
    const page = await open();
    await page.goto(await inviteLink());
    await page.getByLabel("Password").fill("short");
    await submit(page, "Create account and join");
    expect(new URL(page.url()).search).toBe("");
  });

  test.each([
    ["to confirm an address", verifyLink, {}],
    ["to reset a password", resetLink, { new_password: newPassword }],
    ["of an invitation", inviteLink, { password: goodPassword }],
  ])("%s is not spent by a mail scanner, which looks, and looks closer", async (_name, linkOf, more) => {
    const [link, page] = [await linkOf(), await open()];
    for (const method of ["HEAD", "GET", "HEAD", "GET"]) {
      expect((await fetch(link, { method, headers: { "user-agent": "scanner" } })).status).toBe(200);
    }
    // Some render the page, and leave.
    await page.goto(link);
    await page.goto("about:blank");
    await done(`POST ${new URL(link).pathname}`, { token: tokenOf(link), ...more });
  });

  test("cannot be carried off by what somebody smuggles into a page", async () => {
    const page = await open();
    await page.goto(await verifyLink());
    await page.evaluate(`document.body.insertAdjacentHTML("beforeend", \`
      <img src="https://elsewhere.example/?t"><style>p { color: red }</style>
      <form action="https://elsewhere.example"></form>\`)`);
    await page.evaluate(`{
      const script = document.createElement("script");
      script.text = "document.title = 'Smuggled'";
      document.body.append(script);
    }`);
    const stopped = () => complaints.filter((complaint) => complaint.startsWith("policy: "));
    await expect.poll(() => stopped().length).toBe(3);
    expect(await page.title()).toBe("Confirm your e-mail address · Gatehouse");
    await page.evaluate("document.forms[2].submit()");
    await expect.poll(() => stopped().length).toBe(4);
    for (const what of ["img-src", "style-src", "script-src", "form-action"]) {
      expect(stopped()).toContainEqual(expect.stringContaining(what));
    }
    complaints.length = 0;
  });
});
