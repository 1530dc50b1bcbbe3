// A raw call of the local Neon endpoint, as its driver makes it.
import { inject } from "vitest";

export type Answer = {
  status: number;
  body: {
    rows: (string | null)[][];
    fields: { name: string; dataTypeID: number; format: string }[];
    command: string;
    rowCount: number | null;
    rowAsArray: boolean;
    results: Answer["body"][];
    message: string;
    code: string | null;
    constraint: string | null;
    severity: string | null;
    detail: string | null;
    table: string | null;
    column: string | null;
  };
};

export async function call(body: object | string, headers: Record<string, string> = {}): Promise<Answer> {
  const response = await fetch(inject("neonSqlUrl"), {
    method: "POST",
    headers: {
      "Neon-Connection-String": inject("ownerUrl"),
      "Neon-Raw-Text-Output": "true",
      "Neon-Array-Mode": "true",
      ...headers,
    },
    body: typeof body === "string" ? body : JSON.stringify(body),
  });
  return { status: response.status, body: (await response.json()) as Answer["body"] };
}

export const query = (text: string, params: unknown[] = [], headers = {}) =>
  call({ query: text, params }, headers);

export const batch = (texts: string[], headers = {}) =>
  call({ queries: texts.map((text) => ({ query: text, params: [] })) }, headers);

export const owner = new URL(inject("ownerUrl")).username;

/** The only value of an answer with one row of one column. */
export const value = async (text: string, params: unknown[] = []) =>
  (await query(text, params)).body.rows[0]?.[0];
