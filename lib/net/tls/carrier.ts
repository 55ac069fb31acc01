/** Two ways to put a channel of ours under the runtime's TLS. */
import { Duplex } from "node:stream";
import { connect, type ConnectionOptions, TLSSocket } from "node:tls";
import type { Tap } from "./tap.ts";

/** A TLS session over a channel, and how to take it down. */
export interface Carried {
  readonly socket: TLSSocket;
  /** Sends nothing any more at once; resolves when nothing is left of the session. */
  close(): Promise<void>;
}

/**
 * Whether the runtime's TLS is complete. Deno before 2.6 has no `getProtocol`, says `authorized` of every certificate, and
 * over a stream object its sessions show no certificate and cannot be closed without a trace.
 */
export const COMPLETE = typeof TLSSocket.prototype.getProtocol === "function";

/** Sends the ClientHello by the way that fits the runtime. */
export async function carry(tap: Tap, options: ConnectionOptions): Promise<Carried> {
  return COMPLETE ? carryByStream(tap, options) : await carryByLoopback(tap, options);
}

/** TLS over a stream object. */
function carryByStream(tap: Tap, options: ConnectionOptions): Carried {
  let room = () => {};
  const stream = new Duplex({
    read: () => room(),
    write: (octets: Uint8Array, _encoding, done) => {
      tap.below.send(Uint8Array.from(octets)).then(() => done(), done);
    },
    final: (done) => done(),
  });
  // Errors show on the session; without a listener here they would end the process.
  stream.on("error", () => {});
  const socket = connect({ ...options, socket: stream as never });
  tap.pump({
    octets: (data) => stream.push(data) ? undefined : new Promise((resolve) => room = resolve),
    end: () => stream.push(null),
  });
  const close = () => {
    tap.stop();
    room();
    socket.destroy();
    stream.destroy();
    return Promise.resolve();
  };
  return { socket, close };
}

/**
 * TLS over a socket of the runtime's own, to ourselves: each octet passes through loopback.
 *
 * @throws {Error} when there is no loopback
 */
async function carryByLoopback(tap: Tap, options: ConnectionOptions): Promise<Carried> {
  const hostname = "127.0.0.1";
  const listener = Deno.listen({ hostname, port: 0 });
  const socket = connect({ ...options, host: hostname, port: listener.addr.port });
  try {
    const near = await meet(listener, socket);
    join(tap, near);
    // A session that is destroyed while it shakes hands would lose its connection, unclosed: that has to fail first.
    const settled = new Promise<void>((resolve) => {
      for (const event of ["secureConnect", "error", "close"]) socket.once(event, resolve);
    });
    const close = async () => {
      tap.stop();
      closeQuietly(near);
      await settled;
      socket.destroy();
    };
    return { socket, close };
  } catch (error) {
    socket.destroy();
    throw error;
  } finally {
    listener.close();
  }
}

/** The listener's end of the session's connection: another process of this machine could try to be it. */
async function meet(listener: Deno.TcpListener, socket: TLSSocket): Promise<Deno.TcpConn> {
  const failed = new Promise<never>((_, reject) => socket.once("error", reject));
  const connected = new Promise<void>((resolve) => socket.once("connect", resolve));
  const [near] = await Promise.race([Promise.all([listener.accept(), connected]), failed]);
  if (near.remoteAddr.port !== socket.localPort) {
    near.close();
    throw new Error("Cannot carry TLS: somebody else connected");
  }
  near.setNoDelay(true);
  // Not before the handshake: until then, an older runtime's socket is not its own.
  socket.once("secureConnect", () => socket.setNoDelay(true));
  return near;
}

/** Carries octets both ways, each only as fast as they are taken. */
function join(tap: Tap, near: Deno.TcpConn): void {
  tap.pump({
    octets: async (data) => {
      try {
        for (let at = 0; at < data.length;) at += await near.write(data.subarray(at));
      } catch {
        // The session was closed.
      }
    },
    end: () => near.closeWrite().catch(() => {}),
  });
  (async () => {
    const buffer = new Uint8Array(16384);
    try {
      for (let count = await near.read(buffer); count !== null; count = await near.read(buffer)) {
        await tap.below.send(buffer.slice(0, count));
      }
    } catch {
      // The session was closed.
    }
  })();
}

function closeQuietly(conn: Deno.Conn): void {
  try {
    conn.close();
  } catch {
    // Closed already.
  }
}
