/** What is answered to an HTTP request, and how it looks on the wire (RFC 9110, RFC 9112). */

/** The statuses that are answered with. */
export const REASONS = {
  200: "OK",
  400: "Bad Request",
  403: "Forbidden",
  404: "Not Found",
  405: "Method Not Allowed",
  408: "Request Timeout",
  413: "Content Too Large",
  414: "URI Too Long",
  431: "Request Header Fields Too Large",
  500: "Internal Server Error",
  503: "Service Unavailable",
  505: "HTTP Version Not Supported",
} as const;
/** One of {@linkcode REASONS}. */
export type Status = keyof typeof REASONS;

/** An answer. */
export interface HttpAnswer {
  readonly status: Status;
  /** `Content-Type`. */
  readonly type: string;
  readonly body: string;
  readonly fields?: Readonly<Record<string, string>>;
}

const PLAIN_TEXT = "text/plain; charset=utf-8";

/** Text, as it is. */
export function plain(status: Status, body: string, fields?: Readonly<Record<string, string>>): HttpAnswer {
  return { status, type: PLAIN_TEXT, body, ...(fields && { fields }) };
}

/**
 * The octets of an answer.
 *
 * @param how `bodiless`: to a HEAD. `last`: the connection is closed behind it.
 */
export function encodeAnswer(answer: HttpAnswer, now: Date, how: { bodiless?: boolean; last: boolean }): Uint8Array {
  const encoder = new TextEncoder();
  const body = encoder.encode(answer.body);
  const fields = {
    "Date": now.toUTCString(),
    "Content-Type": answer.type,
    "Content-Length": String(body.length),
    // What is shown is of this moment, and a browser has to take it for what it says it is.
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    ...answer.fields,
    ...(how.last && { "Connection": "close" }),
  };
  const head = [
    `HTTP/1.1 ${answer.status} ${REASONS[answer.status]}`,
    ...Object.entries(fields).map(([name, value]) => `${name}: ${value}`),
    "\r\n",
  ].join("\r\n");
  const octets = encoder.encode(head);
  if (how.bodiless) return octets;
  const all = new Uint8Array(octets.length + body.length);
  all.set(octets);
  all.set(body, octets.length);
  return all;
}
