/** The token of `Authorization: Bearer`, whatever the scheme's case (RFC 9110, 11.1); null: there is none in it. */
export const bearerToken = (header: string): string | null =>
  /^bearer +([\w-]+\.[\w-]+\.[\w-]+)$/i.exec(header)?.[1] ?? null;
