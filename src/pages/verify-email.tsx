// Confirming an e-mail address: the link shows a button, the button spends the token. A mail scanner that follows
// links presses none.

export const confirmTitle = "Confirm your e-mail address";

export const ConfirmEmail = ({ email, token }: { email: string; token: string }) => (
  <>
    <p>
      Somebody signed up with <strong>{email}</strong>. If that was you, confirm that the address is yours.
    </p>
    <form method="post" action="/verify-email">
      <input type="hidden" name="token" value={token} />
      <button type="submit">Confirm this address</button>
    </form>
    <p class="hint">If it was not you, close this page and do nothing.</p>
  </>
);

export const confirmedTitle = "Your address is confirmed";

export const EmailConfirmed = ({ email }: { email: string }) => (
  <p>
    <strong>{email}</strong> is confirmed. You can close this page.
  </p>
);
