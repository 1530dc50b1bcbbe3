// The Worker's bindings, parsed once per isolate. A wrong configuration is refused whole, with one message that
// names each bad setting and never shows a value. LOCAL_* settings and lower costs exist for runs on a loopback
// address only, so that no forgotten variable can weaken a deployment.
import * as z from "zod";

const trueHash = 600_000;
const isLoopback = (url: URL) => ["127.0.0.1", "localhost", "[::1]"].includes(url.hostname);
const isOrigin = (url: URL) =>
  url.pathname === "/" &&
  !url.search &&
  !url.hash &&
  !url.username &&
  !url.password &&
  !url.host.includes("*");

const webUrl = z.string().transform((text, context) => {
  const url = URL.parse(text);
  if (url && ["https:", "http:"].includes(url.protocol)) return url;
  context.addIssue("must be an http(s) URL");
  return z.NEVER;
});
const origin = webUrl
  .refine(isOrigin, "must be a bare origin: scheme, host, port")
  .transform((url) => url.origin);
const loopbackUrl = webUrl
  .refine(isLoopback, "must point at a loopback host")
  .transform((url) => url.href.replace(/\/$/, ""));
const whole = (least: number, most: number) => z.coerce.number().int().min(least).max(most);
const limit = (least = 1) => whole(least, 1_000_000);
const rateLimit = z.custom<RateLimit>(
  (binding) => typeof (binding as Partial<RateLimit> | null)?.limit === "function",
  "must be a rate-limit binding",
);

function jwkSet<T extends z.ZodType>(key: T, what: string) {
  return z
    .string()
    .transform((text, context) => {
      try {
        return JSON.parse(text) as unknown;
      } catch {
        context.addIssue("is not JSON");
        return z.NEVER;
      }
    })
    .pipe(z.object({ keys: z.array(key, what).min(1, what) }, what))
    .transform((set) => set.keys)
    .refine(
      (keys) => new Set(keys.map((k) => (k as { kid: string }).kid)).size === keys.length,
      "repeats a `kid`",
    );
}
const coordinate = z.string().regex(/^[\w-]{43}$/);
const signingKey = z.object({
  kty: z.literal("EC"),
  crv: z.literal("P-256"),
  kid: z.string().min(1),
  x: coordinate,
  y: coordinate,
  d: coordinate,
});
const sealingKey = z.object({ kty: z.literal("oct"), kid: z.string().min(1), k: coordinate });

const settings = z.object({
  ENVIRONMENT: z.enum(["production", "local"]).default("production"),
  PUBLIC_URL: origin,
  /** Where people use the product: the pages that a mail's link opens lead there in the end. */
  APP_URL: webUrl.transform((url) => url.href).optional(),
  APP_NAME: z
    .string()
    .trim()
    .min(1)
    .max(80)
    .regex(/^\P{Cc}*$/u, "must hold no control characters")
    .default("Gatehouse"),
  EMAIL_FROM: z
    .string()
    .regex(
      /^(?:[^\s@<>]+@[^\s@<>]+|[^\r\n<>]*<[^\s@<>]+@[^\s@<>]+>)$/,
      "must be an address, or `Name <address>`",
    ),
  ACCESS_TOKEN_AUDIENCE: z.string().min(1).optional(),
  CORS_ORIGINS: z
    .string()
    .default("")
    .transform((list) => list.split(/[\s,]+/).filter(Boolean))
    .pipe(z.array(origin, "must be origins, separated by commas")),
  /** Of an invitation that does not ask for another time. */
  INVITE_SECONDS: whole(1, 30 * 86_400).default(600),
  PASSWORD_MIN_LENGTH: whole(8, 64).default(8),
  PASSWORD_ITERATIONS: whole(1, 10_000_000).default(trueHash),
  /** Whether new passwords are looked up in Have I Been Pwned. */
  BREACHED_PASSWORDS: z.enum(["on", "off"], "must be `on` or `off`").default("on"),
  /** A flood from one network ends here, if there is such a binding (see wrangler.toml). */
  FLOOD_SHIELD: rateLimit.optional(),
  /** In 15 minutes; the limit of an account stands in the database. */
  WRONG_PASSWORDS_PER_NETWORK: limit().default(100),
  /** In an hour, like those that follow. */
  SIGN_UPS_PER_NETWORK: limit().default(100),
  RESETS_PER_NETWORK: limit().default(100),
  INVITES_PER_ORGANIZATION: limit().default(200),
  MAILS_PER_ADDRESS: limit(2).default(10),
  NOTICES_PER_ADDRESS: limit().default(20),
  DATABASE_URL: z
    .string()
    .regex(/^postgres(ql)?:\/\/[^:@/]+:[^@/]+@[^/]+\/.+/, "must be postgres://login:password@host/name")
    .refine(URL.canParse, "must be a URL"),
  SIGNING_KEYS: jwkSet(signingKey, "must be a JWK set of private P-256 keys, each with a `kid`"),
  SEALING_KEYS: jwkSet(sealingKey, "must be a JWK set of 256-bit `oct` keys, each with a `kid`"),
  RESEND_API_KEY: z.string().trim().min(1),
  LOCAL_NEON_ENDPOINT: loopbackUrl.optional(),
  LOCAL_RESEND_URL: loopbackUrl.optional(),
  LOCAL_HIBP_URL: loopbackUrl.optional(),
});

