// In place of what Resend's library brings for incoming mail and webhooks (see `alias` in wrangler.toml): we only send.
class NotBundled {
  constructor() {
    throw new Error("left out of the bundle: see alias in wrangler.toml");
  }
}

export { NotBundled as default, NotBundled as Webhook };
