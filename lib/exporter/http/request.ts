/**
 * The head of an HTTP/1.1 request (RFC 9112), from octets as they come: bounded, strict, and without a body, as nothing here
 * takes one.
 */
import { concatBytes } from "../../wire/mod.ts";

/** Octets of the first line: a target of 253 characters and all parameters fit many times. */
export const MAX_LINE = 8192;
/** Octets of the whole head. */
export const MAX_HEAD = 16_384;

/** A request, its head complete. */
export interface HttpRequest {
  readonly method: string;
  /** As it was sent, without the query. */
  readonly path: string;
  readonly query: URLSearchParams;
  /** A field's value, by its name in lower case; several are joined by a comma. */
  readonly fields: ReadonlyMap<string, string>;
  /** The client may send another request on the connection. */
  readonly keepAlive: boolean;
}

/** Why a request cannot be read: the status to answer with before the connection is closed. */
export interface HttpFault {
  readonly status: 400 | 413 | 414 | 431 | 505;
  readonly why: string;
}

/** What {@linkcode RequestReader.next} gives. */
export type Read =
  | { readonly kind: "request"; readonly request: HttpRequest }
  | { readonly kind: "fault"; readonly fault: HttpFault };

const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;

/** Takes octets, gives requests; after a fault it gives nothing any more. */
export class RequestReader {
  #octets: Uint8Array = new Uint8Array(0);
  /** So many of them are known not to end the head. */
  #searched = 0;
  #broken = false;

  /** Whether a request has begun and is not complete. */
  get begun(): boolean {
    return this.#octets.length > 0;
  }

  /** Octets of the stream, in any pieces. */
  push(octets: Uint8Array): void {
    if (!this.#broken) this.#octets = concatBytes(this.#octets, octets);
  }

  /** The next request or fault; undefined: more octets are needed. */
  next(): Read | undefined {
    if (this.#broken) return undefined;
    const read = this.#read();
    if (read?.kind === "fault") this.#broken = true;
    return read;
  }

  #read(): Read | undefined {
    // RFC 9112 §2.2: empty lines before a request are to be ignored.
    const start = this.#octets.findIndex((octet) => octet !== 13 && octet !== 10);
    const octets = start < 0 ? new Uint8Array(0) : this.#octets.subarray(start);
    this.#octets = octets;
    const end = endOfHead(octets, Math.max(0, this.#searched - start));
    this.#searched = Math.max(0, octets.length - 3);
    const fault = tooLong(end === undefined ? octets : octets.subarray(0, end));
    if (end === undefined || fault !== undefined) return fault;
    this.#octets = octets.slice(end);
    this.#searched = 0;
    return parseHead(new TextDecoder("latin1").decode(octets.subarray(0, end - 4)));
  }
}

/** Behind the empty line. */
function endOfHead(octets: Uint8Array, from: number): number | undefined {
  for (let at = octets.indexOf(13, from); at >= 0; at = octets.indexOf(13, at + 1)) {
    if (octets[at + 1] === 10 && octets[at + 2] === 13 && octets[at + 3] === 10) return at + 4;
  }
  return undefined;
}

function tooLong(octets: Uint8Array): Read | undefined {
  if (octets.length > MAX_LINE && !octets.subarray(0, MAX_LINE).includes(10)) {
    return fault(414, `the first line has more than ${MAX_LINE} octets`);
  }
  return octets.length > MAX_HEAD ? fault(431, `the head has more than ${MAX_HEAD} octets`) : undefined;
}

function fault(status: HttpFault["status"], why: string): Read {
  return { kind: "fault", fault: { status, why } };
}

function parseHead(text: string): Read {
  const [line = "", ...rest] = text.split("\r\n");
  const [, method = "", target = "", version = ""] = /^(\S+) (\S+) HTTP\/(\d\.\d)$/.exec(line) ?? [];
  if (!TOKEN.test(method)) return fault(400, "the first line is no request");
  if (line.length > MAX_LINE) return fault(414, `the first line has more than ${MAX_LINE} octets`);
  if (version !== "1.1" && version !== "1.0") return fault(505, "only HTTP/1.0 and HTTP/1.1 are spoken here");
  const place = splitTarget(target);
  if (place === undefined) return fault(400, "the request target cannot be read");
  const fields = parseFields(rest);
  if (fields === undefined) return fault(400, "a header field cannot be read");
  if (version === "1.1" && !fields.has("host")) return fault(400, "HTTP/1.1 needs a Host field");
  if (fields.has("transfer-encoding") || (fields.get("content-length") ?? "0") !== "0") {
    return fault(413, "no request here has a body");
  }
  const connection = (fields.get("connection") ?? "").toLowerCase().split(/\s*,\s*/);
  const keepAlive = version === "1.1" && !connection.includes("close");
  return { kind: "request", request: { method, ...place, fields, keepAlive } };
}

/** `/path?query`, or the same behind `http://host`, as proxies send it (RFC 9112 §3.2). */
function splitTarget(target: string): Pick<HttpRequest, "path" | "query"> | undefined {
  const local = target.replace(/^https?:\/\/[^/?#]+(?=\/|\?|$)/i, "");
  const [, path = "", query = ""] = /^(\/[!-~]*?)(?:\?([!-~]*))?$/.exec(local) ?? [];
  return path === "" || local.includes("#") ? undefined : { path, query: new URLSearchParams(query) };
}

function parseFields(lines: readonly string[]): Map<string, string> | undefined {
  const fields = new Map<string, string>();
  for (const line of lines) {
    const [, name = "", value = ""] = /^([^:]+):[ \t]*(.*?)[ \t]*$/.exec(line) ?? [];
    // deno-lint-ignore no-control-regex
    if (!TOKEN.test(name) || /[\x00-\x08\x0a-\x1f\x7f]/.test(value)) return undefined;
    const known = fields.get(name.toLowerCase());
    fields.set(name.toLowerCase(), known === undefined ? value : `${known}, ${value}`);
  }
  return fields;
}
