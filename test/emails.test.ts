// The mails: what they say, where they lead, and what no value can make of them.
import { describe, expect, test, vi } from "vitest";
import { samples, sender } from "../scripts/emails/samples.ts";
import { type Mail, renderMail } from "../src/emails/render.tsx";
import type { Params } from "../src/emails/templates/values.ts";
import { visibleText } from "./support/mail-html.ts";

async function mailOf(template: string, params: Params): Promise<Mail> {
  const mail = await renderMail(sender, template, params);
  if (!mail) throw new Error(`no mail ${template}`);
  return mail;
}
const links: Record<string, string> = {
  "verify-email": "/verify-email?token=",
  invitation: "/accept-invite?token=",
  "reset-password": "/reset-password?token=",
};
const at = Date.UTC(2026, 0, 5, 4, 3, 2);
const atText = "5 January 2026, 04:03 UTC";
const from = { at, device: "Chrome on Windows", place: "Oslo, NO", ip: "192.0.2.7" };
const fromTexts = [atText, "Chrome on Windows", "Oslo, NO", "192.0.2.7"];
const website = "Anvil shop";
const invited_by = "ada@acme.example";

test.each<[string, Params, string, string[]]>([
  [
    "verify-email",
    { organization: "Acme Inc", token: "t", expires_at: at },
    "Confirm your e-mail address for Gatehouse",
    ["Acme Inc", "24 hours", `until ${atText}`, "This was not me"],
  ],
  [
    "invitation",
    { organization: "Acme Inc", website: null, role: "admin", invited_by, token: "t", expires_at: at },
    "You are invited to join Acme Inc",
    ["Acme Inc", "admin", invited_by, `until ${atText}`, "ignore this mail"],
  ],
  [
    "invitation",
    { organization: "Acme Inc", website, role: "website_user", invited_by, token: "t", expires_at: at },
    "You are invited to Anvil shop (Acme Inc)",
    ["Acme Inc", website, "website_user", invited_by, `until ${atText}`],
  ],
  [
    "reset-password",
    { ...from, token: "t", expires_at: at },
    "Reset your Gatehouse password",
    [...fromTexts, "30 minutes", `until ${atText}`, "ignore this mail"],
  ],
  [
    "password-changed",
    { ...from, by: "change" },
    "Your Gatehouse password was changed",
    [...fromTexts, "Every other device was signed out", "reset your password at once"],
  ],
  [
    "password-changed",
    { ...from, by: "reset" },
    "Your Gatehouse password was changed",
    [...fromTexts, "Every device was signed out", "secure your mailbox first"],
  ],
  ["login-alert", from, "New sign-in to Gatehouse", [...fromTexts, "reset your password at once"]],
  [
    "removed",
    { organization: "Acme Inc", website: null },
    "You were removed from Acme Inc",
    ["no longer a member of Acme Inc"],
  ],
  [
    "removed",
    { organization: "Acme Inc", website },
    "You were removed from Anvil shop (Acme Inc)",
    ["no longer have access to the website Anvil shop of Acme Inc"],
  ],
  [
    "role-changed",
    { organization: "Acme Inc", website: null, role: "admin", previous_role: "member" },
    "Your role in Acme Inc is now admin",
    ["Acme Inc", "admin", "member"],
  ],
  [
    "role-changed",
    { organization: "Acme Inc", website, role: "website_admin", previous_role: "website_user" },
    "Your role in Anvil shop (Acme Inc) is now website_admin",
    ["Acme Inc", website, "website_admin", "website_user"],
  ],
])("%s %o says so in both parts: %s", async (template, params, subject, sentences) => {
  const mail = await mailOf(template, params);
  expect(mail).toMatchObject({ subject, from: sender.EMAIL_FROM });
  for (const part of [mail.text, visibleText(mail.html)]) {
    const line = part.replace(/\s+/g, " ");
    for (const sentence of [...sentences, "Gatehouse", "You get this mail because"]) {
      expect(line.replace(/ (?=[.,)])/g, "")).toContain(sentence);
    }
  }
});

describe.each(samples)("$name", ({ template, params }) => {
  test("its link stands alone on a line, and begins with the public URL, as all do", async () => {
    const { text, html } = await mailOf(template, params);
    const path = links[template];
    const url = path && `${sender.PUBLIC_URL}${path}${params.token}`;
    expect(text.match(/\S*https?:.*/g) ?? []).toEqual(url ? [url] : []);
    const targets = [...html.matchAll(/href="([^"]*)"/g)].map(([, target]) => target);
    expect(targets).toEqual(url ? [url, url] : []);
  });

  test("the text part is set at 72 characters; values stay in one piece", async () => {
    const { text } = await mailOf(template, params);
    const values = Object.values(params).filter((value) => typeof value === "string" && value !== "");
    const loose = text.split("\n").filter((line) => !values.some((value) => line.includes(`${value}`)));
    for (const line of loose.filter((line) => !/[\u2060@]/.test(line)))
      expect(line.length).toBeLessThanOrEqual(72);
    expect(text).not.toMatch(/[\u00a0\u2028]|\n{3}|^[ \t]|[ \t]$/m);
    if (typeof params.organization === "string") expect(text).toContain(params.organization);
  });

  test("is the same, byte for byte, whenever it is made", async () => {
    vi.useFakeTimers({ now: 0 });
    const first = await mailOf(template, params);
    vi.setSystemTime(Date.UTC(2031, 5, 1));
    expect(await mailOf(template, { ...params })).toEqual(first);
  });

  test("without a value that may be missing it still makes sense", async () => {
    for (const name of ["website", "previous_role", "expires_at", "by", "at", "device", "place", "ip"]) {
      const { [name]: _, ...others } = params;
      const { subject, text, html } = await mailOf(template, others);
      expect(`${subject} ${text} ${visibleText(html)}`).not.toMatch(
        /undefined|null|NaN|Invalid|\(\s*\)|until\s*[,.)]/,
      );
    }
  });
});

test("a verification mail of 0.2.0, which knows no expiry, gives the lifetime alone", async () => {
  const { text, html } = await mailOf("verify-email", { organization: "Acme", token: "t" });
  expect(text).toContain("The link works once, for 24 hours.");
  expect(visibleText(html)).toContain("The link works once, for 24 hours.");
});

test.each(["of-a-newer-release", "", "constructor", "__proto__", "toString"])(
  "no mail is called %j",
  async (name) => {
    expect(await renderMail(sender, name, { token: "t" })).toBeNull();
  },
);

test.each(Object.keys(links))("%s is not sent without its token", async (template) => {
  expect(await renderMail(sender, template, { organization: "Acme" })).toBeNull();
});

test("a name of the product that is odd stays text, and one line", async () => {
  const APP_NAME = `<b>"O'Neil" & Co</b>`;
  for (const { template, params } of samples) {
    const mail = await renderMail({ ...sender, APP_NAME }, template, params);
    expect(mail?.html).not.toContain("<b>");
    expect(mail?.html).toContain("&lt;b&gt;&quot;O&#39;Neil&quot; &amp; Co&lt;/b&gt;");
    expect(mail?.text).toContain(APP_NAME);
  }
});
