// What the gallery shows: every mail, and the turns that its words take.
import type { Params } from "../../src/emails/templates/values.ts";

export type Sample = { name: string; template: string; params: Params };

export const sender = {
  APP_NAME: "Gatehouse",
  EMAIL_FROM: "Gatehouse <auth@gatehouse.example>",
  PUBLIC_URL: "https://auth.gatehouse.example",
};

const at = Date.UTC(2026, 10, 20, 16, 42);
const minutes = 60_000;
/** As long as a real one. */
const token = `${"eyJhbGciOiJkaXIiLCJlbmMiOiJBMjU2R0NNIn0".repeat(5)}..sample`;
const device = "Firefox on Linux";
const from = { at, device, place: "Lyon, FR", ip: "192.0.2.44" };
const organization = "Acme Rockets";
const website = "shop.example";
const invited_by = "ada@acme.example";

export const samples: Sample[] = [
  { name: "verify-email", params: { ...from, organization, token, expires_at: at + 24 * 60 * minutes } },
  {
    name: "invitation",
    params: { organization, website: null, role: "admin", invited_by, token, expires_at: at + 10 * minutes },
  },
  {
    name: "invitation, website",
    params: { organization, website, role: "website_user", invited_by, token, expires_at: at + 10 * minutes },
  },
  { name: "reset-password", params: { ...from, token, expires_at: at + 30 * minutes } },
  { name: "password-changed", params: { ...from, by: "change" } },
  { name: "password-changed, reset", params: { ...from, by: "reset" } },
  { name: "login-alert", params: from },
  { name: "login-alert, unknown", params: { at, device: "an unknown device", place: "", ip: "" } },
  { name: "removed", params: { organization, website: null } },
  { name: "removed, website", params: { organization, website } },
  { name: "role-changed", params: { organization, website: null, role: "admin", previous_role: "member" } },
  {
    name: "role-changed, website",
    params: { organization, website, role: "website_admin", previous_role: "website_user" },
  },
  {
    name: "invitation, long names",
    params: {
      organization: "Société Générale des Anvils & Rockets of the Upper Loire (Branch 42, “Éclair”)",
      website: "a-rather-long-name-for-a-website-that-sells-anvils.shop.example",
      role: "Procurement & logistics coordinator (external contractors only)",
      invited_by: "a.person.with.quite.a.long.name@a-department.of-a.large-company.example",
      token,
      expires_at: at + 10 * minutes,
    },
  },
].map((sample) => ({ ...sample, template: sample.name.replace(/,.*/, "") }));
