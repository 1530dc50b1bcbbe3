// npm run emails.
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { gallery } from "../../scripts/emails/gallery.ts";
import { samples } from "../../scripts/emails/samples.ts";
import { writeMails } from "../../scripts/emails.ts";

const get = (path: string) => gallery().request(path);
const bodyOf = async (path: string) => (await get(path)).text();

test("the gallery begins with the first mail, and leads to all of them", async () => {
  const start = await get("/");
  expect(start.headers.get("location")).toBe("/mails/verify-email");
  const page = await bodyOf("/mails/verify-email");
  for (const { name } of samples) expect(page).toContain(`href="/mails/${encodeURIComponent(name)}"`);
});

test.each(samples)(
  "$name is shown with its subject, its text part, and in light and dark",
  async ({ name, params }) => {
    const path = `/mails/${encodeURIComponent(name)}`;
    const page = await get(path);
    expect(page.status).toBe(200);
    const shown = await page.text();
    expect(shown).toMatch(/<h1>.+<\/h1>/);
    expect(shown).toContain("You get this mail");
    if (params.token) expect(shown).toContain(`?token=${params.token}`);
    expect(shown.match(/<iframe/g)).toHaveLength(4);

    const [light, dark] = await Promise.all([bodyOf(`${path}/light`), bodyOf(`${path}/dark`)]);
    expect(light).toContain("@media not all {");
    expect(dark).toContain("@media all {");
    expect(light + dark).not.toContain("prefers-color-scheme");
  },
);

test("a mail in the gallery can run, load and send nothing", async () => {
  const policy = (await get("/mails/login-alert/dark")).headers.get("content-security-policy");
  for (const rule of ["default-src 'none'", "form-action 'none'", "sandbox"]) expect(policy).toContain(rule);
  const page = await get("/mails/login-alert");
  expect(page.headers.get("content-security-policy")).toContain("default-src 'none'");
  for (const [frame] of (await page.text()).matchAll(/<iframe[^>]*>/g)) expect(frame).toContain("sandbox");
});

test.each(["/mails/none", "/mails/none/dark", "/mails/login-alert/blue"])("%s is not there", async (path) => {
  expect((await get(path)).status).toBe(404);
});

test("--out writes each mail, both parts", async () => {
  const folder = mkdtempSync(join(tmpdir(), "gatehouse-mails-"));
  try {
    const names = await writeMails(folder);
    expect(readdirSync(folder).sort()).toEqual(
      names.flatMap((name) => [`${name}.html`, `${name}.txt`]).sort(),
    );
    expect(new Set(names).size).toBe(samples.length);
    expect(readFileSync(join(folder, "invitation-website.txt"), "utf8")).toMatch(
      /^Subject: You are invited to /,
    );
    expect(readFileSync(join(folder, "invitation-website.html"), "utf8")).toMatch(/^<!doctype html>/);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
