/** What RFC 9329 says of prefix and frames, done wrong. */
import { encodeFrame, NAT_KEEPALIVE, STREAM_PREFIX } from "../../encap/mod.ts";
import { concatBytes, equalBytes } from "../../wire/mod.ts";
import type { Answered, Ending, Fault, Outgoing } from "./fault.ts";

/** Octets of a Length and a non-ESP marker, in front of an IKE message. */
const FRAME_HEAD = 6;

function beginsWithPrefix(octets: Uint8Array): boolean {
  return equalBytes(octets.subarray(0, STREAM_PREFIX.length), STREAM_PREFIX);
}

/** `prefix-reset`, `prefix-drop`, `prefix-close`: looks at the first segment, as a middlebox does. */
export function onPrefix(ending: Ending): Fault {
  return { segment: (octets, before) => before === 0 && beginsWithPrefix(octets) ? ending : undefined };
}

/** `prefix-whole` */
export function prefixWhole(): Fault {
  return { segment: (octets, before) => before === 0 && octets.length < STREAM_PREFIX.length ? "fin" : undefined };
}

/** `prefix-unchecked` */
export function prefixUnchecked(): Fault {
  return { anyPrefix: true };
}

/** `keepalive-close` */
export function keepaliveClose(): Fault {
  return { frame: (frame) => frame.kind === "keepalive" ? "fin" : undefined };
}

/** `unframed` */
export function unframed(): Fault {
  return { wire: (octets) => octets.subarray(FRAME_HEAD) };
}

/** `endless-frame`: what is announced never comes. */
export function endlessFrame(): Fault {
  const beginning = concatBytes(Uint8Array.of(0xff, 0xff), new Uint8Array(4 + 100));
  return { answers: () => [{ octets: beginning, raw: true }] };
}

/** `frame-length` */
export function frameLength(delta: number): Fault {
  return {
    wire(octets) {
      const length = (octets[0]! * 256 + octets[1]! + delta) & 0xffff;
      return concatBytes(Uint8Array.of(length >> 8, length & 255), octets.subarray(2));
    },
  };
}

/** `corrupt-stream` */
export function corruptStream(offset: number): Fault {
  return {
    wire(octets, before) {
      if (offset < before || offset >= before + octets.length) return octets;
      const copy = octets.slice();
      copy[offset - before]! ^= 0x20;
      return copy;
    },
  };
}

/** `split` */
export function split(octets: number): Fault {
  return { segmentLength: Math.max(1, octets) };
}

/** The same for UDP and streams: a datagram or frame of its own, before each answer. */
function before(count: number, octets: () => Uint8Array): Fault {
  const raw = ({ transport }: Answered): Outgoing => ({
    octets: transport === "udp" ? octets() : encodeFrame(octets()),
    raw: true,
  });
  return {
    answers: (exchange, answers) =>
      answers.length === 0 ? answers : [...Array.from({ length: count }, () => raw(exchange)), ...answers],
  };
}

/** `keepalives` */
export function keepalives(count: number): Fault {
  return before(count, () => NAT_KEEPALIVE);
}

/** `esp`: SPI 12345678, and octets that nobody can decrypt. */
export function esp(count: number): Fault {
  return before(count, () => concatBytes(Uint8Array.of(0x12, 0x34, 0x56, 0x78), new Uint8Array(60)));
}

/** `hang-up`: libreswan keeps connections that carry an SA. */
export function hangUp(): Fault {
  return {
    ending: ({ reaction, carriesSa }) =>
      carriesSa || reaction === "accepted" || reaction === "repeated" ? undefined : "fin",
  };
}

/** `close-after-answer`, `reset-after-answer` */
export function afterAnswer(ending: "fin" | "rst"): Fault {
  return { ending: () => ending };
}
