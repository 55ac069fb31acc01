/** Events for tests of captures: made by hand, and arbitrary ones that a recorder could have written. */
import fc from "fast-check";
import type { EndEvent, Endpoint, Event, Report } from "../../lib/model/mod.ts";
import { hex } from "../../lib/wire/mod.ts";
import { path, report } from "../report/reports.ts";

export const SIGHT = { icmp: true, router: true, strangers: true, tcpInfo: true };
export const US4: Endpoint = { address: "10.0.0.5", port: 40_001 };
export const THEM4 = "192.0.2.7";
export const US6: Endpoint = { address: "2001:db8::5", port: 40_001 };
export const THEM6 = "2001:db8::7";

type Unplaced = Event extends infer E ? E extends { flow: number } ? Omit<E, "path" | "flow"> : never : never;

/** A report of one path with these events on one flow. */
export function reportOf(spec: string, address: string, events: readonly Unplaced[]): Report {
  const made = path(spec, address);
  return report({ paths: [made], events: events.map((event) => ({ path: made.id, flow: 0, ...event }) as Event) });
}

/** `sent` or `received`, of octets of which so many were not kept. */
export function octetsEvent(kind: "sent" | "received", t_ms: number, octets: Uint8Array, missing = 0): Unplaced {
  const data = { t_ms, data: hex(octets), octets: octets.length + missing };
  return kind === "sent" ? { kind, ...data, what: "octets" } : { kind, ...data };
}

const ends: fc.Arbitrary<Pick<EndEvent, "how" | "failure">> = fc.constantFrom<Pick<EndEvent, "how" | "failure">>(
  { how: "fin" },
  { how: "rst" },
  { how: "ours" },
  { how: "error", failure: "other" },
);

/** What happens on an established connection, piece by piece, with how it ends. */
export interface Conversation {
  readonly family: 4 | 6;
  readonly mss: number | undefined;
  readonly pieces: readonly { readonly out: boolean; readonly octets: Uint8Array; readonly missing: number }[];
  readonly end: Pick<EndEvent, "how" | "failure"> | undefined;
}

/** Arbitrary conversations over TCP. */
export const conversation: fc.Arbitrary<Conversation> = fc.record({
  family: fc.constantFrom(4 as const, 6 as const),
  mss: fc.option(fc.integer({ min: 0, max: 70_000 }), { nil: undefined }),
  pieces: fc.array(
    fc.record({
      out: fc.boolean(),
      octets: fc.uint8Array({ minLength: 1, maxLength: 5000 }),
      missing: fc.oneof({ weight: 4, arbitrary: fc.constant(0) }, fc.integer({ min: 1, max: 40_000 })),
    }),
    { maxLength: 8 },
  ),
  end: fc.option(ends, { nil: undefined }),
});

/** The report of a conversation: a millisecond between any two events. */
export function conversationReport({ family, mss, pieces, end }: Conversation): Report {
  const [local, remote] = family === 4 ? [US4, THEM4] : [US6, THEM6];
  return reportOf("tcp-4500", remote, [
    { t_ms: 1, kind: "open", protocol: "tcp", remote: { address: remote, port: 4500 }, sight: SIGHT },
    { t_ms: 4, kind: "connected", local, ms: 2.5, ...(mss !== undefined && { mss }) },
    ...pieces.map(({ out, octets, missing }, i) => octetsEvent(out ? "sent" : "received", 5 + i, octets, missing)),
    ...(end === undefined ? [] : [{ t_ms: 5 + pieces.length, kind: "end" as const, ms: 9, ...end }]),
  ]);
}
