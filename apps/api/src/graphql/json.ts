/** What the scalar JSONObject carries. */
export type JsonObject = Readonly<Record<string, unknown>>;
