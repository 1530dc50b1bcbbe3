// What the mails are made of.
import type { Child } from "hono/jsx";
import { light } from "./palette.ts";

type Inner = { children?: Child };

export const Paragraph = ({ children }: Inner) => <p style="margin:0 0 16px">{children}</p>;

/** What matters less, or comes last. */
export const Note = ({ children }: Inner) => (
  <p class="soft" style={`margin:16px 0 0;color:${light.soft};font-size:14px`}>
    {children}
  </p>
);

/** A value that somebody chose: of any script, and in a direction of its own. */
export const Name = ({ children }: Inner) => <strong dir="auto">{children}</strong>;

/** The button of a mail; Outlook takes the padding from the cell. A `BareLink` belongs to it. */
export const Action = ({ url, children }: Inner & { url: string }) => (
  <table
    role="presentation"
    class="button"
    cellpadding="0"
    cellspacing="0"
    border={0}
    style="margin:24px 0;border-collapse:separate"
  >
    <tr>
      <td
        class="act"
        align="center"
        style={`background-color:${light.act};border-radius:9px;mso-padding-alt:14px 28px`}
      >
        <a
          href={url}
          style={`display:inline-block;padding:14px 28px;color:${light.onAct};font-weight:600;line-height:20px;text-decoration:none`}
        >
          {children}
        </a>
      </td>
    </tr>
  </table>
);

/** The address behind the button, at the end, for those who cannot press it. */
export const BareLink = ({ url }: { url: string }) => (
  <p
    class="soft line"
    style={`margin:24px 0 0;padding-top:16px;border-top:1px solid ${light.line};color:${light.soft};font-size:13px`}
  >
    If the button does not work, open this address:
    <br />
    <a class="link" href={url} style={`color:${light.act};word-break:break-all`}>
      {url}
    </a>
  </p>
);

/** What is known, with its label; what is empty is left out. */
export type Facts = [label: string, value: string][];
const known = (facts: Facts) => facts.filter(([, value]) => value !== "");

export const FactTable = ({ facts }: { facts: Facts }) =>
  known(facts).length === 0 ? null : (
    <table
      class="line"
      width="100%"
      cellpadding="0"
      cellspacing="0"
      border={0}
      style={`margin:0 0 16px;border-top:1px solid ${light.line};text-align:left`}
    >
      {known(facts).map(([label, value]) => (
        <tr>
          <th
            class="soft line"
            scope="row"
            style={`width:96px;padding:8px 16px 8px 0;border-bottom:1px solid ${light.line};color:${light.soft};font-size:14px;font-weight:400;vertical-align:top`}
          >
            {label}
          </th>
          <td
            class="line"
            dir="auto"
            style={`padding:8px 0;border-bottom:1px solid ${light.line};font-size:15px;vertical-align:top;text-align:left`}
          >
            {value}
          </td>
        </tr>
      ))}
    </table>
  );

export function factLines(facts: Facts): string {
  const widest = Math.max(0, ...known(facts).map(([label]) => label.length));
  return known(facts)
    .map(([label, value]) => `${`${label}:`.padEnd(widest + 2)}${value}`)
    .join("\n");
}
