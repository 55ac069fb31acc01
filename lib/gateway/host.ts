/**
 * What a gateway needs of the machine that it runs on: sockets to listen on, a clock, randomness. The real one stands on
 * `lib/net`; the tests' simulated network is another.
 */
import type { Endpoint } from "../model/mod.ts";
import type { Channel, Clock } from "../net/transport.ts";

/** A datagram and who sent it. */
export interface Datagram {
  readonly data: Uint8Array;
  readonly from: Endpoint;
}

/** A bound UDP socket. */
export interface DatagramSocket {
  readonly local: Endpoint;
  /** The next datagram; `undefined` once the socket is closed. One call at a time. */
  receive(): Promise<Datagram | undefined>;
  /** Never rejects: what the network does to a datagram is nobody's exception. */
  send(data: Uint8Array, to: Endpoint): Promise<void>;
  close(): void;
}

/** A bound TCP socket. An accepted connection is a {@linkcode Channel}. */
export interface StreamListener {
  readonly local: Endpoint;
  /** The next connection; `undefined` once the listener is closed. One call at a time. */
  accept(): Promise<Channel | undefined>;
  close(): void;
}

/** A TLS server's certificate chain and private key. */
export interface Credentials {
  /** PEM. */
  readonly cert: string;
  /** PEM, PKCS #8. */
  readonly key: string;
}

/** The machine. Every `listen` rejects with an error of one clear sentence when the address cannot be had. */
export interface GatewayHost {
  readonly clock: Clock;
  /** Cryptographically random octets. */
  random(length: number): Uint8Array;
  /** Port 0 takes a free one. */
  listenUdp(local: Endpoint): Promise<DatagramSocket>;
  listenTcp(local: Endpoint): Promise<StreamListener>;
  /** The TLS handshake is part of `accept`'s connection: `receive` ends with `error` when it fails. */
  listenTls(local: Endpoint, credentials: Credentials): Promise<StreamListener>;
}
