// Setting a new password by the link of a mail: the link shows the form, only the form spends the token.
import { Address, Errors, Field, type FieldErrors, Form, Primary, passwordHint } from "./form.tsx";
import { ToApp } from "./parts.tsx";

export const resetTitle = "Set a new password";

type ResetProps = { email: string; token: string; minLength: number; errors?: FieldErrors };

const label = "New password";

export const ResetPassword = ({ email, token, minLength, errors = [] }: ResetProps) => (
  <>
    <Errors errors={errors} labels={{ new_password: label }} />
    <p>It replaces the old one, and signs you out on every device.</p>
    <Form action="/reset-password" token={token}>
      <Address email={email} />
      <Field
        name="new_password"
        label={label}
        hint={passwordHint(minLength)}
        type="password"
        autocomplete="new-password"
        errors={errors}
      />
      <Primary>Set this password</Primary>
    </Form>
  </>
);

export const resetDoneTitle = "Your password is set";

type DoneProps = { email: string; appUrl: string | undefined; appName: string };

export const PasswordReset = ({ email, appUrl, appName }: DoneProps) => (
  <>
    <p>
      Sign in as <strong>{email}</strong> with your new password. Every device that was signed in is signed
      out.
    </p>
    <ToApp appUrl={appUrl} appName={appName} />
  </>
);
