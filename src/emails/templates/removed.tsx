// A notice: the membership of an organization, or of one of its websites, is over.
import type { Template } from "./letter.ts";
import { Name, Note, Paragraph } from "./parts.tsx";
import { letter } from "./words.ts";

export const removed: Template = ({ product, organization, website }) => ({
  subject: website
    ? `You were removed from ${website} (${organization})`
    : `You were removed from ${organization}`,
  preheader: `Your ${product} account itself stays as it is.`,
  title: `You were removed from ${website || organization}`,
  body: (
    <>
      <Paragraph>
        {website ? (
          <>
            You no longer have access to the website <Name>{website}</Name> of <Name>{organization}</Name>.
          </>
        ) : (
          <>
            You are no longer a member of <Name>{organization}</Name>, and have no access to its websites.
          </>
        )}{" "}
        Your {product} account itself stays as it is, and so does whatever else you use it for.
      </Paragraph>
      <Note>If you think that this is a mistake, ask an administrator of {organization}.</Note>
    </>
  ),
  text: website
    ? letter`
      You no longer have access to the website ${website} of ${organization}. Your ${product} account itself stays
      as it is, and so does whatever else you use it for.

      If you think that this is a mistake, ask an administrator of ${organization}.`
    : letter`
      You are no longer a member of ${organization}, and have no access to its websites. Your ${product} account
      itself stays as it is, and so does whatever else you use it for.

      If you think that this is a mistake, ask an administrator of ${organization}.`,
  reason: letter`You get this mail because your access to ${website || organization} has ended.`,
});
