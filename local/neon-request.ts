// One call of Neon's `POST /sql`: headers and body in, parameters as Postgres text.
import type { IncomingHttpHeaders } from "node:http";
import { HttpError } from "./neon-errors.ts";

export type Login = { user: string; password: string; database: string };
export type Statement = { query: string; params: (string | null)[]; arrayMode: boolean };
export type SqlRequest = {
  statements: Statement[];
  /** The statement that opens the transaction of a batch; null for a single query. */
  begin: string | null;
};

const ISOLATION_LEVELS: Record<string, string> = {
  ReadUncommitted: "read uncommitted",
  ReadCommitted: "read committed",
  RepeatableRead: "repeatable read",
  Serializable: "serializable",
};

/** Reads `Neon-Connection-String`. Its host is ignored: there is one Postgres behind this endpoint. */
export function parseConnectionString(header: string | string[] | undefined): {
  login: Login;
  isBackground: boolean;
} {
  const url = typeof header === "string" && URL.canParse(header) ? new URL(header) : null;
  if (!url || !/^postgres(ql)?:$/.test(url.protocol)) {
    throw new HttpError(400, "missing or invalid header `Neon-Connection-String`");
  }
  const login = {
    user: decodeURIComponent(url.username),
    password: decodeURIComponent(url.password),
    database: decodeURIComponent(url.pathname.slice(1)),
  };
  if (!login.user) throw new HttpError(400, "missing username");
  if (!login.password) throw new HttpError(400, "missing password");
  if (!login.database) throw new HttpError(400, "missing database name");
  return { login, isBackground: url.searchParams.get("application_name") === "gatehouse-background" };
}

export function parseSqlRequest(headers: IncomingHttpHeaders, body: string): SqlRequest {
  if (headers["neon-raw-text-output"] !== "true") {
    throw new HttpError(400, "this local endpoint needs the header `Neon-Raw-Text-Output: true`");
  }
  const arrayMode = headers["neon-array-mode"] === "true";
  const payload = parseJson(body);
  if (typeof payload.query === "string")
    return { statements: [toStatement(payload, arrayMode)], begin: null };
  if (!Array.isArray(payload.queries)) throw new HttpError(400, "the body needs `query` or `queries`");
  return {
    statements: payload.queries.map((query) => toStatement(query, arrayMode)),
    begin: toBegin(headers),
  };
}

function parseJson(body: string): Record<string, unknown> {
  try {
    const value = JSON.parse(body);
    if (typeof value === "object" && value !== null) return value;
  } catch {
    // Answered below.
  }
  throw new HttpError(400, "could not parse the HTTP request body as JSON");
}

function toStatement(value: unknown, arrayMode: boolean): Statement {
  const { query, params = [], arrayMode: own } = (value ?? {}) as Record<string, unknown>;
  if (typeof query !== "string" || !Array.isArray(params)) {
    throw new HttpError(400, "a query needs `query` (text) and `params` (list)");
  }
  return { query, params: params.map(toPostgresText), arrayMode: typeof own === "boolean" ? own : arrayMode };
}

function toBegin(headers: IncomingHttpHeaders): string {
  const modes: string[] = [];
  const level = headers["neon-batch-isolation-level"];
  if (level !== undefined) {
    const name = ISOLATION_LEVELS[String(level)];
    if (!name) throw new HttpError(400, "invalid isolation level");
    modes.push(`isolation level ${name}`);
  }
  if (headers["neon-batch-read-only"] === "true") modes.push("read only");
  if (headers["neon-batch-deferrable"] === "true") modes.push("deferrable");
  return `begin ${modes.join(" ")}`;
}

function toPostgresText(value: unknown): string | null {
  if (value === null) return null;
  if (typeof value === "string") return value;
  return Array.isArray(value) ? toArrayLiteral(value) : JSON.stringify(value);
}

function toArrayLiteral(items: unknown[]): string {
  const elements = items.map((item) => {
    if (item === null) return "NULL";
    if (Array.isArray(item)) return toArrayLiteral(item);
    return JSON.stringify(typeof item === "object" ? JSON.stringify(item) : item);
  });
  return `{${elements.join(",")}}`;
}
