// The sample requests around the links of mails: to verify, to reset, to accept; and the invites themselves.
import { inviteFrom, mailToken } from "./invitations.ts";
import { goodPassword, newEmail } from "./people.ts";
import {
  invite,
  inviter,
  own,
  type Sample,
  website,
  websiteInvite,
  websiteInviter,
} from "./sample-params.ts";

export const linkSamples: Record<string, Sample> = {
  "POST /verify-email": {
    status: 200,
    body: async (person) => ({ token: await mailToken("verify", person) }),
    form: true,
  },
  "GET /verify-email": {
    status: 200,
    search: async (person) => `?token=${await mailToken("verify", person)}`,
    page: true,
  },
  "POST /verify-email/deny": {
    status: 200,
    body: async (person) => ({ token: await mailToken("verify", person) }),
    form: true,
  },
  "POST /verify-email/resend": { status: 202, signedIn: true },
  "POST /forgot-password": { status: 202, body: ({ email }) => ({ email }) },
  "GET /reset-password": {
    status: 200,
    search: async (person) => `?token=${await mailToken("reset", person)}`,
    page: true,
  },
  "POST /reset-password": {
    status: 200,
    body: async (person) => ({
      token: await mailToken("reset", person),
      new_password: "a fine new passphrase",
    }),
    form: true,
  },

  "POST /organizations/:org_id/invites": {
    status: 201,
    signedIn: true,
    params: inviter,
    body: () => ({ email: newEmail("invited"), role: "member", expires_in: 3600 }),
    takes: { role: ['"x"', "7"], expires_in: ["7"] },
  },
  "GET /organizations/:org_id/invites": {
    status: 200,
    signedIn: true,
    params: own,
    query: ["limit", "cursor"],
  },
  "DELETE /organizations/:org_id/invites/:invite_id": { status: 204, signedIn: true, params: invite },
  "POST /organizations/:org_id/invites/:invite_id/resend": { status: 202, signedIn: true, params: invite },
  "GET /accept-invite": {
    status: 200,
    maybeSignedIn: true,
    search: async (person) => `?token=${(await inviteFrom(person)).token}`,
    page: true,
  },
  "POST /accept-invite": {
    status: 201,
    maybeSignedIn: true,
    body: async (person) => {
      const { token, email } = await inviteFrom(person);
      return { token, email, password: goodPassword, profile: { name: "Ada" } };
    },
    takes: { profile: ["{}"] },
    free: ["profile"],
    form: true,
  },

  "POST /organizations/:org_id/websites/:website_id/invites": {
    status: 201,
    signedIn: true,
    params: websiteInviter,
    body: () => ({ email: newEmail("invited"), role: "website_user", expires_in: 3600 }),
    takes: { role: ['"x"', "7"], expires_in: ["7"] },
  },
  "GET /organizations/:org_id/websites/:website_id/invites": {
    status: 200,
    signedIn: true,
    params: website,
    query: ["limit", "cursor"],
  },
  "DELETE /organizations/:org_id/websites/:website_id/invites/:invite_id": {
    status: 204,
    signedIn: true,
    params: websiteInvite,
  },
  "POST /organizations/:org_id/websites/:website_id/invites/:invite_id/resend": {
    status: 202,
    signedIn: true,
    params: websiteInvite,
  },
};
