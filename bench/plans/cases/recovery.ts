// Forgotten passwords, and links that mails bring.
import { mailedToken, newUser, password, send } from "../../client.ts";
import { ask, type Case } from "../case.ts";
import type { World } from "../world.ts";

export function recoveryCases({ url, inbox, someone, owner }: World): Case[] {
  const verifyToken = async () => mailedToken(inbox, (await newUser(url)).email);
  const resetToken = async () => {
    const { email } = await someone();
    await send(url, "POST", "/forgot-password", { email });
    return mailedToken(inbox, email, "reset-password");
  };
  const newPassword = `${password}!`;
  const spent = ["mail_token_pkey"];
  return [
    ask("POST /verify-email/deny", "", async () => ({ json: { token: await verifyToken() } }), spent),
    ask("POST /verify-email/resend", "", async () => ({ token: (await someone()).token }), [
      "mail_token_user_index",
    ]),
    ask("POST /forgot-password", "", { json: { email: owner.email } }, [
      "user_email_key",
      "mail_token_address_index",
    ]),
    ask("POST /forgot-password", "nobody", { json: { email: "nobody@example.com" } }, ["user_email_key"]),
    ask("GET /reset-password", "", async () => ({ query: `?token=${await resetToken()}` }), spent),
    ask(
      "POST /reset-password",
      "",
      async () => ({ json: { token: await resetToken(), new_password: newPassword } }),
      spent,
    ),
  ];
}
