// To whom a new password was asked for: perhaps by somebody else.
import type { Template } from "./letter.ts";
import { Action, BareLink, FactTable, factLines, Note, Paragraph } from "./parts.tsx";
import { circumstances } from "./values.ts";
import { letter } from "./words.ts";

export const resetPassword: Template = ({ product, url, ...values }) => {
  const until = values.expiresAt && ` (until ${values.expiresAt})`;
  const facts = circumstances(values);
  return {
    subject: `Reset your ${product} password`,
    preheader:
      "The link works once, for 30 minutes. If you did not ask for it, your password stays as it is.",
    title: "Choose a new password",
    body: (
      <>
        <Paragraph>
          Somebody asked for a new password for your {product} account. If that was you, choose it on the page
          behind this button.
        </Paragraph>
        <Action url={url}>Choose a new password</Action>
        <Paragraph>
          The link works once, for 30 minutes{until}. A new password signs out every device.
        </Paragraph>
        <FactTable facts={facts} />
        <Note>If you did not ask for it, ignore this mail: your password stays as it is.</Note>
        <BareLink url={url} />
      </>
    ),
    text: letter`
      Somebody asked for a new password for your ${product} account. If that was you, choose it on this page:

      ${url}

      The link works once, for 30 minutes${until}. A new password signs out every device.

      ${factLines(facts)}

      If you did not ask for it, ignore this mail: your password stays as it is.`,
    reason: letter`You get this mail because somebody asked to reset the password of your ${product} account.`,
  };
};
