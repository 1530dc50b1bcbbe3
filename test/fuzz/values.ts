// Values for a JSON Schema: mostly what it asks for, now and then what it does not; and text as nobody types it.
import fc from "fast-check";

export type Schema = {
  type?: string | string[];
  enum?: unknown[];
  const?: unknown;
  anyOf?: Schema[];
  properties?: Record<string, Schema>;
  required?: string[];
  items?: Schema;
  format?: string;
  minimum?: number;
  maximum?: number;
  minLength?: number;
  maxLength?: number;
};

const oddTexts = [
  "",
  " ",
  "\0",
  "\u202e\u200b",
  "\ud800",
  "null",
  "undefined",
  "__proto__",
  "constructor",
  "' or 1=1 --",
  "$1",
  "%",
  "\\",
  "../../etc/passwd",
  "<script>alert(1)</script>",
  "{{7*7}}",
  "\r\nset-cookie: a=b",
  "é".normalize("NFD"),
  "😀".repeat(50),
  "x".repeat(70_000),
];
export const oddText = fc.oneof(fc.constantFrom(...oddTexts), fc.string({ unit: "binary", maxLength: 40 }));

const oddNumbers = [0, -1, -0, 0.5, 1e21, 2 ** 31, 2 ** 53, -(2 ** 63), Number.MAX_VALUE];
export const oddId = fc.constantFrom<string | number>(
  ...oddNumbers,
  "0",
  "-1",
  "1e3",
  "01",
  "+1",
  "1.0",
  "9".repeat(20),
  "%31",
  "1%00",
  "null",
  "..",
  "a",
);

/** Anything that JSON can say. */
const anything = fc.oneof(
  fc.jsonValue({ maxDepth: 3 }),
  oddText,
  fc.constantFrom(...oddNumbers),
  fc.constant(nested(40)),
);

function nested(levels: number): unknown {
  return levels === 0 ? 1 : { a: nested(levels - 1) };
}

/** One field of an operation, by its name: what is there, so that some requests get all the way. */
export type Known = Record<string, unknown[]>;

const often = <T>(usual: fc.Arbitrary<T>, odd: fc.Arbitrary<unknown>, weight = 12): fc.Arbitrary<unknown> =>
  fc.oneof({ weight, arbitrary: usual }, { weight: 1, arbitrary: odd });

/** What this schema asks for; for fields of these names also what is known to be there. */
export function valueFor(schema: Schema, name: string, known: Known): fc.Arbitrary<unknown> {
  const there = known[name];
  const made = fitting(schema, known);
  return often(there ? fc.oneof({ weight: 3, arbitrary: fc.constantFrom(...there) }, made) : made, anything);
}

function fitting(schema: Schema, known: Known): fc.Arbitrary<unknown> {
  if (schema.const !== undefined) return fc.constant(schema.const);
  if (schema.enum) return fc.constantFrom(...schema.enum);
  if (schema.anyOf) return fc.oneof(...schema.anyOf.map((one) => fitting(one, known)));
  const [type] = [schema.type].flat();
  if (type === "object") return objectFor(schema, known);
  if (type === "array") return fc.array(fitting(schema.items ?? {}, known), { maxLength: 6 });
  if (type === "boolean") return fc.boolean();
  if (type === "integer" || type === "number") {
    return fc.integer({
      min: schema.minimum ?? -10,
      max: Math.min(schema.maximum ?? 1_000_000, 2 ** 31 - 1),
    });
  }
  if (type === "string") return textFor(schema);
  return anything;
}

function textFor({ format, minLength = 0, maxLength = 60 }: Schema): fc.Arbitrary<string> {
  if (format === "email") return fc.emailAddress();
  if (format === "uri") return fc.webUrl();
  return fc.string({ unit: "grapheme", minLength, maxLength: Math.min(maxLength, 120) });
}

/** Its fields, some of them left out, now and then one more. */
function objectFor({ properties = {}, required = [] }: Schema, known: Known): fc.Arbitrary<unknown> {
  const fields = Object.entries(properties).map(
    ([name, schema]) => [name, valueFor(schema, name, known)] as const,
  );
  const whole = fc.record(Object.fromEntries(fields), { requiredKeys: required });
  const lacking = fc.record(Object.fromEntries(fields), { requiredKeys: [] });
  const more = fc.tuple(whole, oddText, anything).map(([body, key, value]) => ({ ...body, [key]: value }));
  return fc.oneof(
    { weight: 16, arbitrary: whole },
    { weight: 1, arbitrary: lacking },
    { weight: 1, arbitrary: more },
  );
}
