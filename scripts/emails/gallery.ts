// All mails on one page each, without JavaScript: light, dark, on a phone, and the text part. The templates are read
// again for each request, so that one can edit and look. A mail stands in a sandboxed frame, under a policy of its own.
import { type Context, Hono } from "hono";
import { html, raw } from "hono/html";
import { style as inboxStyle } from "../../local/inbox-style.ts";
import { type Rendered, renderSamples } from "./renderer.ts";

const PAGE_POLICY =
  "default-src 'none'; style-src 'unsafe-inline'; frame-src 'self'; base-uri 'none'; form-action 'none'";
const MAIL_POLICY =
  "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; sandbox";

const style = `${inboxStyle}
main { max-width: 90rem; }
.list { display: flex; flex-wrap: wrap; gap: .35rem .75rem; margin-bottom: 1.5rem; }
.list a[aria-current] { color: inherit; font-weight: 600; text-decoration: none; }
.views { display: flex; flex-wrap: wrap; gap: 1.25rem; margin: 0; align-items: start; }
figure { margin: 0; max-width: 100%; } figcaption { color: var(--soft); margin-bottom: .35rem; }
iframe, pre { width: 640px; max-width: 100%; height: 760px; border-radius: .5rem; }
.phone iframe { width: 375px; } pre { width: 575px; overflow: auto; font-size: 12.5px; }
`;

type Scheme = "light" | "dark";

export function gallery() {
  return (
    new Hono()
      .use(async (c, next) => {
        await next();
        c.header("x-content-type-options", "nosniff");
        c.header("cache-control", "no-store");
        if (!c.res.headers.has("content-security-policy")) c.header("content-security-policy", PAGE_POLICY);
      })
      .get("/", async (c) => c.redirect(path((await renderSamples())[0])))
      .get("/mails/:name", async (c) => {
        const all = await renderSamples();
        const shown = named(c, all);
        return shown ? c.html(mailPage(all, shown)) : c.notFound();
      })
      .get("/mails/:name/:scheme{light|dark}", async (c) => {
        const shown = named(c, await renderSamples());
        if (!shown) return c.notFound();
        c.header("content-security-policy", MAIL_POLICY);
        return c.html(inScheme(shown.mail.html, c.req.param("scheme") as Scheme));
      })
      // A template that does not compile: what esbuild says is what one wants to read.
      .onError((error, c) => c.text(error.message, 500))
  );
}

const path = (sample?: Rendered) => `/mails/${encodeURIComponent(sample?.name ?? "")}`;
const named = (c: Context, all: Rendered[]) => all.find(({ name }) => name === c.req.param("name"));

/** As a program in that mode shows it, whatever the mode of this browser is. */
function inScheme(mail: string, scheme: Scheme): string {
  return mail
    .replaceAll("(prefers-color-scheme: dark)", scheme === "dark" ? "all" : "not all")
    .replaceAll("light dark", scheme);
}

function mailPage(all: Rendered[], shown: Rendered) {
  const { from, subject, text } = shown.mail;
  const frame = (label: string, scheme: Scheme, kind = "") =>
    html`<figure class="${kind}"><figcaption>${label}</figcaption>
      <iframe title="${label}" src="${path(shown)}/${scheme}" sandbox></iframe></figure>`;
  return html`<!doctype html>
<html lang="en"><head>
<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${shown.name} · mails of Gatehouse</title><style>${raw(style)}</style>
</head><body><main>
  <nav class="list" aria-label="Mails">${all.map(
    (sample) =>
      html`<a href="${path(sample)}"${raw(sample === shown ? ' aria-current="page"' : "")}>${sample.name}</a>`,
  )}</nav>
  <h1>${subject}</h1>
  <dl><dt>From</dt><dd>${from}</dd><dt>Template</dt><dd>${shown.template}</dd></dl>
  <div class="views">
    ${frame("Light", "light")} ${frame("Dark", "dark")}
    ${frame("Phone, light", "light", "phone")} ${frame("Phone, dark", "dark", "phone")}
    <figure><figcaption>Text part</figcaption><pre>${text}</pre></figure>
  </div>
</main></body></html>`;
}
