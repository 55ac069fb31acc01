/** Listeners that speak something else than IKE. */
import { concatBytes } from "../../wire/mod.ts";
import type { Connection } from "../connection.ts";
import type { Exchange, Fault, Outgoing } from "./fault.ts";

/** TLS alert record: fatal, protocol_version (RFC 8446 §6), as OpenSSL answers what is no TLS. */
const ALERT_PROTOCOL_VERSION = Uint8Array.of(0x15, 3, 1, 0, 2, 2, 70);

/** TCPT: a length of 32 bits, version 1, and the refusal of whatever was asked. */
const TCPT_ANSWER = Uint8Array.of(0, 0, 0, 9, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0);

const ascii = (text: string) => Uint8Array.from(text, (character) => character.charCodeAt(0) & 255);

/** Octets of an argument: `\xNN`, `\n`, `\r`, `\t`, `\\`; other characters in UTF-8. */
export function unescapeText(text: string): Uint8Array {
  const simple: Readonly<Record<string, number>> = { n: 10, r: 13, t: 9, "\\": 92 };
  const parts = text.split(/(\\x[0-9a-fA-F]{2}|\\[nrt\\])/);
  return concatBytes(...parts.map((part, i) => {
    if (i % 2 === 0) return new TextEncoder().encode(part);
    return Uint8Array.of(part[1] === "x" ? parseInt(part.slice(2), 16) : simple[part[1]!]!);
  }));
}

/** Answers once to the first octets, closes, and leaves the peer time to read. */
function answering(answer: () => Uint8Array): Fault {
  return {
    async connection(connection) {
      if (await connection.read() === undefined) return;
      await connection.write(answer());
      connection.close("fin");
    },
  };
}

/** Greets at once, then reads and says no more. */
function greeting(text: Uint8Array): Fault {
  return {
    async connection(connection) {
      await connection.write(text);
      await connection.drain();
    },
  };
}

const PAGES: Readonly<Record<number, { reason: string; header?: string; body: string }>> = {
  302: { reason: "Found", header: "Location: http://portal.example/login", body: "Please log in." },
  400: { reason: "Bad Request", body: "Your browser sent a request that this server could not understand." },
  403: { reason: "Forbidden", body: "Access denied." },
  407: { reason: "Proxy Authentication Required", header: 'Proxy-Authenticate: Basic realm="proxy"', body: "No." },
};

/** `http` */
export function http(status: number): Fault {
  const { reason, header, body } = PAGES[status] ?? { reason: "Status", body: "" };
  const lines = [
    `HTTP/1.1 ${status} ${reason}`,
    "Server: example",
    "Content-Type: text/plain",
    `Content-Length: ${body.length}`,
    "Connection: close",
    ...(header === undefined ? [] : [header]),
  ];
  return answering(() => ascii(`${lines.join("\r\n")}\r\n\r\n${body}`));
}

/** `ssh` */
export function ssh(): Fault {
  return greeting(ascii("SSH-2.0-OpenSSH_9.2\r\n"));
}

/** `banner` */
export function banner(text: string): Fault {
  return greeting(unescapeText(text));
}

/** `tls-alert` */
export function tlsAlert(): Fault {
  return answering(() => ALERT_PROTOCOL_VERSION);
}

/** `tcpt` */
export function tcpt(): Fault {
  return answering(() => TCPT_ANSWER);
}

async function echoStream(connection: Connection): Promise<void> {
  for (;;) {
    const octets = await connection.read();
    if (octets === undefined) return;
    await connection.write(octets);
  }
}

/** `echo`: over UDP, the request comes back as it was. */
export function echo(): Fault {
  return {
    connection: echoStream,
    answers: ({ request }: Exchange): Outgoing[] => [{ octets: request }],
  };
}
