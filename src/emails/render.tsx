// The mails by their names, as their rows name them. Nothing goes in but the configuration and the row, no clock
// either: whoever tries again, later and elsewhere, makes the same bytes. Links start with the configured public URL.
import { invitation } from "./templates/invitation.tsx";
import { Layout } from "./templates/layout.tsx";
import type { Sender, Template } from "./templates/letter.ts";
import { loginAlert } from "./templates/login-alert.tsx";
import { passwordChanged } from "./templates/password-changed.tsx";
import { removed } from "./templates/removed.tsx";
import { resetPassword } from "./templates/reset-password.tsx";
import { roleChanged } from "./templates/role-changed.tsx";
import { type Params, readValues } from "./templates/values.ts";
import { verifyEmail } from "./templates/verify-email.tsx";
import { clipped, oneLine } from "./templates/words.ts";

/** All of a message but its recipient: kept as it is, so that retries are identical. */
export type Mail = { from: string; subject: string; text: string; html: string };

/** Each with the path of its link, if it has one. */
const templates: Record<string, { write: Template; path?: string }> = {
  "verify-email": { write: verifyEmail, path: "/verify-email" },
  invitation: { write: invitation, path: "/accept-invite" },
  "reset-password": { write: resetPassword, path: "/reset-password" },
  "password-changed": { write: passwordChanged },
  "login-alert": { write: loginAlert },
  removed: { write: removed },
  "role-changed": { write: roleChanged },
};

const longestSubject = 200;

/**
 * Renders a template; null when this release has none of that name, or its link has no token. `params`: the row's, and
 * its opened secrets; whatever they hold, it does not throw.
 */
export async function renderMail(config: Sender, template: string, params: Params): Promise<Mail | null> {
  const found = Object.hasOwn(templates, template) ? templates[template] : undefined;
  if (!found || (found.path && !params.token)) return null;
  const product = config.APP_NAME;
  const url = found.path
    ? `${config.PUBLIC_URL}${found.path}?token=${encodeURIComponent(`${params.token}`.toWellFormed())}`
    : "";
  const written = found.write({ ...readValues(params), product, url });
  const { title, body, preheader, text, reason } = written;
  const subject = clipped(oneLine(written.subject), longestSubject);
  const page = <Layout {...{ product, subject, preheader, title, body, reason }} />;
  return {
    from: config.EMAIL_FROM,
    subject,
    text: `${text}\n\n--\n${product}\n${reason}\n`,
    html: `<!doctype html>${page}`,
  };
}
