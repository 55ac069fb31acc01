/** An established TLS session as a channel: octets decrypted, ends and errors as the channel below saw them. */
import type { Endpoint, Sight, TlsReport } from "../../model/mod.ts";
import { systemClock } from "../clock.ts";
import { Mailbox } from "../mailbox.ts";
import type { Arrival, Channel, TcpInfo } from "../transport.ts";
import { alertInWords } from "./alert.ts";
import type { TlsSession } from "./session.ts";

/** Octets that wait for a reader before the session is left alone, so that TCP holds the peer back. */
const WAITING_OCTETS = 131072;

/** See the file's head; it owns the session and the channel below. */
export class TlsChannel implements Channel {
  readonly sight: Sight;
  readonly remote: Endpoint;
  readonly local: Endpoint;
  readonly localCandidates: readonly string[];
  readonly #session: TlsSession;
  readonly #below: Channel;
  readonly #mailbox: Mailbox;
  readonly #gone = Promise.withResolvers<void>();
  #open = true;

  constructor(session: TlsSession, readonly tls: TlsReport) {
    const { socket, tap } = session;
    this.#session = session;
    this.#below = tap.below;
    this.sight = tap.below.sight;
    this.remote = tap.below.remote;
    this.local = tap.below.local;
    this.localCandidates = tap.below.localCandidates;
    this.#mailbox = new Mailbox({ stream: true, limit: WAITING_OCTETS, onRoom: () => socket.resume() });
    tap.onIcmp = (arrival) => this.#mailbox.put(arrival);
    socket.on("data", (data: Uint8Array) => {
      this.#mailbox.put({ kind: "octets", at: tap.heard, data: Uint8Array.from(data) });
      if (this.#mailbox.full) socket.pause();
    });
    session.ended.then((words) => this.#ended(words));
  }

  send(data: Uint8Array): Promise<void> {
    if (!this.#open || this.#mailbox.over || data.length === 0) return Promise.resolve();
    const written = new Promise<void>((resolve) => this.#session.socket.write(data.slice(), () => resolve()));
    return Promise.race([written, this.#gone.promise]);
  }

  receive(until: number, signal?: AbortSignal): Promise<Arrival | undefined> {
    return this.#mailbox.receive(until, signal);
  }

  /** Without `acked`, as TLS's own octets are in that; when `unacked` is 0, no octet of ours is under way either. */
  tcpInfo(): TcpInfo | undefined {
    const info = this.#below.tcpInfo?.();
    if (info === undefined) return undefined;
    const { acked: _, ...rest } = info;
    return rest;
  }

  close(how?: "fin" | "rst"): void {
    if (!this.#open) return;
    this.#open = false;
    this.#gone.resolve();
    this.#mailbox.close();
    this.#session.close();
    this.#below.close(how);
  }

  /** An end without close_notify is a FIN to who speaks IKE; what the library says counts only where TCP stands. */
  #ended(words: string): void {
    this.#gone.resolve();
    const at = systemClock.now();
    const alert = alertInWords(words);
    if (alert !== undefined) this.#mailbox.put({ kind: "error", at, failure: "tls", detail: words, alert });
    else if (this.#session.tap.end !== undefined) this.#mailbox.put(this.#session.tap.end);
    else if (words === "") this.#mailbox.put({ kind: "fin", at });
    else this.#mailbox.put({ kind: "error", at, failure: "tls", detail: words });
  }
}
