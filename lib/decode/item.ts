/** What decoding finds, one thing after the other, and where it was. */
import type { DecodedMessage } from "../ike/mod.ts";
import type { Endpoint } from "../model/mod.ts";
import type { Fault } from "../wire/mod.ts";

/** Where something was found. */
export interface Place {
  /** Numbers of the packets that it came in, as Wireshark counts them. */
  readonly packets?: readonly number[];
  /** Of the last of them: nanoseconds since 1970, UTC. */
  readonly ns?: bigint;
  readonly transport?: "udp" | "tcp" | "ip";
  /** Port 0: a protocol without ports. */
  readonly source?: Endpoint;
  readonly destination?: Endpoint;
  /** Number of the TCP connection: Wireshark's `tcp.stream`. */
  readonly connection?: number;
  /** Number of the hexdump, from 1, where the input has several. */
  readonly dump?: number;
  /** Line of the text in which it begins. */
  readonly line?: number;
  /** Octets before it: in the datagram, in the stream, in the dump or in the file. */
  readonly offset: number;
}

/** An IKE message, whole or as far as it goes. */
export interface IkeItem {
  readonly kind: "ike";
  readonly place: Place;
  /** Without marker and length. */
  readonly octets: Uint8Array;
  readonly decoded: DecodedMessage;
  /** What is to be known of it, in phrases. */
  readonly notes: readonly string[];
}

/** Octets that should be IKE and are not, or that are missing. */
export interface BrokenItem {
  readonly kind: "broken";
  readonly place: Place;
  /** What is there, or the beginning of it; its first octet is the one at `place`. */
  readonly octets: Uint8Array;
  /** Its offset counts from the first of `octets`, and may be behind them. */
  readonly fault: Fault;
}

/** What travels beside IKE. It is counted, and not shown. */
export interface OtherItem {
  readonly kind: "keepalive" | "esp";
  readonly place: Place;
  /** Only of ESP. */
  readonly spi?: number;
  readonly octets: number;
}

/** See the file's head. */
export type Item = IkeItem | BrokenItem | OtherItem;

/** Whether something about it is wrong. */
export function isBroken(item: Item): boolean {
  return item.kind === "broken" || (item.kind === "ike" && item.decoded.faults.length > 0);
}
