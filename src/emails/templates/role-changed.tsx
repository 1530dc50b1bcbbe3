// A notice: a member has another role.
import type { Template } from "./letter.ts";
import { type Facts, FactTable, factLines, Name, Note, Paragraph } from "./parts.tsx";
import { letter } from "./words.ts";

export const roleChanged: Template = ({ organization, website, role, previousRole }) => {
  const target = website ? `${website} (${organization})` : organization;
  const facts: Facts = [
    ["Organization", organization],
    ["Website", website],
    ["New role", role],
    ["Former role", previousRole],
  ];
  return {
    subject: `Your role in ${target} is now ${role}`,
    preheader: previousRole && `Before, it was ${previousRole}.`,
    title: "Your role has changed",
    body: (
      <>
        <Paragraph>
          Your role in <Name>{target}</Name> is now <Name>{role}</Name>.
        </Paragraph>
        <FactTable facts={facts} />
        <Note>
          It applies from now on: there is nothing to do. If you did not expect it, ask an administrator of{" "}
          {organization}.
        </Note>
      </>
    ),
    text: letter`
      Your role in ${target} is now ${role}.

      ${factLines(facts)}

      It applies from now on: there is nothing to do. If you did not expect it, ask an administrator of
      ${organization}.`,
    reason: letter`You get this mail because your access to ${organization} changed.`,
  };
};
