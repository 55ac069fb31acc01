/**
 * What a gateway needs of the machine that it runs on: sockets to listen on, a clock, randomness. The real one stands on
 * `lib/net`; the tests' simulated network is another.
 */
import type { Credentials, StreamListener, UdpListener } from "../net/listen.ts";
import type { Endpoint } from "../model/mod.ts";
import type { Clock } from "../net/transport.ts";

export type { Credentials, Datagram, StreamListener, UdpListener } from "../net/listen.ts";

/** The machine. Every `listen` rejects with an error of one clear sentence when the address cannot be had. */
export interface GatewayHost {
  readonly clock: Clock;
  /** Cryptographically random octets. */
  random(length: number): Uint8Array;
  /** The time of day, for certificates. */
  today(): Date;
  /** The addresses that `0.0.0.0` or `::` stands for; other addresses, and what cannot be known: itself. */
  expand(address: string): readonly string[];
  /** Port 0 takes a free one. */
  listenUdp(local: Endpoint): Promise<UdpListener>;
  /** As {@linkcode GatewayHost.listenUdp}. */
  listenTcp(local: Endpoint): Promise<StreamListener>;
  /** The TLS handshake belongs to the connection: `receive` ends with `error` when it fails. */
  listenTls(local: Endpoint, credentials: Credentials): Promise<StreamListener>;
}
