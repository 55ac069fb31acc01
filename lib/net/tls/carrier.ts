/** Two ways to put a channel of ours under the runtime's TLS. */
import { connect as connectSocket, type Socket } from "node:net";
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
  const far = connectSocket({ host: hostname, port: listener.addr.port });
  try {
    const [near, socket] = await Promise.all([listener.accept(), secure(far, options)]);
    if (near.remoteAddr.port !== far.localPort) {
      near.close();
      throw new Error("Cannot carry TLS over loopback: somebody else connected");
    }
    near.setNoDelay(true);
    join(tap, near);
    return { socket, close: closer(tap, near, socket) };
  } catch (error) {
    far.destroy();
    throw error;
  } finally {
    listener.close();
  }
}

/**
 * Makes TLS of a socket in the moment when it is connected: once it reads by itself, it is too late. And it must not wait to
 * fill a segment, which would cost 40 ms here and there; that, too, cannot be changed later.
 */
function secure(far: Socket, options: ConnectionOptions): Promise<TLSSocket> {
  return new Promise((resolve, reject) => {
    far.once("error", reject);
    far.once("connect", () => {
      far.setNoDelay(true);
      resolve(connect({ ...options, socket: far }));
    });
  });
}

/** A session that is destroyed while it shakes hands would lose its connection, unclosed: that has to fail first. */
function closer(tap: Tap, near: Deno.TcpConn, socket: TLSSocket): () => Promise<void> {
  const settled = new Promise<void>((resolve) => {
    for (const event of ["secureConnect", "error", "close"]) socket.once(event, resolve);
  });
  return async () => {
    tap.stop();
    closeQuietly(near);
    await settled;
    socket.destroy();
  };
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
