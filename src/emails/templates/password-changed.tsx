// An alert: the password is another one now, changed by somebody signed in or by a mail's link.
import type { Template } from "./letter.ts";
import { FactTable, factLines, Note, Paragraph } from "./parts.tsx";
import { circumstances } from "./values.ts";
import { letter } from "./words.ts";

export const passwordChanged: Template = ({ product, ...values }) => {
  const facts = circumstances(values);
  const reset = values.by === "reset";
  const ended = reset
    ? "It was chosen with the link of a mail to this address. Every device was signed out: sign in with the new password."
    : "Every other device was signed out.";
  const otherwise = reset
    ? "If this was not you, somebody else can read your mail: secure your mailbox first, then reset your password."
    : "If this was not you, reset your password at once (“Forgot password” where you sign in): that signs out every device.";
  return {
    subject: `Your ${product} password was changed`,
    preheader: "If this was you, there is nothing to do.",
    title: "Your password was changed",
    body: (
      <>
        <Paragraph>
          The password of your {product} account was changed. {ended}
        </Paragraph>
        <FactTable facts={facts} />
        <Paragraph>{otherwise}</Paragraph>
        <Note>If this was you, there is nothing to do.</Note>
      </>
    ),
    text: reset
      ? letter`
        The password of your ${product} account was changed. It was chosen with the link of a mail to this address.
        Every device was signed out: sign in with the new password.

        ${factLines(facts)}

        If this was not you, somebody else can read your mail: secure your mailbox first, then reset your
        password.`
      : letter`
        The password of your ${product} account was changed. Every other device was signed out.

        ${factLines(facts)}

        If this was not you, reset your password at once ("Forgot password" where you sign in): that signs out every
        device.`,
    reason: letter`You get this mail because it concerns the security of your ${product} account.`,
  };
};
