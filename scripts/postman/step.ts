// One request of the journey, as a person would tell it; scripts/postman/collection.ts makes the Postman item of it. What
// the document knows (method, path, media types, shapes) is read from there.
import type { ErrorCode } from "../../src/errors.ts";

type Shared = {
  /** Names the request, once in the journey. */
  title: string;
  /** What this shows, for the reader. */
  note?: string;
  /** Variable → where the answer has its value, after `answer.`: `user_id`, `data[0].role_id`. */
  saves?: Record<string, string>;
  /** What holds → a line of its test. `answer` is the body; `saved("x")` a variable; `claims(jwt)` a token's content. */
  expects?: Record<string, string>;
};

export type ApiStep = Shared & {
  /** An operation's id in the document; or, for what no operation answers, the bare request. */
  operation: string | { method: string; path: string };
  /** Whose access token: the one in `{{NAME_access}}`. */
  as?: string;
  /** Values for the parameters of the path; `org_id` is Acme's unless said otherwise. */
  path?: Record<string, string>;
  query?: Record<string, string>;
  headers?: Record<string, string>;
  /** JSON; `id("x")` stands for a variable that is a number. A text is sent as it is. */
  body?: unknown;
  /** What to do before, as a line of a script. */
  before?: string;
  status: number;
  /** Of a refusal: the problem's code. */
  code?: ErrorCode;
  /** The answer is a page, with these words in it. */
  page?: string;
  /** The answer is a script, with these words in it. */
  script?: string;
  /** Repeats itself for some seconds, until the status is this one. */
  patient?: true;
  /** Needs the password of a platform admin in the environment, and is skipped without. */
  operator?: true;
  /** In the document this one is the example of its operation and status; otherwise the first is. */
  example?: true;
};

/** Reads a mail in the local mailbox: the token in its link, which is another than the variable's so far. */
export type MailStep = Shared & { mailTo: string; link: string; token: string };

export type Step = ApiStep | MailStep;
export type Chapter = { name: string; about: string; steps: Step[] };

export const isMail = (step: Step): step is MailStep => "mailTo" in step;

/** A variable that is a number, within a JSON body. */
export const id = (variable: string) => `{{#${variable}}}`;

/** Everybody in the journey; each run has its own addresses. */
export const people = ["ada", "bea", "carl", "cleo", "dan", "eve", "finn", "gus", "hal", "ivy"] as const;
type Person = (typeof people)[number];

export const email = (person: Person) => `{{${person}_email}}`;
export const password = (person: Person) => `{{${person}_password}}`;

/** Signs in, and keeps the tokens under a name. */
export const signIn = (
  person: Person,
  step: Partial<ApiStep> & { title: string; into?: string },
): ApiStep => {
  const { into = person, saves, body, ...rest } = step;
  const tokens = { [`${into}_access`]: "access_token", [`${into}_refresh`]: "refresh_token" };
  return {
    operation: "signIn",
    body: { email: email(person), password: password(person), ...(body as object) },
    status: 200,
    ...(!rest.code && { saves: { ...tokens, ...saves } }),
    ...rest,
  };
};

/** The mail to a person with a link to this page. */
export const readMail = (person: Person, title: string, link: string, note?: string): MailStep => ({
  title,
  mailTo: email(person),
  link,
  token: `${person}_${link.replace("-", "_")}_token`,
  ...(note && { note }),
});
export const mailToken = (person: Person, link: string) => `{{${person}_${link.replace("-", "_")}_token}}`;
