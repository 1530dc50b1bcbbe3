// The floor under a sign-in: 600,000 iterations of PBKDF2-SHA-256 in six calls, and nothing else.
export default {
  async fetch() {
    let secret = new TextEncoder().encode("correct horse battery staple");
    const salt = new Uint8Array(16);
    for (let i = 0; i < 6; i += 1) {
      const key = await crypto.subtle.importKey("raw", secret, "PBKDF2", false, ["deriveBits"]);
      const parameters = { name: "PBKDF2", hash: "SHA-256", salt, iterations: 100_000 };
      secret = new Uint8Array(await crypto.subtle.deriveBits(parameters, key, 256));
    }
    return new Response("ok");
  },
};
