// Confirming an e-mail address: the link shows when and from where the account was made, and two buttons; only a
// button spends the token. A mail scanner that follows links presses none.
import { Form, Primary, Secondary } from "./form.tsx";
import { Facts, Moment, ToApp } from "./parts.tsx";

export const confirmTitle = "Confirm your e-mail address";
export const supersededTitle = "There is a newer link";

type ConfirmProps = {
  email: string;
  token: string;
  /** What would go with the account. */
  organization: string | null;
  /** When and from where somebody signed up. */
  made: { at: number; device: string; place: string; ip: string };
  /** A newer link confirms; this one only says that it was somebody else. */
  superseded: boolean;
};

export const ConfirmEmail = ({ email, token, organization, made, superseded }: ConfirmProps) => (
  <>
    <p>
      Somebody signed up with <strong>{email}</strong>.{" "}
      {superseded
        ? "If that was you, open the link of the newest mail: it replaced this one."
        : "Confirm only if that was you."}
    </p>
    <Facts
      facts={[
        ["When", <Moment at={made.at} />],
        ["Device", made.device],
        ["Place", made.place],
        ["IP address", made.ip],
        ["Organization", organization && <bdi>{organization}</bdi>],
      ]}
    />
    {!superseded && (
      <Form action="/verify-email" token={token}>
        <Primary>Confirm this address</Primary>
      </Form>
    )}
    <div class={superseded ? "" : "apart"}>
      <p id="deny-hint">
        If it was not you, somebody else used your address. This removes the account
        {organization && (
          <>
            {" "}
            and its organization <bdi>{organization}</bdi>
          </>
        )}
        .
      </p>
      <Form action="/verify-email/deny" token={token}>
        <Secondary describedby="deny-hint">This was not me</Secondary>
      </Form>
    </div>
  </>
);

export const confirmedTitle = "Your address is confirmed";

type ConfirmedProps = { email: string; appUrl: string | undefined; appName: string };

export const EmailConfirmed = ({ email, appUrl, appName }: ConfirmedProps) => (
  <>
    <p>
      <strong>{email}</strong> is confirmed.{!appUrl && " You can close this page."}
    </p>
    <ToApp appUrl={appUrl} appName={appName} />
  </>
);

export const deniedTitle = (locked: boolean) => (locked ? "The account is locked" : "The account is removed");

/** `locked`: the account could not be removed, and nobody gets into it. */
export const AccountDenied = ({ email, locked }: { email: string; locked: boolean }) =>
  locked ? (
    <p>
      The account that somebody made with <strong>{email}</strong> could not be removed, and is closed to
      whoever made it. It is yours once you set a password for it: “Forgot password”, where people sign in.
    </p>
  ) : (
    <>
      <p>
        The account that somebody made with <strong>{email}</strong> is gone, and nobody can use it. We are
        sorry for the trouble.
      </p>
      <p>There is nothing left to do. You can close this page.</p>
    </>
  );
