import { type Chapter, password, signIn } from "../step.ts";

export const theEnd: Chapter = {
  name: "The end",
  about: "Acme goes, then Ada; Bea signs out; Cleo goes with Globex, in which she is alone.",
  steps: [
    {
      title: "Refused: Ada cannot go while Bea is left without an owner",
      operation: "deleteMe",
      as: "ada",
      body: { password: "{{ada_new_password}}" },
      status: 409,
      code: "sole_owner",
      expects: {
        "Acme is named": `pm.expect(answer.organizations).to.eql([{ org_id: saved("acme_id"), name: "Acme" }])`,
      },
    },
    { title: "Delete Acme", operation: "deleteOrganization", as: "ada", status: 204 },
    {
      title: "Refused: not with a wrong password",
      operation: "deleteMe",
      as: "ada",
      body: { password: "not Ada's password" },
      status: 401,
      code: "invalid_credentials",
    },
    {
      title: "Ada deletes her account",
      operation: "deleteMe",
      as: "ada",
      body: { password: "{{ada_new_password}}" },
      status: 204,
    },
    signIn("ada", {
      title: "Refused: there is no Ada any more",
      body: { password: "{{ada_new_password}}" },
      status: 401,
      code: "invalid_credentials",
    }),
    { title: "Bea signs out", operation: "signOut", as: "bea", status: 204 },
    { title: "Refused: Bea is out", operation: "getMe", as: "bea", status: 401, code: "session_ended" },
    {
      title: "Cleo deletes her account, and Globex with it",
      operation: "deleteMe",
      as: "cleo",
      body: { password: password("cleo") },
      status: 204,
    },
  ],
};
