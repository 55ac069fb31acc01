/** The runtime's TLS over a channel of ours: the handshake, and the reason when it fails. */
import type { ConnectionOptions, TLSSocket } from "node:tls";
import { hex, isAddress, splitZone } from "../../wire/mod.ts";
import { alarm } from "../clock.ts";
import type { NotOpened } from "../opening.ts";
import type { Channel } from "../transport.ts";
import { alertInWords, readAlert } from "./alert.ts";
import { type Carried, carry } from "./carrier.ts";
import { Tap } from "./tap.ts";

/** Content types of TLS records (RFC 8446 §5.1), and the major version that follows them. */
const RECORD = { first: 20, last: 24, major: 3 } as const;
/** Octets of what is not TLS that the reason quotes. */
const QUOTED = 40;

/** What a session is made with. */
export interface SessionOptions {
  /** SNI, unless it is an address. */
  readonly serverName: string;
  readonly alpn?: readonly string[];
  /** {@linkcode Clock.now} at which the handshake ends with `timeout`. */
  readonly until: number;
  readonly signal?: AbortSignal;
  /** Fail when the chain is bad; the name is not looked at, as {@linkcode certificateFaults} does that. */
  readonly verify?: boolean;
  /** PEM of authorities in place of those that the runtime trusts. */
  readonly ca?: string;
}

/** Why a handshake failed. */
export type HandshakeFailure = Pick<NotOpened, "failure" | "detail" | "alert" | "foreign" | "icmp">;

/** A session whose handshake may still fail. */
export class TlsSession {
  readonly #carried: Carried;
  /** Resolves when the session ends, with the library's words if it ended by an error: whoever comes late learns it too. */
  readonly ended: Promise<string>;

  private constructor(readonly tap: Tap, carried: Carried, readonly options: SessionOptions) {
    this.#carried = carried;
    this.ended = new Promise((resolve) => {
      carried.socket.on("error", (error: Error) => resolve(error.message));
      for (const event of ["end", "close"]) carried.socket.once(event, () => resolve(""));
    });
  }

  /** Sends the ClientHello. The session does not own the channel. Rejects when the runtime cannot make a session. */
  static async start(below: Channel, options: SessionOptions): Promise<TlsSession> {
    const tap = new Tap(below);
    return new TlsSession(tap, await carry(tap, settingsOf(options)), options);
  }

  get socket(): TLSSocket {
    return this.#carried.socket;
  }

  /** Undefined when TLS stands. */
  handshake(): Promise<HandshakeFailure | undefined> {
    const { socket, options } = this;
    return new Promise((resolve) => {
      const done = (failed: HandshakeFailure | undefined) => {
        cancelAlarm();
        options.signal?.removeEventListener("abort", interrupted);
        for (const [event, listener] of listeners) socket.off(event, listener);
        resolve(failed);
      };
      const interrupted = () => done({ failure: "other", detail: "interrupted" });
      const listeners: [string, (error?: Error) => void][] = [
        // An older runtime says so after failures too, and tells them a little later; only ALPN is set by success alone.
        ["secureConnect", () => socket.alpnProtocol === null || done(undefined)],
        ["error", (error) => done(this.#reason(error?.message ?? ""))],
        ["close", () => done(this.#reason(""))],
      ];
      for (const [event, listener] of listeners) socket.on(event, listener);
      const cancelAlarm = alarm(options.until, () => done(this.#late()));
      options.signal?.addEventListener("abort", interrupted);
      if (options.signal?.aborted) interrupted();
    });
  }

  /**
   * Ends the session without a word to the other side; the channel below stays. Resolves when nothing is left of the session;
   * nobody needs to wait for that but who counts what is open.
   */
  close(): Promise<void> {
    return this.#carried.close();
  }

  #late(): HandshakeFailure {
    const { first, end } = this.tap;
    if (end !== undefined || isForeign(first)) return this.#reason("");
    const detail = first.length === 0 ? "no answer to the TLS ClientHello" : "the TLS handshake did not end in time";
    return { failure: "timeout", detail, ...this.#icmp() };
  }

  /** What the server sent and how the channel ended weigh more than the library's words. */
  #reason(words: string): HandshakeFailure {
    const { first, end } = this.tap;
    if (isForeign(first)) {
      return { failure: "tls", detail: `not TLS: it begins with ${beginning(first)}`, foreign: first.slice() };
    }
    const alert = readAlert(first) ?? alertInWords(words);
    if (alert !== undefined) {
      return { failure: "tls", detail: `the other side ended it with TLS alert ${alert}`, alert };
    }
    if (words !== "" && !isEndOfStream(words)) return { failure: "tls", detail: words };
    if (end?.kind === "rst") return { failure: "reset", detail: "reset during the TLS handshake", ...this.#icmp() };
    if (end?.kind === "error") return { failure: end.failure, detail: end.detail, ...this.#icmp() };
    return { failure: "tls", detail: `closed during the TLS handshake, after ${first.length} octets` };
  }

  #icmp(): Pick<HandshakeFailure, "icmp"> {
    return this.tap.icmp === undefined ? {} : { icmp: this.tap.icmp };
  }
}

function settingsOf(options: SessionOptions): ConnectionOptions {
  const { address } = splitZone(options.serverName);
  return {
    // An address is no SNI (RFC 6066 §3), but what a certificate is compared with.
    ...(isAddress(address) ? { host: address } : { servername: options.serverName }),
    rejectUnauthorized: options.verify === true,
    checkServerIdentity: () => undefined,
    ...(options.alpn !== undefined && { ALPNProtocols: [...options.alpn] }),
    ...(options.ca !== undefined && { ca: options.ca }),
  };
}

function isForeign(first: Uint8Array): boolean {
  if (first.length === 0) return false;
  const isRecord = first[0]! >= RECORD.first && first[0]! <= RECORD.last;
  return !isRecord || (first.length > 1 && first[1] !== RECORD.major);
}

/** The first octets: as text as far as they are ASCII letters, digits and signs, otherwise in hex. */
function beginning(octets: Uint8Array): string {
  const text = new TextDecoder("latin1").decode(octets.subarray(0, QUOTED));
  const [printable] = /^[\x20-\x7e]*/.exec(text)!;
  return printable.length > 1 ? `"${printable}"` : hex(octets.subarray(0, QUOTED));
}

/** The library noticed only that the stream ended; how it ended is known better. */
export function isEndOfStream(words: string): boolean {
  return /eof|end of file|closed|disconnected|reset|socket hang up|broken pipe|close_notify/i.test(words);
}
