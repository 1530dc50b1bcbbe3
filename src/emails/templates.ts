// The mails, each with a subject, a text part and an HTML part. Values are escaped by `html`; links start with the
// configured public URL and nothing else.
import { html } from "hono/html";
import type { JsonObject } from "../db/schema.ts";

export type Rendered = { subject: string; text: string; html: string };
type Content = { subject: string; paragraphs: string[]; link?: { label: string; url: string } };
type Params = JsonObject & { token?: string };
type Sender = { appName: string; publicUrl: string };

const templates: Record<string, (params: Params, sender: Sender) => Content> = {
  "verify-email": ({ organization, token }, { appName, publicUrl }) => ({
    subject: `Confirm your e-mail address for ${appName}`,
    paragraphs: [
      `Welcome to ${appName}. Please confirm that this is your e-mail address, so that ${organization} is yours.`,
      "The link works once, for 24 hours. If you did not sign up, do nothing.",
    ],
    link: { label: "Confirm e-mail address", url: `${publicUrl}/verify-email?token=${token}` },
  }),
  "login-alert": (params, { appName }) => ({
    subject: `New sign-in to ${appName}`,
    paragraphs: [
      `Your account was signed in to ${circumstances(params)}.`,
      "If this was you, there is nothing to do. If not, change your password now: that ends every other session.",
    ],
  }),
  "password-changed": (params, { appName }) => ({
    subject: `Your ${appName} password was changed`,
    paragraphs: [
      `Your password was changed ${circumstances(params)}. Every other session was ended.`,
      "If this was not you, somebody else is signed in to your account: answer this mail at once.",
    ],
  }),
};

const circumstances = ({ at, device, place, ip }: Params) =>
  `on ${new Date(Number(at)).toUTCString()}, from ${device}${place ? `, in ${place}` : ""}${ip ? ` (${ip})` : ""}`;

/** Renders a template of this release. `params` holds the row's parameters and, opened, its secrets. */
export async function renderMail(template: string, params: Params, sender: Sender): Promise<Rendered> {
  const write = templates[template];
  if (!write) throw new Error(`there is no e-mail template ${template}`);
  const { subject, paragraphs, link } = write(params, sender);
  const text = [
    ...paragraphs.slice(0, 1),
    ...(link ? [link.url] : []),
    ...paragraphs.slice(1),
    sender.appName,
  ];
  const page = html`<!doctype html>
<html lang="en">
  <head><meta charset="utf-8"><meta name="color-scheme" content="light dark"><title>${subject}</title></head>
  <body style="font-family: system-ui, sans-serif; line-height: 1.5; max-width: 600px; margin: 0 auto; padding: 24px">
    <p>${paragraphs[0]}</p>
    ${link ? html`<p><a href="${link.url}">${link.label}</a></p>` : ""}
    ${paragraphs.slice(1).map((paragraph) => html`<p>${paragraph}</p>`)}
    <p>${sender.appName}</p>
  </body>
</html>`;
  return {
    subject: subject.replace(/[\r\n]/g, " "),
    text: `${text.join("\n\n")}\n`,
    html: String(await page),
  };
}
