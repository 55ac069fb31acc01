/** Events as lines: for people, or as JSON Lines. */
import type { Endpoint } from "../model/mod.ts";
import { escapeText } from "../wire/mod.ts";
import type { GatewayEvent, MessageEvent } from "./event.ts";

function at({ address, port }: Endpoint): string {
  return address.includes(":") ? `[${address}]:${port}` : `${address}:${port}`;
}

function reply({ reaction, why, answers, faults }: MessageEvent): string {
  const sent = answers.length === 0 ? "" : `, sent ${answers.join(" + ")} octets`;
  const by = faults.length === 0 ? "" : ` [fault ${faults.join(", ")}]`;
  return `${reaction}${why === "" ? "" : ` (${why})`}${sent}${by}`;
}

function words(event: GatewayEvent): string {
  switch (event.kind) {
    case "listening": {
      const encoding = event.encoding === undefined ? "" : ` (${event.encoding})`;
      return event.refused ? `refuses${encoding}` : `listening${encoding}`;
    }
    case "open":
      return "connected";
    case "full":
      return `turned away: ${event.why}`;
    case "end":
      return `ended: ${event.why}, ${event.octets} octets read`;
    case "message": {
      const nat = event.nat === undefined || event.nat === "none" ? "" : `, NAT: ${event.nat}`;
      return `${event.what}, ${event.octets} octets${nat} -> ${reply(event)}`;
    }
    case "other":
      return `${event.what}, ${event.octets} octets`;
  }
}

/** One line without its time; nothing from the network in it can control a terminal. */
export function formatEvent(event: GatewayEvent): string {
  const from = event.kind === "listening" ? "" : ` ${at(event.remote)}`;
  return escapeText(`${event.transport} ${at(event.local)}${from} ${words(event)}`);
}

/** One JSON object on one line. */
export function jsonEvent(event: GatewayEvent, time: string): string {
  const { at: _, kind, ...rest } = event;
  return JSON.stringify({ time, kind, ...rest });
}
