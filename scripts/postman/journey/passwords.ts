import { type Chapter, email, mailToken, readMail, signIn } from "../step.ts";

const newPassword = "{{bea_new_password}}";

export const passwords: Chapter = {
  name: "Passwords",
  about: "Bea forgets hers and sets a new one by the link in a mail; Ada changes hers.",
  steps: [
    {
      title: "Bea forgot her password",
      operation: "forgotPassword",
      body: { email: email("bea") },
      status: 202,
      saves: { told: "message" },
    },
    {
      title: "The same for an address that nobody has",
      operation: "forgotPassword",
      body: { email: "nobody-{{run}}@example.com" },
      status: 202,
      expects: { "it is answered alike": `pm.expect(answer).to.eql({ message: saved("told") })` },
    },
    readMail("bea", "Bea reads the mail", "reset-password"),
    {
      title: "Look at the page behind the reset link",
      operation: "showResetPassword",
      query: { token: mailToken("bea", "reset-password") },
      status: 200,
      page: "password",
    },
    {
      title: "Refused: her own address as a password",
      operation: "resetPassword",
      body: { token: mailToken("bea", "reset-password"), new_password: email("bea") },
      status: 422,
      code: "invalid_request",
    },
    {
      title: "Set a new password",
      operation: "resetPassword",
      body: { token: mailToken("bea", "reset-password"), new_password: newPassword },
      status: 200,
    },
    {
      title: "Refused: the reset link was used already",
      operation: "resetPassword",
      body: { token: mailToken("bea", "reset-password"), new_password: newPassword },
      status: 410,
      code: "token_spent",
    },
    {
      title: "Refused: every session of Bea's is over",
      operation: "getMe",
      as: "bea",
      status: 401,
      code: "session_ended",
    },
    signIn("bea", { title: "Bea signs in with the new password", body: { password: newPassword } }),
    {
      title: "Refused: Ada mistypes her current password",
      operation: "changePassword",
      as: "ada",
      body: { current_password: "not Ada's password", new_password: "{{ada_new_password}}" },
      status: 401,
      code: "invalid_credentials",
    },
    {
      title: "Ada changes her password",
      operation: "changePassword",
      as: "ada",
      body: { current_password: "{{ada_password}}", new_password: "{{ada_new_password}}" },
      status: 200,
    },
    signIn("ada", {
      title: "Ada signs in with the new password",
      body: { password: "{{ada_new_password}}" },
    }),
  ],
};
