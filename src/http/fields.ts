// Schemas of fields that several endpoints share.
import * as z from "zod";
import type { JsonObject } from "../db/columns.ts";

const codePoints = (text: string) => [...text].length;

/** No row has this id. A malformed id becomes it, so that it is answered exactly like one that does not exist. */
const missingId = 0;

const toId = (most: number) => (value: unknown) => {
  const id = typeof value === "string" && /^[1-9]\d{0,15}$/.test(value) ? Number(value) : missingId;
  return id <= most ? id : missingId;
};
/** An id in a path, of a table whose ids have 8 bytes. */
export const longPathId = z.string().transform(toId(Number.MAX_SAFE_INTEGER));
/** An id in a JSON body: a number. */
export const bodyId = z
  .unknown()
  .transform((value) =>
    typeof value === "number" ? toId(2_147_483_647)(String(value)) : missingId,
  ) as z.ZodType<unknown> as z.ZodType<number, number>;

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

export const jsonObject = z.record(z.string(), z.json(), "must be an object") as unknown as z.ZodType<
  JsonObject,
  JsonObject
>;

/** Joiners and variation selectors belong to scripts and emoji. */
const withoutJoiners = (name: string) => name.replace(/\u200c|\u200d|[\ufe00-\ufe0f]/gu, "");

function isVisible(name: string): boolean {
  const text = withoutJoiners(name);
  const hidden = /[\p{Cc}\p{Cf}\p{Co}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/u;
  return !hidden.test(text) && /[^\s\u2800]/u.test(text);
}

/** As a mail program sees it: any script, the full stops that browsers take for dots, joiners looked through. */
const looksLikeWebAddress = (name: string) =>
  /:[\\/]{2}|\bhttps?:|\bwww\.|[\p{L}\p{N}][.\u3002]\p{L}{2}|\d\.\d+\.\d+\.\d/iu.test(
    withoutJoiners(name.normalize("NFKC")),
  );

/** A name that stands in mails: 1 to 80 characters, nothing invisible, nothing that a mail program makes a link. */
export const displayName = z
  .string()
  .trim()
  .refine((name) => codePoints(name) >= 1 && codePoints(name) <= 80, {
    error: "must hold 1 to 80 characters",
    abort: true, // What follows reads 80 characters, not 64 KiB.
  })
  .refine(isVisible, "must not hold control or invisible characters")
  .refine((name) => !looksLikeWebAddress(name), "must not hold a web address");
