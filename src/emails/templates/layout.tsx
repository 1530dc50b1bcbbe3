// The one look of all mails, for programs old and new: tables, styles on the elements (some programs drop all others),
// nothing loaded from anywhere. What is dark is in the style sheet, which every program with a dark mode reads.
import { raw } from "hono/html";
import type { Child } from "hono/jsx";
import { dark, light } from "./palette.ts";

export type Page = {
  product: string;
  subject: string;
  /** What lists of mails show behind the subject. */
  preheader: string;
  title: string;
  body: Child;
  reason: string;
};

const style = `
:root { color-scheme: light dark; supported-color-schemes: light dark }
@media (max-width: 640px) {
  .outer { padding: 16px 8px !important }
  .card { padding: 24px 20px !important }
  .button { width: 100% !important }
  .button a { display: block !important }
}
@media (prefers-color-scheme: dark) {
  .ground { background-color: ${dark.ground} !important }
  .card { background-color: ${dark.card} !important; border-color: ${dark.line} !important; border-top-color: ${dark.act} !important }
  .line { border-color: ${dark.line} !important }
  .ink { color: ${dark.ink} !important }
  .soft { color: ${dark.soft} !important }
  .link { color: ${dark.act} !important }
  .act { background-color: ${dark.act} !important }
  .act a { color: ${dark.onAct} !important }
}
`;

/** Outlook on Windows knows no max-width, and none of the system fonts' names. */
const outlookFont = raw(
  '<!--[if mso]><style>table, td, th, p, a, h1 { font-family: "Segoe UI", Arial, sans-serif !important }</style><![endif]-->',
);
const outlookOpen = raw(
  '<!--[if mso]><table role="presentation" width="600" align="center" cellpadding="0" cellspacing="0" border="0"><tr><td><![endif]-->',
);
const outlookClose = raw("<!--[if mso]></td></tr></table><![endif]-->");

/** Keeps the first words of the body out of the lists of mails. */
const filler = "\u00a0\u200c".repeat(80);

const font = "font-family:system-ui,-apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif";
const hidden =
  "display:none;max-height:0;max-width:0;overflow:hidden;opacity:0;font-size:1px;line-height:1px;mso-hide:all";
const table = {
  role: "presentation",
  width: "100%",
  cellpadding: "0",
  cellspacing: "0",
  border: 0,
} as const;

export function Layout({ product, subject, preheader, title, body, reason }: Page) {
  return (
    <html lang="en" dir="ltr">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="supported-color-schemes" content="light dark" />
        <meta name="format-detection" content="telephone=no, date=no, address=no, email=no, url=no" />
        <meta name="x-apple-disable-message-reformatting" />
        <title>{subject}</title>
        <style dangerouslySetInnerHTML={{ __html: style }} />
        {outlookFont}
      </head>
      <body
        class="ground"
        style={`margin:0;padding:0;background-color:${light.ground};-webkit-text-size-adjust:100%`}
      >
        <div style={hidden}>{preheader + filler}</div>
        <table {...table} class="ground" style={`background-color:${light.ground}`}>
          <tr>
            <td class="outer" align="center" style="padding:32px 12px">
              {outlookOpen}
              <table
                {...table}
                style={`max-width:600px;text-align:left;${font};font-size:16px;line-height:1.55`}
              >
                <tr>
                  <td
                    class="ink"
                    style={`padding:0 4px 16px;color:${light.ink};font-size:17px;font-weight:700`}
                  >
                    {product}
                  </td>
                </tr>
                <tr>
                  <td
                    class="card ink"
                    style={`padding:32px;background-color:${light.card};border:1px solid ${light.line};border-top:4px solid ${light.act};border-radius:12px;color:${light.ink};overflow-wrap:anywhere;word-break:break-word`}
                  >
                    <h1 style="margin:0 0 16px;font-size:24px;line-height:1.25;font-weight:700">{title}</h1>
                    {body}
                  </td>
                </tr>
                <tr>
                  <td
                    class="soft"
                    style={`padding:16px 4px 0;color:${light.soft};font-size:13px;line-height:1.5`}
                  >
                    {reason}
                  </td>
                </tr>
              </table>
              {outlookClose}
            </td>
          </tr>
        </table>
      </body>
    </html>
  );
}