/** What would weaken a deployment. Each setting is judged by itself, so that one message names all bad ones. */
function* weaknesses(bindings: object): Generator<[name: string, complaint: string]> {
  const given = bindings as Record<string, unknown>;
  const read = <Name extends keyof Config>(name: Name) =>
    settings.shape[name].safeParse(given[name]).data as Config[Name] | undefined;
  const publicUrl = URL.parse(read("PUBLIC_URL") ?? "");
  if (read("ENVIRONMENT") === "local") {
    if (publicUrl && !isLoopback(publicUrl)) {
      yield ["ENVIRONMENT", "must not be `local` while PUBLIC_URL is not on a loopback host"];
    }
    return;
  }
  if (publicUrl && publicUrl.protocol !== "https:") yield ["PUBLIC_URL", "must be https outside local runs"];
  if (read("APP_URL")?.startsWith("http:")) yield ["APP_URL", "must be https outside local runs"];
  if (read("LOCAL_NEON_ENDPOINT")) yield ["LOCAL_NEON_ENDPOINT", "is for local runs only"];
  if (read("LOCAL_RESEND_URL")) yield ["LOCAL_RESEND_URL", "is for local runs only"];
  if (read("LOCAL_HIBP_URL")) yield ["LOCAL_HIBP_URL", "is for local runs only"];
  const iterations = read("PASSWORD_ITERATIONS");
  if (iterations && iterations < trueHash) yield ["PASSWORD_ITERATIONS", `must be at least ${trueHash}`];
}

export type Config = z.infer<typeof settings>;
export const settingNames = Object.keys(settings.shape);
export type SigningKey = z.infer<typeof signingKey>;
export type SealingKey = z.infer<typeof sealingKey>;

/** A wrong configuration. The message is for the operator's log. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
}

/** Bindings → configuration. Errors: ConfigError that names every bad setting, without values. */
export function parseConfig(bindings: object): Config {
  const parsed = settings.safeParse(bindings);
  const complaints = new Map<string, string>(weaknesses(bindings));
  for (const issue of parsed.error?.issues ?? []) {
    const name = String(issue.path[0]);
    const missing = (bindings as Record<string, unknown>)[name] === undefined;
    if (!complaints.has(name)) complaints.set(name, missing ? "is missing" : describeIssue(issue));
  }
  if (parsed.success && complaints.size === 0) return parsed.data;
  const list = [...complaints].map(([name, complaint]) => `${name} ${complaint}`).join("; ");
  throw new ConfigError(`Wrong configuration: ${list}.`);
}

/** Zod's own words could quote the value of a secret; ours never do. */
function describeIssue(issue: z.core.$ZodIssue): string {
  if (issue.path.length > 1) return "has a malformed entry";
  return issue.message.startsWith("Invalid") ? "is not acceptable" : issue.message;
}

const parsed = new WeakMap<object, Config>();

/** The parsed configuration of these bindings, cached for the isolate's life. Errors: ConfigError. */
export function configOf(bindings: object): Config {
  const known = parsed.get(bindings);
  if (known) return known;
  const config = parseConfig(bindings);
  parsed.set(bindings, config);
  return config;
}
