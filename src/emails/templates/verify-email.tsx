// After sign-up, and when the link is asked for again. Whoever signed up need not be the reader: so it says what is known
// of that, and takes nothing for granted.
import type { Template } from "./letter.ts";
import { Action, BareLink, FactTable, factLines, Note, Paragraph } from "./parts.tsx";
import { circumstances } from "./values.ts";
import { letter } from "./words.ts";

export const verifyEmail: Template = ({ product, url, ...values }) => {
  const until = values.expiresAt && ` (until ${values.expiresAt})`;
  const facts = [...circumstances(values), ["Organization", values.organization] as [string, string]];
  return {
    subject: `Confirm your e-mail address for ${product}`,
    preheader: `Somebody signed up for ${product} with this address. The link works once, for 24 hours.`,
    title: "Confirm your e-mail address",
    body: (
      <>
        <Paragraph>
          Somebody signed up for {product} with this address. If that was you, confirm on the page behind this
          button that it is yours.
        </Paragraph>
        <Action url={url}>Confirm e-mail address</Action>
        <Paragraph>The link works once, for 24 hours{until}.</Paragraph>
        <FactTable facts={facts} />
        <Note>
          If it was not you, open the same page and press “This was not me”: that removes the account.
        </Note>
        <BareLink url={url} />
      </>
    ),
    text: letter`
      Somebody signed up for ${product} with this address. If that was you, confirm on this page that it is yours:

      ${url}

      The link works once, for 24 hours${until}.

      ${factLines(facts)}

      If it was not you, open the same page and press "This was not me": that removes the account.`,
    reason: letter`You get this mail because somebody signed up for ${product} with your address.`,
  };
};
