// The API reference and its files. How it looks and works in a browser: test/browser/docs.test.ts.
import { env } from "cloudflare:test";
import { describe, expect, test } from "vitest";
import { call } from "./support/app.ts";
import { docsFiles } from "./support/docs-files.ts";
import { signedIn } from "./support/people.ts";
import { expectProblem } from "./support/problems.ts";

const types = {
  library: "text/javascript",
  libraryStyle: "text/css",
  script: "text/javascript",
  style: "text/css",
  licenses: "text/plain",
};
const mediaTypeOf = (answer: Response) => answer.headers.get("content-type")?.split(";")[0];
const named = (page: string) => [...page.matchAll(/(?:href|src)="([^"]+)"/g)].map(([, url]) => url);

describe("the page", () => {
  test("is for caches, lets its own script talk to this service alone, and nothing else in", async () => {
    const answer = await call("/docs");
    expect(answer.status).toBe(200);
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      "content-type": "text/html; charset=UTF-8",
      "cache-control": "public, max-age=300",
      "content-security-policy":
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; form-action 'none'; frame-ancestors 'none'; base-uri 'none'",
      "x-content-type-options": "nosniff",
      "x-frame-options": "DENY",
      "referrer-policy": "no-referrer",
      "x-request-id": expect.stringMatching(/^[0-9a-f-]{36}$/),
    });
    const page = await answer.text();
    expect(page).not.toMatch(/<style|\sstyle=|\son\w+=|<script>|https?:\/\//);
  });

  test("leads to nothing that is not there", async () => {
    const links = named(await (await call("/docs")).text()).filter((url) => url !== "data:,");
    expect(links.length).toBeGreaterThanOrEqual(7);
    for (const link of links) expect((await call(link ?? "")).status, link).toBe(200);
  });

  test("tells whoever has no scripts where the contract is", async () => {
    const [, without = ""] = /<noscript>(.*)<\/noscript>/.exec(await (await call("/docs")).text()) ?? [];
    expect(named(without)).toEqual(["/openapi.json", "/errors"]);
  });

  test("is the same for everybody, whatever else is in its URL; HEAD too", async () => {
    const page = await (await call("/docs")).text();
    const { access } = await signedIn();
    const other = await call("/docs?url=https://elsewhere.example/x.json&x=1", { token: access });
    expect(await other.text()).toBe(page);
    const head = await call("/docs", { method: "HEAD" });
    expect([head.status, await head.text()]).toEqual([200, ""]);
    expect(head.headers.get("cache-control")).toBe("public, max-age=300");
  });

  test("has the product's name, escaped, and leads to it", async () => {
    const settings = { APP_NAME: `<b>"Acme"</b>`, APP_URL: "https://app.example.com/start" };
    const page = await (await call("/docs", { settings })).text();
    expect(page).toContain(`<a href="https://app.example.com/start">&lt;b&gt;&quot;Acme&quot;&lt;/b&gt;</a>`);
    expect(page).not.toContain("<b>");
  });
});

describe("its files", () => {
  test.each(Object.entries(types))("%s is kept for ever, as %s", async (what, type) => {
    const path = `/docs/${(await docsFiles())[what as keyof typeof types]}`;
    const answer = await call(path);
    expect(answer.status).toBe(200);
    expect(mediaTypeOf(answer)).toBe(type);
    expect(answer.headers.get("cache-control")).toBe("public, max-age=31536000, immutable");
    expect(answer.headers.get("x-content-type-options")).toBe("nosniff");
    const content = await answer.arrayBuffer();
    const digest = Buffer.from(await crypto.subtle.digest("SHA-256", content)).toString("hex");
    expect(path).toContain(`.${digest.slice(0, 12)}.`);

    const head = await call(path, { method: "HEAD" });
    expect([head.status, await head.text(), mediaTypeOf(head)]).toEqual([200, "", type]);
    const headers = { "if-none-match": answer.headers.get("etag") ?? "" };
    const again = await call(path, { headers });
    expect([again.status, await again.text()]).toEqual([304, ""]);
    expect(again.headers.get("cache-control")).toBe("public, max-age=31536000, immutable");
  });

  test("hold whose work it is that is passed on", async () => {
    const text = await (await call(`/docs/${(await docsFiles()).licenses}`)).text();
    for (const part of ["Swagger UI 5.", "SmartBear Software", "Apache License", "DOMPurify"]) {
      expect(text).toContain(part);
    }
  });

  test("are those that the page names, and no others", async () => {
    const { script } = await docsFiles();
    const other = script.replace(/\.[0-9a-f]{12}\./, ".0123456789ab.");
    const names = [
      ...["files.json", "reference.js", "index.html", "..", "..%2fopenapi.json", "%2e%2e%2fopenapi.json"],
      ...[
        "..%5copenapi.json",
        ".",
        "x",
        "%00",
        "__proto__",
        other,
        `${script}%00`,
        `${script}/`,
        `x/../${other}`,
      ],
      ...[script.toUpperCase(), `%2e/${script}`, `${script}.map`, `..%2fdocs%2f${script}`],
    ];
    for (const name of names) {
      const url = new URL(`http://service/docs/${name}`);
      if (!url.pathname.startsWith("/docs/") || url.pathname === `/docs/${script}`) continue; // The URL's own rules.
      await expectProblem(await call(`/docs/${name}`), "not_found", name);
    }
    const { ASSETS } = env as unknown as { ASSETS: Fetcher };
    expect((await ASSETS.fetch("http://assets/docs/files.json")).status).toBe(200);
  });
});
