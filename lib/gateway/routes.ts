/** Which connection an IKE SA has used last: answers follow it (RFC 9329 §7.1). */
import { decodeHeader } from "../ike/mod.ts";
import { hex } from "../wire/mod.ts";
import type { Connection } from "./connection.ts";

/** Remembered SAs; the oldest are forgotten first. */
const LIMIT = 1024;

function saOf(message: Uint8Array): string | undefined {
  const header = decodeHeader(message);
  return header && hex(header.initiatorSpi);
}

/** See the file's head. */
export class Routes {
  readonly #last = new Map<string, Connection>();

  /** A message of an SA came by this connection. */
  note(message: Uint8Array, connection: Connection): void {
    const sa = saOf(message);
    if (sa === undefined) return;
    this.#last.delete(sa);
    this.#last.set(sa, connection);
    if (this.#last.size > LIMIT) this.#last.delete(this.#last.keys().next().value!);
  }

  /** The connection for an answer to this message; undefined: it has ended. */
  find(message: Uint8Array): Connection | undefined {
    const connection = this.#last.get(saOf(message) ?? "");
    return connection?.end === undefined ? connection : undefined;
  }

  /** A connection has ended. */
  forget(connection: Connection): void {
    for (const [sa, one] of this.#last) if (one === connection) this.#last.delete(sa);
  }
}
