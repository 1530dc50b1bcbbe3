// What wrangler.toml binds. (`wrangler types` writes such a file too.)
import type { PermissionsBinding } from "gatehouse/verify";

export type Bindings = {
  ISSUER: string;
  AUDIENCE: string;
  GATEHOUSE: Fetcher;
  PERMISSIONS: PermissionsBinding;
  NOTES: KVNamespace;
};
