// The mails, each with a subject, a text part and an HTML part. Values are escaped by `html`; links start with the
// configured public URL and nothing else.
import { html } from "hono/html";
import type { Config } from "../config.ts";
import type { JsonObject } from "../db/columns.ts";

/** All of a message but its recipient: kept as it is, so that retries are identical. */
export type Mail = { from: string; subject: string; text: string; html: string };
type Content = { subject: string; paragraphs: string[]; link?: { label: string; url: string } };
type Params = JsonObject & { token?: string };

const templates: Record<string, (params: Params, config: Config) => Content> = {
  "verify-email": ({ organization, token }, { APP_NAME, PUBLIC_URL }) => ({
    subject: `Confirm your e-mail address for ${APP_NAME}`,
    paragraphs: [
      `Welcome to ${APP_NAME}. Please confirm that this is your e-mail address, so that ${organization} is yours.`,
      "The link works once, for 24 hours. If you did not sign up, do nothing.",
    ],
    link: { label: "Confirm e-mail address", url: `${PUBLIC_URL}/verify-email?token=${token}` },
  }),
  "login-alert": (params, { APP_NAME }) => ({
    subject: `New sign-in to ${APP_NAME}`,
    paragraphs: [
      `There was a new sign-in to your account ${circumstances(params)}.`,
      "If this was you, there is nothing to do. If not, change your password now: that ends every other session.",
    ],
  }),
  "password-changed": (params, { APP_NAME }) => ({
    subject: `Your ${APP_NAME} password was changed`,
    paragraphs: [
      `Your password was changed ${circumstances(params)}. Every other session was ended.`,
      "If this was not you, somebody else is signed in to your account: tell your administrator at once.",
    ],
  }),
};

const circumstances = ({ at, device, place, ip }: Params) =>
  `on ${new Date(Number(at)).toUTCString()}, from ${device}${place ? `, in ${place}` : ""}${ip ? ` (${ip})` : ""}`;

/** Renders a template; null when this release has none of that name. `params`: the row's, and its opened secrets. */
export async function renderMail(config: Config, template: string, params: Params): Promise<Mail | null> {
  const write = Object.hasOwn(templates, template) ? templates[template] : undefined;
  if (!write) return null;
  const { subject, paragraphs, link } = write(params, config);
  const text = [
    ...paragraphs.slice(0, 1),
    ...(link ? [link.url] : []),
    ...paragraphs.slice(1),
    config.APP_NAME,
  ];
  const page = html`<!doctype html>
<html lang="en">
  <head><meta charset="utf-8"><meta name="color-scheme" content="light dark"><title>${subject}</title></head>
  <body style="font-family: system-ui, sans-serif; line-height: 1.5; max-width: 600px; margin: 0 auto; padding: 24px">
    <p>${paragraphs[0]}</p>
    ${link ? html`<p><a href="${link.url}">${link.label}</a></p>` : ""}
    ${paragraphs.slice(1).map((paragraph) => html`<p>${paragraph}</p>`)}
    <p>${config.APP_NAME}</p>
  </body>
</html>`;
  return { from: config.EMAIL_FROM, subject, text: `${text.join("\n\n")}\n`, html: String(await page) };
}
