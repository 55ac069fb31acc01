/** Counts what was found, and keeps what travelled beside IKE in a few lines. */
import type { Endpoint } from "../model/mod.ts";
import { isBroken, type Item, type OtherItem, type Place } from "./item.ts";

/** ESP packets or NAT-keepalives from one end to the other. */
export interface Traffic {
  readonly kind: OtherItem["kind"];
  readonly transport?: Place["transport"];
  readonly source?: Endpoint;
  readonly destination?: Endpoint;
  readonly spi?: number;
  count: number;
  /** Of all of them together. */
  octets: number;
}

/** Lines of traffic that are told apart; what comes later is only counted. */
const MOST_TRAFFIC = 1000;

/** See the file's head. */
export class Totals {
  /** IKE messages. */
  messages = 0;
  /** Of these, and of what should be one, so many have something wrong with them. */
  broken = 0;
  keepalives = 0;
  esp = 0;
  readonly #traffic = new Map<string, Traffic>();

  /** In the order of their first packets. */
  get traffic(): readonly Traffic[] {
    return [...this.#traffic.values()];
  }

  add(item: Item): void {
    if (item.kind === "ike") this.messages++;
    if (isBroken(item)) this.broken++;
    if (item.kind === "keepalive") this.keepalives++;
    if (item.kind === "esp") this.esp++;
    if (item.kind === "keepalive" || item.kind === "esp") this.#add(item);
  }

  #add({ kind, place, spi, octets }: OtherItem): void {
    const { transport, source, destination } = place;
    const key = [kind, transport, end(source), end(destination), spi].join();
    const known = this.#traffic.get(key);
    if (known !== undefined) {
      known.count++;
      known.octets += octets;
    } else if (this.#traffic.size < MOST_TRAFFIC) {
      const where = { ...(transport && { transport }), ...(source && { source }), ...(destination && { destination }) };
      this.#traffic.set(key, { kind, ...where, ...(spi !== undefined && { spi }), count: 1, octets });
    }
  }

  /** 0: everything was decoded; 1: something is wrong, or nothing was IKE. */
  get exit(): 0 | 1 {
    return this.broken > 0 || this.messages === 0 ? 1 : 0;
  }
}

function end(endpoint: Endpoint | undefined): string {
  return endpoint === undefined ? "" : `${endpoint.address} ${endpoint.port}`;
}
