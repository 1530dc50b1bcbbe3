// What people, browsers and networks write into mails: it stays text, one line, and no link.
import { describe, expect, test } from "vitest";
import { samples, sender } from "../scripts/emails/samples.ts";
import { type Mail, renderMail } from "../src/emails/render.tsx";
import type { Params } from "../src/emails/templates/values.ts";
import { elementsOf, unbalanced, visibleText } from "./support/mail-html.ts";

async function mailOf(template: string, params: Params): Promise<Mail> {
  const mail = await renderMail(sender, template, params);
  if (!mail) throw new Error(`no mail ${template}`);
  return mail;
}

const values = samples.flatMap(({ name, template, params }) =>
  Object.keys(params).map((param) => ({ name, template, params, param })),
);
const named = values.filter(({ params, param }) => typeof params[param] === "string" && param !== "token");

describe.each(values)("$param of $name", ({ template, params, param }) => {
  test("may hold markup: it is shown, or left out", async () => {
    const hostile = `<b>x</b><img src=x onerror="y">"'&amp;`;
    const plain = await mailOf(template, params);
    const { html } = await mailOf(template, { ...params, [param]: hostile });
    expect(unbalanced(html)).toEqual([]);
    expect(html).not.toMatch(/<b>|<img|onerror="/);
    const tags = (text: string) => new Set(elementsOf(text).map(({ tag }) => tag));
    expect(
      [...tags(html)].filter(
        (tag) => !tags(plain.html).has(tag) && !["table", "tr", "th", "td", "p"].includes(tag),
      ),
    ).toEqual([]);
  });

  test("may hold line breaks and control characters: no new header, no new line", async () => {
    const hostile =
      "Acme\r\nBcc: eve@evil.example\r\n\r\nPay\u0000\u001b[2J\u0085\u2028\u2029\u202e\ud800 now";
    const plain = await mailOf(template, { ...params, [param]: "Acme Bcc: eve Pay now" });
    const { subject, text, html } = await mailOf(template, { ...params, [param]: hostile });
    for (const line of [subject, ...text.split("\n")])
      expect(line).not.toMatch(/[\p{Cc}\u2028\u2029\u202e]/u);
    expect(html.replaceAll("\n", "")).not.toMatch(/[\p{Cc}\u2028\u2029\u202e]/u);
    expect(`${subject}${text}${html}`.isWellFormed()).toBe(true);
    expect(text).not.toMatch(/^(Bcc|Pay)/m);
    expect(text.match(/\n\n/g)?.length).toBe(plain.text.match(/\n\n/g)?.length);
  });

  test("may be of any type and size: there is a mail, of bounded length", async () => {
    for (const odd of [
      "",
      "x".repeat(100_000),
      "🧨".repeat(5_000),
      -1,
      1e300,
      8.64e15,
      true,
      [1],
      { a: 1 },
      null,
    ]) {
      const odds = param === "token" ? `${odd}` || "t" : odd;
      const { subject, html } = await mailOf(template, { ...params, [param]: odds } as Params);
      expect([...subject].length).toBeLessThanOrEqual(200);
      expect(subject).not.toBe("");
      if (param !== "token") expect(html.length).toBeLessThan(20_000);
    }
  });
});

test.each(named)(
  "$param of $name stands escaped in the HTML part, as it is in the text part",
  async ({ template, params, param }) => {
    if (param === "by") return;
    const { text, html } = await mailOf(template, { ...params, [param]: `A<i>"'&Z` });
    expect(html).toContain("A&lt;i&gt;&quot;&#39;&amp;Z");
    expect(text).toContain(`A<i>"'&Z`);
  },
);

describe("a domain as the name of a website, or what a network calls a place", () => {
  /** As eager as mail programs are: a domain, an address, a web address. */
  const linkable =
    /[\p{L}\p{N}-]+[.\u3002\uff0e\uff61][\p{L}\p{N}-]{2,}|[^\s\u2060]@[^\s\u2060]|:\/\/|:\S*\/\//u;

  test.each([
    ["invitation", "website"],
    ["removed", "website"],
    ["role-changed", "website"],
    ["login-alert", "place"],
    ["login-alert", "device"],
    ["reset-password", "place"],
    ["password-changed", "device"],
  ])("%s: no mail program makes a link of the %s", async (template, param) => {
    for (const name of [
      "evil.example",
      "www.evil.example",
      "eve@evil.example",
      "evil\u3002example",
      "http://evil.example",
    ]) {
      const params = { token: "t", organization: "Acme", role: "admin", at: 0, [param]: name };
      const { subject, text, html } = await mailOf(template, params);
      expect(text.replaceAll("\u2060", "")).toContain(name);
      const links = new RegExp(`${sender.PUBLIC_URL}\\S*`, "g");
      for (const part of [subject, text, visibleText(html)])
        expect(part.replace(links, "")).not.toMatch(linkable);
    }
  });

  test("the check itself knows a link", () => {
    for (const text of ["go to evil.example now", "a@b", "http://x", "x\u3002example"])
      expect(text).toMatch(linkable);
  });
});

test("a token can leave neither its link nor its attribute", async () => {
  const { text, html } = await mailOf("verify-email", { organization: "A", token: `a"> <b>&x=1\r\n#y` });
  const url = `${sender.PUBLIC_URL}/verify-email?token=a%22%3E%20%3Cb%3E%26x%3D1%0D%0A%23y`;
  expect(text.split("\n")).toContain(url);
  expect(
    elementsOf(html)
      .filter(({ tag }) => tag === "a")
      .map(({ attributes }) => attributes.href),
  ).toEqual([url, url]);
});
