import { type ApiStep, type Chapter, signIn } from "../step.ts";

const acme = { org_id: "{{acme_id}}" };
const gus = { user_id: "{{gus_id}}" };
const denied = (title: string, operation: string, path?: Record<string, string>): ApiStep => ({
  title: `Refused: Ada ${title}`,
  operation,
  as: "ada",
  ...(path && { path }),
  status: 403,
  code: "permission_missing",
});
/** As the operator, unless somebody else is meant; signing in needs nobody. */
const operator = (step: ApiStep): ApiStep => ({
  ...(step.operation !== "signIn" && { as: "operator" }),
  ...step,
  operator: true,
});

export const platformAdmins: Chapter = {
  name: "Platform admins",
  about:
    "Operators of the whole service are made on the command line: `npm run admin -- grant EMAIL`, of somebody whose address is confirmed. Without `admin_email` and `admin_password` in the environment only the refusals are sent; the other requests skip themselves.",
  steps: [
    denied("finds organizations", "findOrganizations"),
    denied("finds people", "findUsers"),
    denied("suspends an organization", "suspendOrganization", acme),
    denied("restores an organization", "restoreOrganization", acme),
    denied("suspends a person", "suspendUser", gus),
    denied("restores a person", "restoreUser", gus),
    ...(
      [
        signIn("ada", {
          title: "An operator signs in",
          into: "operator",
          body: { email: "{{admin_email}}", password: "{{admin_password}}" },
          saves: { operator_id: "user.user_id" },
        }),
        {
          title: "Find organizations",
          operation: "findOrganizations",
          query: { q: "Acme", status: "active" },
          status: 200,
          expects: {
            "each has the name": `answer.data.forEach((one) => pm.expect(one.name).to.match(/acme/i))`,
          },
        },
        {
          title: "Find people",
          operation: "findUsers",
          query: { q: "{{gus_email}}" },
          status: 200,
          expects: {
            "it is Gus": `pm.expect(answer.data.map((one) => one.user_id)).to.eql([saved("gus_id")])`,
          },
        },
        {
          title: "Suspend an organization",
          operation: "suspendOrganization",
          path: acme,
          status: 200,
          expects: { "it is": `pm.expect(answer.status).to.eql("suspended")` },
        },
        {
          title: "Refused: Bea, while Acme is suspended",
          operation: "getOrganization",
          as: "bea",
          status: 403,
          code: "organization_suspended",
        },
        {
          title: "Restore an organization",
          operation: "restoreOrganization",
          path: acme,
          status: 200,
          expects: { "it is": `pm.expect(answer.status).to.eql("active")` },
        },
        {
          title: "Suspend a person",
          operation: "suspendUser",
          path: gus,
          status: 200,
          expects: { "he is": `pm.expect(answer.status).to.eql("suspended")` },
        },
        {
          title: "Refused: Gus's session is over",
          operation: "getMe",
          as: "gus",
          status: 401,
          code: "session_ended",
        },
        signIn("gus", {
          title: "Refused: and Gus does not get in, with the right password",
          status: 403,
          code: "user_suspended",
        }),
        {
          title: "Restore a person",
          operation: "restoreUser",
          path: gus,
          status: 200,
          expects: { "he is": `pm.expect(answer.status).to.eql("active")` },
        },
        {
          title: "Refused: nobody suspends themselves",
          operation: "suspendUser",
          path: { user_id: "{{operator_id}}" },
          status: 409,
          code: "own_account",
        },
        {
          title: "Refused: Acme would be left without an owner",
          operation: "suspendUser",
          path: { user_id: "{{ada_id}}" },
          status: 409,
          code: "last_owner",
          expects: {
            "Acme is named": `pm.expect(answer.organizations).to.eql([{ org_id: saved("acme_id"), name: "Acme" }])`,
          },
        },
      ] satisfies ApiStep[]
    ).map(operator),
  ],
};
