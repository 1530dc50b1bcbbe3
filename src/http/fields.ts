// Schemas of fields that several endpoints share.
import * as z from "zod";
import type { JsonObject } from "../json.ts";

const codePoints = (text: string) => [...text].length;

/** No row has this id. A malformed id becomes it, so that it is answered exactly like one that does not exist. */
const missingId = 0;

const maxId = 2_147_483_647;

const toId = (most: number) => (value: unknown) => {
  const id = typeof value === "string" && /^[1-9]\d{0,15}$/.test(value) ? Number(value) : missingId;
  return id <= most ? id : missingId;
};
/** How the document shows an id, whatever a malformed one becomes here. */
const shownId = (most: number) => ({ type: "integer", minimum: 1, maximum: most });

/** An id in a path (or a query). */
export const pathId = z.string().transform(toId(maxId)).meta(shownId(maxId));
/** The path of what belongs to one organization. */
export const orgParam = z.object({ org_id: pathId });
/** An id in a path, of a table whose ids have 8 bytes. */
export const longPathId = z
  .string()
  .transform(toId(Number.MAX_SAFE_INTEGER))
  .meta(shownId(Number.MAX_SAFE_INTEGER));
/** An id in a JSON body: a number. */
export const bodyId = z
  .unknown()
  .transform((value) => (typeof value === "number" ? toId(maxId)(String(value)) : missingId))
  .meta(shownId(maxId)) as z.ZodType<unknown> as z.ZodType<number, number>;

/** One ASCII e-mail address, in lower case. */
export const email = z
  .string()
  .max(254, "must hold at most 254 characters")
  .regex(/^[\x21-\x7e]+$/, "must be one e-mail address in ASCII")
  .pipe(z.email("must be one e-mail address"))
  .transform((address) => address.toLowerCase())
  .meta({
    format: "email",
    pattern: undefined,
    maxLength: 254,
    description: "One ASCII address; kept in lower case.",
  });

/** Any password that an account could have. Whether it may be set is for the accounts' policy. */
export const password = z
  .string()
  .min(1, "is missing")
  .refine((text) => codePoints(text) <= 128, "must hold at most 128 characters")
  .meta({ format: "password", minLength: 1, maxLength: 128 });

/** One that is to be set. */
export const newPassword = password.meta({
  format: "password",
  minLength: 8,
  maxLength: 128,
  description:
    "At least 8 characters (or what the service is configured for); neither common, nor of a known breach, nor the person's address or the product's name.",
});

/** The token of a mail's link. What is no token at all is answered like one that is not ours. */
export const mailToken = z.string().min(1, "is missing").meta({ description: "From the link in the mail." });

export const jsonObject = z.record(z.string(), z.json(), "must be an object").meta({
  anyObject: true,
  description: "Any JSON object; at most 64 KiB are kept.",
}) as unknown as z.ZodType<JsonObject, JsonObject>;

/** Free details of an organization. */
export const details = z.union([z.string().max(10_000), jsonObject], "must be text or an object");

/** Joiners and variation selectors belong to scripts and emoji. */
const withoutJoiners = (name: string) => name.replace(/\u200c|\u200d|[\ufe00-\ufe0f]/gu, "");

function isVisible(name: string): boolean {
  const text = withoutJoiners(name);
  const hidden = /[\p{Cc}\p{Cf}\p{Co}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/u;
  return !hidden.test(text) && /[^\s\u2800]/u.test(text);
}

/** As a mail program sees it: any script, the full stops that browsers take for dots, joiners looked through. */
const looksLikeWebAddress = (name: string) =>
  /:[\\/]{2}|\b(?:https?|ftp|mailto|tel|sms):|\bwww\.|[^\s.][.\u3002][\p{L}\p{M}]{2}|\d\.\d+\.\d+\.\d/iu.test(
    withoutJoiners(name.normalize("NFKC")),
  );

/** A name that people see: 1 to 80 characters, nothing invisible. */
export const visibleName = z
  .string()
  .trim()
  .refine((name) => codePoints(name) >= 1 && codePoints(name) <= 80, {
    error: "must hold 1 to 80 characters",
    abort: true, // What follows reads 80 characters, not 64 KiB.
  })
  .refine(isVisible, "must not hold control or invisible characters")
  .meta({ minLength: 1, maxLength: 80 });

/** One that stands in mails: nothing that a mail program makes a link. */
export const displayName = visibleName
  .refine((name) => !looksLikeWebAddress(name), "must not hold a web address")
  .meta({ minLength: 1, maxLength: 80, description: "Without web addresses: it stands in mails." });

const statuses = ["active", "suspended"] as const;
export type Status = (typeof statuses)[number];
/** A status as the database has it → as the wire has it. */
export const toStatus = (code: number): Status => (code === 0 ? "active" : "suspended");

const statusWord = z
  .enum(statuses, "must be active or suspended")
  .transform((word) => statuses.indexOf(word));
/** A status in a body, the word or the code → the code. */
export const status = z.union([z.literal([0, 1]), statusWord], "must be active or suspended");
/** A status in a query. */
export const statusFilter = z
  .enum([...statuses, "0", "1"], "must be active or suspended")
  .transform((text) => (text === "active" || text === "0" ? 0 : 1))
  .meta({ description: "0 is active, 1 is suspended." });

/** What a search looks for. */
export const searchText = z
  .string()
  .trim()
  .min(1, "must hold 1 to 254 characters")
  .max(254, "must hold 1 to 254 characters")
  .meta({ description: "A part of what is sought." });

/** A moment in a query, epoch milliseconds or ISO 8601 → epoch milliseconds. */
export const moment = z
  .string()
  .transform((text, context) => {
    const at = /^\d{1,15}$/.test(text)
      ? Number(text)
      : isoMoment.safeParse(text).success
        ? Date.parse(text)
        : Number.NaN;
    if (Number.isFinite(at)) return at;
    context.addIssue({ code: "custom", message: "must be epoch milliseconds or an ISO 8601 time" });
    return z.NEVER;
  })
  .meta({ description: "Epoch milliseconds, or an ISO 8601 time." });
const isoMoment = z.union([z.iso.datetime({ offset: true }), z.iso.date()]);

/** A role as a body names it, by name or by id. A malformed id is that of no role. */
export const roleRef = z
  .unknown()
  .transform((value, context): string | number => {
    if (typeof value === "string" && value !== "" && value.length <= 400) return value;
    if (typeof value === "number") return toId(maxId)(String(value));
    context.addIssue({ code: "custom", message: "must be the name of a role, or its id" });
    return z.NEVER;
  })
  .meta({
    anyOf: [{ type: "string", minLength: 1, maxLength: 400 }, { type: "integer" }],
    description: "The role's name, or its id.",
  }) as z.ZodType<unknown> as z.ZodType<string | number, string | number>;
/** A role as a query names it; digits are an id, since no role's name is digits alone. */
export const roleFilter = z
  .string()
  .min(1, "must be the name of a role, or its id")
  .max(400, "must be the name of a role, or its id")
  .transform((text) => (/^\d+$/.test(text) ? toId(maxId)(text) : text))
  .meta({ description: "A role's name, or its id." });
/** The id that a reference to a role names, for the guard to look for. */
export const roleIdOf = (role: string | number | undefined): { roleId?: number } =>
  typeof role === "number" ? { roleId: role } : {};
