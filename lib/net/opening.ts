/** How an opening ends without a channel: every transport says it in the same form. */
import { splitZone } from "../wire/mod.ts";
import { type Trouble, troubleOfError } from "./failure.ts";
import { systemClock } from "./clock.ts";
import type { Icmp, Opened } from "./transport.ts";

/** The failing half of {@linkcode Opened}. */
export type NotOpened = Extract<Opened, { ok: false }>;

/** What is known beside the trouble. */
export type Circumstances = Partial<Pick<NotOpened, "icmp" | "local" | "alert" | "foreign">>;

/** @param began {@linkcode Clock.now} when it began */
export function notOpened(began: number, trouble: Trouble, more: Circumstances = {}): NotOpened {
  const { failure, detail } = trouble;
  return { ok: false, failure, detail, ms: elapsed(began), ...more };
}

/** An ICMP error ended it. */
export function rejectedByIcmp(began: number, icmp: Icmp, more: Circumstances = {}): NotOpened {
  const detail = `ICMP ${icmp.name}${icmp.from === null ? "" : ` from ${icmp.from}`}`;
  return notOpened(began, { failure: icmp.failure, detail }, { ...more, icmp });
}

/** An exception ended it. */
export function failedBy(began: number, error: unknown, more: Circumstances = {}): NotOpened {
  return notOpened(began, troubleOfError(error), more);
}

/** The caller's signal ended it. */
export function aborted(began: number, more: Circumstances = {}): NotOpened {
  return notOpened(began, { failure: "other", detail: "interrupted" }, more);
}

/** The runtime's own sockets take no address with a zone (RFC 4007 §11); undefined for what they take. */
export function zoneTrouble(address: string): Trouble | undefined {
  if (splitZone(address).zone === undefined) return undefined;
  return { failure: "other", detail: `${address}: a zone can be used on Linux with --allow-ffi only` };
}

/** Milliseconds since `began`, with microsecond digits. */
export function elapsed(began: number): number {
  return Math.round((systemClock.now() - began) * 1000) / 1000;
}
