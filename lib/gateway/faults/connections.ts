/** Connections that never get as far as IKE. */
import type { Connection } from "../connection.ts";
import type { Fault } from "./fault.ts";

/** What comes within so many milliseconds is read before `close`: unread, it would make the system send RST, not FIN. */
const LINGER_MS = 30;

/** `close` */
export function close(): Fault {
  return {
    async connection(connection) {
      const reading = connection.drain();
      await connection.sleep(LINGER_MS);
      connection.close("fin");
      await reading;
    },
  };
}

/** `reset` */
export function reset(): Fault {
  return { connection: (connection) => Promise.resolve(connection.close("rst")) };
}

/** `mute` */
export function mute(): Fault {
  return { connection: (connection) => connection.drain() };
}

/** How long a tarpit holds a connection, in milliseconds. */
const TARPIT_MS = 600_000;

/** `tarpit` */
export function tarpit(): Fault {
  return { connection: (connection) => connection.sleep(TARPIT_MS) };
}

/** `close-after` */
export function closeAfter(ms: number): Fault {
  const later = async (connection: Connection) => {
    await connection.sleep(ms);
    connection.close("fin");
  };
  return { watch: (connection) => void later(connection) };
}

/** `garbage` */
export function garbage(kib: number): Fault {
  return {
    async connection(connection) {
      const reading = connection.drain();
      for (let i = 0; i < kib && await connection.write(connection.random(1024)); i++);
      connection.close();
      await reading;
    },
  };
}

/** `drip`: a frame of the largest Length, octet by octet. */
export function drip(ms: number): Fault {
  return {
    async connection(connection) {
      const reading = connection.drain();
      for (let i = 0; i < 65_535 && connection.end === undefined; i++) {
        await connection.write(Uint8Array.of(i < 2 ? 0xff : 0));
        await connection.sleep(ms);
      }
      connection.close();
      await reading;
    },
  };
}
