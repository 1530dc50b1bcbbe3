// The one look: what mail programs need, in light and dark, and nothing from elsewhere.
import { describe, expect, test } from "vitest";
import { samples, sender } from "../scripts/emails/samples.ts";
import { renderMail } from "../src/emails/render.tsx";
import { dark, light } from "../src/emails/templates/palette.ts";
import { contrast, darkRules, elementsOf, unbalanced } from "./support/mail-html.ts";

test("the gallery shows every mail that there is", () => {
  expect([...new Set(samples.map(({ template }) => template))].sort()).toEqual([
    "invitation",
    "login-alert",
    "password-changed",
    "removed",
    "reset-password",
    "role-changed",
    "verify-email",
  ]);
});

describe.each(samples)("$name", async ({ template, params }) => {
  const mail = await renderMail(sender, template, params);
  const html = mail?.html ?? "";
  const elements = elementsOf(html);

  test("is one whole document, with a language, a title and a heading", () => {
    expect(html).toMatch(/^<!doctype html><html lang="en"/);
    expect(unbalanced(html)).toEqual([]);
    const title = /<title>(.*?)<\/title>/.exec(html)?.[1];
    expect(title?.replaceAll("&amp;", "&").replaceAll("&quot;", '"')).toBe(mail?.subject);
    expect(elements.filter(({ tag }) => tag === "h1")).toHaveLength(1);
    expect(html.match(/charset="utf-8"/g)).toHaveLength(1);
  });

  test("has a hidden first line for the lists of mails", () => {
    const first = /<body[^>]*><div style="display:none[^"]*">([^<]*)/.exec(html)?.[1] ?? "";
    expect(first.replaceAll("\u00a0\u200c", "").length).toBeGreaterThan(15);
    expect(first).toMatch(/(\u00a0\u200c){80}$/);
  });

  test("loads nothing and runs nothing", () => {
    expect(html).not.toMatch(/\ssrc=|srcset|background=|url\(|@import|@font-face|\son\w+=/i);
    const loading = ["img", "link", "script", "form", "iframe", "base", "video", "object"];
    expect(elements.filter(({ tag }) => loading.includes(tag))).toEqual([]);
  });

  test("is 600 pixels wide at most, in tables that say what they are", () => {
    expect(html).toContain('<!--[if mso]><table role="presentation" width="600"');
    expect(html).toContain("max-width:600px");
    const tables = elements.filter(({ tag }) => tag === "table");
    const facts = elements.some(({ tag }) => tag === "th") ? 1 : 0;
    expect(tables.filter(({ attributes }) => attributes.role !== "presentation")).toHaveLength(facts);
    for (const { tag, attributes } of elements) if (tag === "th") expect(attributes.scope).toBe("row");
  });

  test("every colour has its dark one", () => {
    for (const meta of ["color-scheme", "supported-color-schemes"]) {
      expect(html).toContain(`<meta name="${meta}" content="light dark"`);
    }
    const rules = darkRules(html);
    let own = "";
    for (const { tag, attributes } of elements) {
      const classes = (attributes.class ?? "").split(" ").map((name) => `.${name}`);
      // A link without a class is a button's.
      const selectors = tag === "a" && !attributes.class ? [`${own} a`] : classes;
      for (const [, property = ""] of (attributes.style ?? "").matchAll(
        /(?:^|;)((?:background-)?color|border[a-z-]*):[^;]*#/g,
      )) {
        const colour = property.startsWith("border") ? /^border/ : new RegExp(`^${property}$`);
        const found = rules.filter((rule) => selectors.includes(rule.selector) && colour.test(rule.property));
        expect(found, `${tag} ${attributes.class} ${property}`).not.toEqual([]);
        for (const { value } of found) expect(value).toContain("!important");
      }
      own = classes.at(-1) ?? "";
    }
  });
});

describe.each([
  ["light", light],
  ["dark", dark],
])("in %s", (_, palette) => {
  test.each(["ink", "soft", "act"] as const)("%s is legible on the ground and on the card", (colour) => {
    for (const behind of [palette.ground, palette.card])
      expect(contrast(palette[colour], behind)).toBeGreaterThanOrEqual(4.5);
  });

  test("so is the button", () => expect(contrast(palette.onAct, palette.act)).toBeGreaterThanOrEqual(4.5));
});

test("contrast is that of WCAG", () => {
  expect(contrast("#000000", "#ffffff")).toBeCloseTo(21);
  expect(contrast("#777777", "#ffffff")).toBeCloseTo(4.48, 2);
});
