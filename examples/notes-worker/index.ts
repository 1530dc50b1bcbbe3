// Notes of organizations, kept by a service that knows nothing about people. Reading and writing trusts the access token,
// which costs no call to anybody; throwing all away asks Gatehouse whether the token's word still holds.
import { env } from "cloudflare:workers";
import { requireAuth, requirePermissionNow } from "gatehouse/verify";
import { Hono } from "hono";
import type { Bindings } from "./bindings.ts";

const { ISSUER, AUDIENCE, GATEHOUSE, PERMISSIONS, NOTES } = env as unknown as Bindings;

const gatehouse = {
  issuer: ISSUER,
  audience: AUDIENCE,
  fetch: (url: string, init: RequestInit) => GATEHOUSE.fetch(url, init),
};
const notes = new Hono<{ Bindings: Bindings }>();

notes.get("/", (c) => c.text("Notes, guarded by Gatehouse. Try GET /orgs/YOUR_ORG_ID/notes\n"));

notes.get(
  "/orgs/:org_id/notes",
  requireAuth({ ...gatehouse, permission: "website:read", org: (c) => c.req.param("org_id") }),
  async (c) => {
    const { org_id } = c.var.auth;
    const { keys } = await NOTES.list({ prefix: `${org_id}/` });
    const data = await Promise.all(keys.map(({ name }) => NOTES.get(name, "json")));
    return c.json({ data });
  },
);

notes.post(
  "/orgs/:org_id/notes",
  requireAuth({ ...gatehouse, permission: "website:update", org: (c) => c.req.param("org_id") }),
  async (c) => {
    const { org_id, user_id, email } = c.var.auth;
    const text = (await c.req.text()).slice(0, 1000);
    const note = { note_id: crypto.randomUUID(), text, author: { user_id, email } };
    await NOTES.put(`${org_id}/${note.note_id}`, JSON.stringify(note));
    return c.json(note, 201);
  },
);

notes.delete(
  "/orgs/:org_id/notes",
  requirePermissionNow({
    issuer: ISSUER,
    permissions: PERMISSIONS,
    permission: "website:delete",
    org: (c) => c.req.param("org_id"),
  }),
  async (c) => {
    const { keys } = await NOTES.list({ prefix: `${Number(c.req.param("org_id"))}/` });
    await Promise.all(keys.map(({ name }) => NOTES.delete(name)));
    return c.body(null, 204);
  },
);

export default notes;
