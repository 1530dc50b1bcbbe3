// The offer of a role in an organization, or for one of its websites.
import type { Template } from "./letter.ts";
import { Action, BareLink, Name, Note, Paragraph } from "./parts.tsx";
import { letter } from "./words.ts";

export const invitation: Template = ({ product, organization, website, role, invitedBy, expiresAt, url }) => {
  const target = website || organization;
  const lifetime = expiresAt ? `until ${expiresAt}` : "for a limited time";
  return {
    subject: website
      ? `You are invited to ${website} (${organization})`
      : `You are invited to join ${organization}`,
    preheader: `${invitedBy} offers you the role ${role}. The link works ${lifetime}.`,
    title: `Join ${target}`,
    body: (
      <>
        <Paragraph>
          <Name>{invitedBy}</Name> invites you to{" "}
          {website ? (
            <>
              the website <Name>{website}</Name> of <Name>{organization}</Name>
            </>
          ) : (
            <>
              join <Name>{organization}</Name>
            </>
          )}{" "}
          on {product}, with the role <Name>{role}</Name>.
        </Paragraph>
        <Action url={url}>Accept the invitation</Action>
        <Note>The link works once, {lifetime}, and for this address only.</Note>
        <Note>
          If you do not know {invitedBy}, ignore this mail: nothing happens unless you accept on the page
          behind the link.
        </Note>
        <BareLink url={url} />
      </>
    ),
    text: letter`
      ${invitedBy} invites you to ${website && "the website"} ${website} ${website ? "of" : "join"}
      ${organization} on ${product}, with the role ${role}. Accept the invitation here:

      ${url}

      The link works once, ${lifetime}, and for this address only.

      If you do not know ${invitedBy}, ignore this mail: nothing happens unless you accept on the page behind the
      link.`,
    reason: letter`You get this mail because ${invitedBy} sent an invitation to your address.`,
  };
};
