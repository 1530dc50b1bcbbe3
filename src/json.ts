// JSON as the wire and the JSON columns have it. Imports nothing: the client's types name it too.
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
export type JsonObject = { [key: string]: Json };
