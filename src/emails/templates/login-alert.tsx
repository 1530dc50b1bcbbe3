// An alert: somebody signed in. People may switch it off (`settings.login_alerts`).
import type { Template } from "./letter.ts";
import { FactTable, factLines, Note, Paragraph } from "./parts.tsx";
import { circumstances } from "./values.ts";
import { letter } from "./words.ts";

export const loginAlert: Template = ({ product, ...values }) => {
  const facts = circumstances(values);
  return {
    subject: `New sign-in to ${product}`,
    preheader: [values.device, values.place, values.at].filter(Boolean).join(" · "),
    title: "New sign-in",
    body: (
      <>
        <Paragraph>There was a new sign-in to your {product} account.</Paragraph>
        <FactTable facts={facts} />
        <Paragraph>
          If this was you, there is nothing to do. If not, reset your password at once (“Forgot password”
          where you sign in): that signs out every device.
        </Paragraph>
        {values.place && <Note>The place is that of the network, and may be some way off.</Note>}
      </>
    ),
    text: letter`
      There was a new sign-in to your ${product} account.

      ${factLines(facts)}

      If this was you, there is nothing to do. If not, reset your password at once ("Forgot password" where you sign
      in): that signs out every device.

      ${values.place && "The place is that of the network, and may be some way off."}`,
    reason: letter`You get this mail because login alerts are on in the settings of your ${product} account.`,
  };
};
