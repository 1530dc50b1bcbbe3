// Schemas of fields that several endpoints share.
import * as z from "zod";
import type { JsonObject } from "../db/schema.ts";

const codePoints = (text: string) => [...text].length;

/** No row has this id. A malformed id becomes it, so that it is answered exactly like one that does not exist. */
export const missingId = 0;

const toId = (most: number) => (value: unknown) => {
  const id = typeof value === "string" && /^[1-9]\d{0,15}$/.test(value) ? Number(value) : missingId;
  return id <= most ? id : missingId;
};
/** An id in a path: 4-byte (`organisation`, `user`, `role` …) or 8-byte (`session`). */
export const pathId = z.string().transform(toId(2_147_483_647));
export const longPathId = z.string().transform(toId(Number.MAX_SAFE_INTEGER));
/** An id in a JSON body: a number. */
export const bodyId = z
  .unknown()
  .transform((value) => (typeof value === "number" ? toId(2_147_483_647)(String(value)) : missingId));

/** One ASCII e-mail address, in lower case. */
export const email = z
  .string()
  .max(254, "must hold at most 254 characters")
  .regex(/^[\x21-\x7e]+$/, "must be one e-mail address in ASCII")
  .pipe(z.email("must be one e-mail address"))
  .transform((address) => address.toLowerCase());

/** Any password that an account could have. Whether it may be set is for the accounts' policy. */
export const password = z
  .string()
  .min(1, "is missing")
  .refine((text) => codePoints(text) <= 128, "must hold at most 128 characters");

export const jsonObject = z.record(
  z.string(),
  z.json(),
  "must be an object",
) as unknown as z.ZodType<JsonObject>;

const webAddress =
  /:\/\/|\bwww\.|\b[\w-]+\.[a-z]{2,}[/:?#]|\b[\w-]+\.(com|net|org|info|biz|io|dev|app|co|ru|cn|xyz|top|site|online|shop|click|link|live)\b/i;

/** A name that stands in mails: 1 to 80 characters, nothing invisible, nothing that a mail program makes a link. */
export const displayName = z
  .string()
  .trim()
  .refine((name) => codePoints(name) >= 1 && codePoints(name) <= 80, "must hold 1 to 80 characters")
  .refine(
    (name) => !/[\p{Cc}\p{Co}\p{Zl}\p{Zp}]|(?![\u200c\u200d])\p{Cf}/u.test(name),
    "must not hold control characters",
  )
  .refine((name) => !webAddress.test(name), "must not hold a web address");

/** Lists: `limit` and `cursor`. */
export const pageQuery = {
  limit: z
    .string()
    .regex(/^\d{1,3}$/, "must be a whole number from 1 to 200")
    .transform(Number)
    .pipe(z.number().min(1, "must be at least 1").max(200, "must be at most 200"))
    .default(50),
  cursor: z.string().optional(),
};
