// What an error must look like, wherever it comes from.
import { expect } from "vitest";
import { type ErrorCode, errors } from "../../src/errors.ts";
import type { Body } from "./app.ts";

/** Expects exactly this problem document (`extension`: with these members) with its headers, and returns it. */
export async function expectProblem(
  response: Response,
  code: ErrorCode,
  label = "",
  extension = {},
): Promise<Body> {
  const [status, title, detail] = errors[code];
  const text = await response.text();
  expect(`${response.status} ${text}`, label).toContain(`${status} {`);
  expect(response.headers.get("content-type")).toBe("application/problem+json");
  const document = JSON.parse(text);
  const request_id = response.headers.get("x-request-id");
  const { errors: fields, ...rest } = document;
  expect(rest, label).toEqual({
    type: `/errors/${code}`,
    title,
    status,
    detail,
    code,
    request_id,
    ...extension,
  });
  if (fields !== undefined) {
    expect(status).toBe(422);
    expect(fields.length).toBeGreaterThan(0);
    for (const field of fields)
      expect(field).toEqual({ path: expect.any(String), message: expect.any(String) });
  }
  expectChallenge(response);
  expectEveryHeader(response);
  return document;
}

function expectChallenge({ status, headers }: Response) {
  expect(headers.get("www-authenticate") ?? "").toMatch(status === 401 ? /^Bearer( error="\w+".*)?$/ : /^$/);
  if ([429, 503].includes(status)) expect(headers.get("retry-after")).toMatch(/^[1-9]\d*$/);
}

/** Expects what every answer carries. `cached`: this one is for caches. */
export function expectEveryHeader({ headers }: Response, { cached = false } = {}) {
  expect(headers.get("x-request-id")).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
  expect(headers.get("cache-control")).toMatch(cached ? /^public, max-age=\d+(, immutable)?$/ : /^no-store$/);
  expect(Object.fromEntries(headers)).toMatchObject({
    "content-security-policy": expect.stringContaining("default-src 'none'"),
    "strict-transport-security": expect.stringMatching(/^max-age=\d{8,}/),
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "permissions-policy": "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
  });
  for (const name of ["x-powered-by", "server", "set-cookie", "location", "refresh"])
    expect(headers.get(name), name).toBeNull();
  expect(headers.get("access-control-allow-credentials")).toBeNull();
  expect(headers.get("access-control-allow-origin")).not.toBe("*");
}
