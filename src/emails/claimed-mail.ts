import type { JsonObject } from "../json.ts";

/** A mail that its sender has claimed, as `app.mail_of` gives it. */
export type ClaimedMail = {
  id: number;
  template: string;
  recipient: string;
  params: JsonObject;
  secrets: string | null;
  body: string | null;
  attempts: number;
  created_at: number;
};
