// The routes that are not inside an organization: public ones, and those of a person's own account. What anybody but a
// suspended person gets there has nothing to do with organizations, and is the same for everybody.
import { docsFiles } from "../support/docs-files.ts";
import { inviteFrom, mailToken } from "../support/invitations.ts";
import { newEmail, type Person, signUp, verificationToken } from "../support/people.ts";
import type { Answer } from "./answers.ts";
import type { Caller } from "./scene.ts";

type Outside = {
  anonymous: Answer;
  person: Answer;
  suspended: Answer;
  body?: (caller: Caller) => object | Promise<object>;
  query?: (caller: Caller) => string | Promise<string>;
  /** Of the path; those that are not named stand as they are. */
  params?: () => Record<string, string> | Promise<Record<string, string>>;
  /** Names a session in the path. */
  session?: true;
};

const everybody = (answer: Answer) => ({ anonymous: answer, person: answer, suspended: answer });
/** For platform admins alone, of whom none is among the callers: nobody learns what is there. */
const operators = { anonymous: "401", person: "403p", suspended: "401e" };
const own = (answer: Answer) => ({ anonymous: "401", person: answer, suspended: "401e" });

let host: Promise<Person> | undefined;
/** Somebody of a third tenant, who invites. */
const theHost = () => {
  host ??= signUp();
  return host;
};

/** The token of a link to the caller's address; nobody has none. */
const linkOf = (newLink: (caller: Caller) => Promise<string>) => async (caller: Caller) =>
  caller.user_id === 0 ? "garbage" : newLink(caller);
const verifyLink = linkOf(({ email }) => verificationToken(email));
const resetLink = linkOf((caller) => mailToken("reset", caller));
const invitation = linkOf(async ({ email }) => (await inviteFrom(await theHost(), { email })).token);
const inQuery = (link: (caller: Caller) => Promise<string>) => async (caller: Caller) =>
  `?token=${await link(caller)}`;
const newPassword = "another fine passphrase";

export const outside: Record<string, Outside> = {
  "GET /": everybody("200"),
  "GET /health": everybody("200"),
  "GET /version": everybody("200"),
  "GET /.well-known/jwks.json": everybody("200"),
  "GET /.well-known/oauth-authorization-server": everybody("200"),
  "GET /openapi.json": everybody("200"),
  "GET /docs": everybody("200"),
  "GET /docs/:file": { ...everybody("200"), params: async () => ({ file: (await docsFiles()).script }) },
  "GET /errors": everybody("200"),
  "GET /errors/:code": { ...everybody("200"), params: () => ({ code: "last_owner" }) },

  "POST /signup": {
    ...everybody("201"),
    body: () => ({
      email: newEmail(),
      password: newPassword,
      organization_name: "New",
    }),
  },
  "GET /verify-email": {
    ...everybody("200"),
    anonymous: "404",
    query: inQuery(verifyLink),
  },
  "POST /verify-email": {
    ...everybody("200"),
    anonymous: "404",
    body: async (caller) => ({ token: await verifyLink(caller) }),
  },
  "POST /verify-email/deny": {
    ...everybody("200"),
    anonymous: "404",
    body: async (caller) => ({ token: await verifyLink(caller) }),
  },
  "POST /verify-email/resend": own("202"),
  "POST /forgot-password": { ...everybody("202"), body: ({ email }) => ({ email }) },
  "GET /reset-password": { ...everybody("200"), anonymous: "404", query: inQuery(resetLink) },
  "POST /reset-password": {
    ...everybody("200"),
    anonymous: "404",
    body: async (caller) => ({ token: await resetLink(caller), new_password: newPassword }),
  },
  "GET /accept-invite": {
    ...everybody("200"),
    anonymous: "404",
    suspended: "401e",
    query: inQuery(invitation),
  },
  "POST /accept-invite": {
    ...everybody("200"),
    anonymous: "404",
    suspended: "401e",
    body: async (caller) => ({ token: await invitation(caller), password: newPassword }),
  },
  "GET /me": own("200"),
  "PATCH /me": { ...own("200"), body: () => ({ settings: { mark: crypto.randomUUID() } }) },
  "POST /me/password": {
    ...own("200"),
    body: ({ password }) => ({ current_password: password, new_password: newPassword }),
  },
  "DELETE /me": { ...own("204"), body: ({ password }) => ({ password }) },

  "POST /signin": {
    anonymous: "401c",
    person: "200",
    suspended: "403u",
    body: ({ email, password }) => ({ email, password }),
  },
  "POST /token/refresh": {
    anonymous: "401t",
    person: "200",
    suspended: "401e",
    body: ({ refresh }) => ({ refresh_token: refresh }),
  },
  "POST /signout": own("204"),
  "GET /sessions": own("200"),
  "DELETE /sessions": own("204"),
  "DELETE /sessions/:session_id": { ...own("204"), session: true },

  "POST /organizations": { ...own("201"), body: () => ({ name: "New" }) },
  "GET /organizations": own("200"),

  // Of the organizations where one may count; one that is named has its rows in the table.
  "GET /stats/role-wise-users": own("200"),
  "GET /stats/org-wise-members": own("200"),
  "GET /stats/org-role-wise-users": own("200"),
  "GET /stats/membership-growth": own("200"),
  "GET /stats/org-role-wise-users-filtered": own("200"),

  "GET /admin/organizations": operators,
  "GET /admin/users": operators,
  "POST /admin/organizations/:org_id/suspend": operators,
  "POST /admin/organizations/:org_id/restore": operators,
  "POST /admin/users/:user_id/suspend": operators,
  "POST /admin/users/:user_id/restore": operators,
};
