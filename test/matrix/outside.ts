// The routes that are not inside an organization: public ones, and those of a person's own account. What anybody but a
// suspended person gets there has nothing to do with organizations, and is the same for everybody.
import { newEmail, verificationToken } from "../support/people.ts";
import type { Answer } from "./answers.ts";
import type { Caller } from "./scene.ts";

type Outside = {
  anonymous: Answer;
  person: Answer;
  suspended: Answer;
  body?: (caller: Caller) => object | Promise<object>;
  query?: (caller: Caller) => string | Promise<string>;
  /** Names a session in the path. */
  session?: true;
};

const everybody = (answer: Answer) => ({ anonymous: answer, person: answer, suspended: answer });
const own = (answer: Answer) => ({ anonymous: "401", person: answer, suspended: "401e" });

const tokenOf = async ({ user_id, email }: Caller) => (user_id === 0 ? "garbage" : verificationToken(email));

export const outside: Record<string, Outside> = {
  "GET /": everybody("200"),
  "GET /health": everybody("200"),
  "GET /version": everybody("200"),
  "GET /.well-known/jwks.json": everybody("200"),

  "POST /signup": {
    ...everybody("201"),
    body: () => ({
      email: newEmail(),
      password: "another fine passphrase",
      organization_name: "New",
    }),
  },
  "GET /verify-email": {
    ...everybody("200"),
    anonymous: "404",
    query: async (caller) => `?token=${await tokenOf(caller)}`,
  },
  "POST /verify-email": {
    ...everybody("200"),
    anonymous: "404",
    body: async (caller) => ({ token: await tokenOf(caller) }),
  },
  "GET /me": own("200"),
  "PATCH /me": { ...own("200"), body: () => ({ settings: { mark: crypto.randomUUID() } }) },
  "POST /me/password": {
    ...own("200"),
    body: ({ password }) => ({ current_password: password, new_password: "another fine passphrase" }),
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
};
