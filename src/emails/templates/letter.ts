// What a template makes of its values. The two parts of a mail are written each for itself: HTML is not read aloud.
import type { Child } from "hono/jsx";
import type { Config } from "../../config.ts";
import type { Values } from "./values.ts";

/** What mails need of the configuration. */
export type Sender = Pick<Config, "APP_NAME" | "EMAIL_FROM" | "PUBLIC_URL">;

export type Letter = {
  subject: string;
  preheader: string;
  title: string;
  body: Child;
  text: string;
  /** Why the recipient gets this; both parts end with it. */
  reason: string;
};

/** `url`: the mail's link, "" if it has none. */
export type Template = (values: Values & { product: string; url: string }) => Letter;
