/** Listening with the runtime's own sockets. */
import type { Socket } from "node:dgram";
import type { Endpoint } from "../../model/mod.ts";
import { canonicalAddress } from "../../wire/mod.ts";
import { systemClock } from "../clock.ts";
import { Inbox } from "../inbox.ts";
import type { Credentials, Datagram, StreamListener, UdpListener } from "../listen.ts";
import { PORTABLE_TCP } from "../sight.ts";
import type { Channel } from "../transport.ts";
import { alertInWords } from "../tls/alert.ts";
import { ConnChannel, endOfTcp, type StreamEnd } from "./stream.ts";
import { bindDatagramSocket, sourceOf } from "./udp.ts";

/** Datagrams that may wait for their reader; more are dropped, as the kernel would. */
const WAITING_DATAGRAMS = 256;
/** How long accepting pauses after it failed, in milliseconds: too many open files do not go away at once. */
const PAUSE_MS = 10;

/** Binds a UDP socket; rejects with the system's error. */
export async function listenPortableUdp(local: Endpoint): Promise<UdpListener> {
  return new PortableUdpListener(await bindDatagramSocket(local));
}

/** Listens for TCP connections; throws the system's error. */
export function listenPortableTcp(local: Endpoint): StreamListener {
  return new PortableStreamListener(Deno.listen({ hostname: local.address, port: local.port }), endOfTcp);
}

/** Listens for TLS connections; throws the system's or the TLS library's error. */
export function listenPortableTls(local: Endpoint, credentials: Credentials): StreamListener {
  const listener = Deno.listenTls({ hostname: local.address, port: local.port, ...credentials });
  return new PortableStreamListener(listener, endOfTls);
}

/** What an exception of TLS means; the handshake's come with the first octets that are read. */
function endOfTls(error: unknown, at: number): StreamEnd {
  const end = endOfTcp(error, at);
  if (end.kind !== "error") return end;
  // A peer that ends TCP in order without ending TLS first.
  if (/without sending TLS close_notify/.test(end.detail)) return { kind: "fin", at };
  const alert = alertInWords(end.detail);
  return { ...end, failure: "tls", ...(alert !== undefined && { alert }) };
}

function endpointOf(address: Deno.NetAddr): Endpoint {
  return { address: canonicalAddress(address.hostname), port: address.port };
}

class PortableStreamListener implements StreamListener {
  readonly local: Endpoint;

  constructor(
    readonly listener: Deno.Listener<Deno.TcpConn | Deno.TlsConn, Deno.NetAddr>,
    readonly explain: (error: unknown, at: number) => StreamEnd,
  ) {
    this.local = endpointOf(listener.addr);
  }

  async accept(): Promise<Channel | undefined> {
    for (;;) {
      try {
        const conn = await this.listener.accept();
        const ends = { local: endpointOf(conn.localAddr), remote: endpointOf(conn.remoteAddr) };
        return new ConnChannel(conn, { ...ends, sight: PORTABLE_TCP, explain: this.explain });
      } catch (error) {
        if (error instanceof Deno.errors.BadResource || error instanceof Deno.errors.Interrupted) return undefined;
        await systemClock.sleep(systemClock.now() + PAUSE_MS);
      }
    }
  }

  close(): void {
    try {
      this.listener.close();
    } catch {
      // Closed already.
    }
  }
}

class PortableUdpListener implements UdpListener {
  readonly local: Endpoint;
  readonly #inbox = new Inbox<Datagram>(WAITING_DATAGRAMS);
  #open = true;

  constructor(readonly socket: Socket) {
    const { address, port } = socket.address();
    this.local = { address: canonicalAddress(address), port };
    socket.on("message", (data: Uint8Array, from: Endpoint) => {
      this.#inbox.put({ data: Uint8Array.from(data), from: sourceOf(from), to: this.local, at: systemClock.now() });
    });
    socket.on("error", () => {});
  }

  receive(): Promise<Datagram | undefined> {
    return this.#inbox.next();
  }

  send(data: Uint8Array, to: Endpoint): Promise<void> {
    if (!this.#open) return Promise.resolve();
    return new Promise((resolve) => this.socket.send(data, to.port, to.address, () => resolve()));
  }

  close(): void {
    if (!this.#open) return;
    this.#open = false;
    this.socket.close();
    this.#inbox.close();
  }
}
