// Requests as PRODUCT.md writes them, `PATCH /organizations/7`, in one person's name.
import { expect } from "vitest";
import { type Body, call } from "./app.ts";

export type As = (request: string, json?: unknown, headers?: Record<string, string>) => Promise<Response>;

/** What this person asks for, with their access token. */
export const as =
  ({ access }: { access: string }): As =>
  (request, json, headers = {}) => {
    const [method = "", path = ""] = request.split(" ");
    return call(path, { method, token: access, headers, ...(json !== undefined && { json }) });
  };

/** Expects this status, and returns the parsed body (null: none). */
export async function expectAnswer(response: Response, status: number): Promise<Body> {
  const text = await response.text();
  expect(`${response.status} ${text}`.trim()).toMatch(new RegExp(`^${status}\\b`));
  return text === "" ? null : JSON.parse(text);
}
