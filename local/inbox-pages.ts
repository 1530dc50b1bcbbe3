// The mailbox as a web page, without JavaScript. A mail is shown in a sandboxed frame and under a policy of
// its own: it can run no script, load nothing from elsewhere, send no form; its links open new tabs.
import { type Context, Hono } from "hono";
import { html, raw } from "hono/html";
import type { Mail, openMailbox } from "./inbox-mails.ts";
import { style } from "./inbox-style.ts";

type Mailbox = ReturnType<typeof openMailbox>;
type View = "html" | "text";

const PAGE_POLICY =
  "default-src 'none'; style-src 'unsafe-inline'; frame-src 'self'; base-uri 'none'; form-action 'self'";
const MAIL_POLICY =
  "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; " +
  "sandbox allow-popups allow-popups-to-escape-sandbox";

export function inboxPages(mailbox: Mailbox) {
  return new Hono()
    .use(async (c, next) => {
      await next();
      c.header("x-content-type-options", "nosniff");
      c.header("cache-control", "no-store");
      if (!c.res.headers.has("content-security-policy")) c.header("content-security-policy", PAGE_POLICY);
    })
    .get("/", (c) => c.html(listPage(mailbox.list(c.req.query("to") || undefined), c.req.query("to") ?? "")))
    .get("/mails/:id", (c) => showMail(c, mailbox.find(c.req.param("id"))))
    .get("/mails/:id/body", (c) => {
      const mail = mailbox.find(c.req.param("id"));
      if (!mail?.html) return c.notFound();
      c.header("content-security-policy", MAIL_POLICY);
      return c.html(withLinksInNewTabs(mail.html));
    });
}

function showMail(c: Context, mail: Mail | undefined) {
  if (!mail) return c.html(page("Not here", html`<p class="empty">This mail is not here any more.</p>`), 404);
  const view: View = c.req.query("view") === "text" || !mail.html ? "text" : "html";
  return c.html(mailPage(mail, view));
}

function listPage(mails: Mail[], recipient: string) {
  const empty = html`<p class="empty">No mails${recipient ? ` to ${recipient}` : ""} yet. Reload after the service has sent one.</p>`;
  const items = mails.map(
    (mail) => html`<li><a href="/mails/${mail.id}">
      <strong>${mail.subject}</strong>
      <span>${recipients(mail)}</span>
      ${time(mail)}
    </a></li>`,
  );
  return page(
    "Mailbox",
    html`<h1>Mailbox <small>${mails.length} ${mails.length === 1 ? "mail" : "mails"}, newest first</small></h1>
      <form role="search"><label>To <input type="search" name="to" value="${recipient}" placeholder="anybody"></label>
      <button>Show</button></form>
      ${mails.length > 0 ? html`<ol>${items}</ol>` : empty}`,
  );
}

function mailPage(mail: Mail, view: View) {
  const tab = (name: View, label: string) =>
    html`<a href="?view=${name}"${raw(view === name ? ' aria-current="page"' : "")}>${label}</a>`;
  const body =
    view === "html"
      ? html`<iframe title="${mail.subject}" src="/mails/${mail.id}/body" sandbox="allow-popups allow-popups-to-escape-sandbox"></iframe>`
      : html`<pre>${mail.text ? linked(mail.text) : "This mail has no text part."}</pre>`;
  return page(
    mail.subject,
    html`<nav><a href="/">← All mails</a></nav>
      <h1>${mail.subject}</h1>
      <dl>
        <dt>From</dt><dd>${mail.from}</dd>
        <dt>To</dt><dd>${recipients(mail)}</dd>
        <dt>Sent</dt><dd>${time(mail)}</dd>
      </dl>
      <nav class="views" aria-label="Views">${mail.html ? tab("html", "HTML") : ""}${tab("text", "Text")}</nav>
      ${body}`,
  );
}

function page(title: string, content: unknown) {
  return html`<!doctype html>
<html lang="en"><head>
<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark"><meta name="referrer" content="no-referrer">
<title>${title} · Gatehouse mailbox</title><style>${raw(style)}</style>
</head><body><main>${content}</main></body></html>`;
}

const recipients = (mail: Mail) => [mail.to].flat().join(", ");

function time(mail: Mail) {
  const iso = new Date(mail.created_at).toISOString();
  return html`<time datetime="${iso}">${iso.slice(0, 19).replace("T", " ")} UTC</time>`;
}

/** Web addresses become links; everything else stays text. */
function linked(text: string) {
  return text
    .split(/(https?:\/\/[^\s<>"]+)/)
    .map((part, index) =>
      index % 2 === 1
        ? html`<a href="${part}" target="_blank" rel="noopener noreferrer">${part}</a>`
        : html`${part}`,
    );
}

function withLinksInNewTabs(mail: string): string {
  const base = '<base target="_blank">';
  return /<head[^>]*>/i.test(mail) ? mail.replace(/<head[^>]*>/i, (head) => head + base) : base + mail;
}
