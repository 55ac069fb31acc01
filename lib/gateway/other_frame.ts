/** Words for what is no IKE message, in datagrams and frames alike. */
import type { Frame } from "../encap/mod.ts";

/** What it is, without anything of the peer's that needed escaping. */
export function describeOther(frame: Exclude<Frame, { kind: "ike" }>): string {
  switch (frame.kind) {
    case "keepalive":
      return "NAT-keepalive";
    case "esp":
      return `ESP, SPI ${frame.spi.toString(16).padStart(8, "0")}`;
    case "empty":
      return "nothing";
    case "other":
      return "too short for IKE or ESP";
  }
}

/** Octets of a frame's contents. */
export function lengthOfOther(frame: Exclude<Frame, { kind: "ike" }>): number {
  switch (frame.kind) {
    case "keepalive":
      return 1;
    case "esp":
      return frame.data.length + 4;
    case "empty":
      return 0;
    case "other":
      return frame.data.length;
  }
}
