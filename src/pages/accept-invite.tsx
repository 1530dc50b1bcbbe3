// Accepting an invitation. What the page asks for depends on the account of the invited address: none, one that
// nobody has confirmed (whoever made it may be somebody else), or one that is theirs.
import type { Child } from "hono/jsx";
import { Address, Errors, Field, type FieldErrors, Form, Primary, passwordHint } from "./form.tsx";
import { Facts, Moment, ToApp } from "./parts.tsx";

export type InviteOffer = {
  organization: string;
  website: { name: string; url: string } | null;
  role: string;
  /** The e-mail address of whoever invited. */
  invited_by: string;
  /** The invited address. */
  email: string;
  account: "none" | "unverified" | "verified";
  expires_at: number;
};

type Place = Pick<InviteOffer, "organization" | "website">;

const placeOf = ({ organization, website }: Place) => website?.name ?? organization;

export const acceptTitle = (offer: Place): string => `Join ${placeOf(offer)}`;

type AcceptProps = {
  offer: InviteOffer;
  token: string;
  minLength: number;
  /** What was filled in before. Never the password. */
  values?: { name?: string };
  errors?: FieldErrors;
};

const labels = { password: "Password", "profile.name": "Your name" };

export const AcceptInvite = ({ offer, token, minLength, values = {}, errors = [] }: AcceptProps) => (
  <>
    <Errors errors={errors} labels={labels} />
    <p>
      <strong>{offer.invited_by}</strong> invited you.
    </p>
    <Facts facts={[...factsOf(offer), ["Open until", <Moment at={offer.expires_at} />]]} />
    <p>{explanations[offer.account]}</p>
    <Form action="/accept-invite" token={token}>
      <Address email={offer.email} name="email" />
      {offer.account !== "verified" && (
        <Field
          name="profile.name"
          label={labels["profile.name"]}
          optional
          autocomplete="name"
          value={values.name}
          errors={errors}
        />
      )}
      {offer.account !== "verified" && (
        <Field
          name="password"
          label={labels.password}
          hint={passwordHint(minLength)}
          type="password"
          autocomplete="new-password"
          errors={errors}
        />
      )}
      <Primary>
        {offer.account === "none" ? "Create account and join" : "Join"} <bdi>{placeOf(offer)}</bdi>
      </Primary>
    </Form>
  </>
);

const factsOf = ({ website, organization, role }: Place & { role: string }): [string, Child][] => [
  [
    "Website",
    website && (
      <>
        <bdi>{website.name}</bdi>
        <small>{website.url}</small>
      </>
    ),
  ],
  ["Organization", <bdi>{organization}</bdi>],
  ["Your role", <bdi>{role}</bdi>],
];

const explanations: Record<InviteOffer["account"], string> = {
  none: "Choose a password for your new account.",
  unverified:
    "There is an account for your address, but nobody has confirmed that the address is theirs. So choose a new password: it replaces the one that was set, signs out whoever used it, and removes what they filled in.",
  verified: "You have signed up already. Your account joins, and your password stays as it is.",
};

export const acceptedTitle = (offer: Place): string => `You have joined ${placeOf(offer)}`;

type AcceptedProps = {
  offer: Pick<InviteOffer, "organization" | "website" | "role" | "email">;
  created: boolean;
  appUrl: string | undefined;
  appName: string;
};

export const InviteAccepted = ({ offer, created, appUrl, appName }: AcceptedProps) => (
  <>
    <p>
      {created ? "Your account is ready. Sign in" : "Sign in"} as <strong>{offer.email}</strong>
      {created ? " with the password that you have just chosen." : "."}
    </p>
    <Facts facts={factsOf(offer)} />
    <ToApp appUrl={appUrl} appName={appName} />
  </>
);
