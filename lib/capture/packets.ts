/** All packets of a run, in order of time. */
import type { ConnectedEvent, Endpoint, Event, OpenEvent, Report } from "../model/mod.ts";
import { endsOf, type FlowPackets, type MadePacket } from "./packet.ts";
import { TcpFlow } from "./tcp_flow.ts";
import { UdpFlow } from "./udp_flow.ts";

/** Ports for connections of which ours is not known: above those that Linux gives out by itself. */
const STAND_INS = { first: 61_000, last: 65_535 } as const;
/** Between the first sequence numbers of connections. */
const SEQUENCE_STEP = 1_000_000;
/** They begin again after so many, before 32 bits are over. */
const SEQUENCES = 4000;

/** What must differ between all connections of a capture, however many reports it is made from. */
export class Numbers {
  #connections = 0;
  #standIns = 0;

  /** First sequence number of the next connection. */
  sequence(): number {
    return (1 + this.#connections++ % SEQUENCES) * SEQUENCE_STEP;
  }

  /** A port that stands for one that is not known. */
  standIn(): number {
    return STAND_INS.first + this.#standIns++ % (STAND_INS.last - STAND_INS.first + 1);
  }
}

/** The packets, and which of them tells of an event. */
export interface ReportPackets {
  /** In order of time. */
  readonly packets: readonly MadePacket[];
  /** The packet that an event stands behind: its own, else the one before it on its flow, else the one after it. */
  packetOf(event: number): MadePacket | undefined;
}

/** Makes up the packets of a report. */
export function packetsOf({ events }: Pick<Report, "events">, numbers: Numbers): ReportPackets {
  const flows = new Map<number, FlowPackets>();
  const later = laterOf(events);
  const packets: MadePacket[] = [];
  const last = new Map<number, MadePacket>();
  const first = new Map<number, MadePacket>();
  const standsFor = new Map<number, MadePacket>();
  for (const [index, event] of events.entries()) {
    if (!("flow" in event)) continue;
    const { flow } = event;
    const comments: string[] = [];
    if (event.kind === "open") {
      const made = flowOf(event, later.get(flow), numbers, comments);
      if (made !== undefined) flows.set(flow, made);
    }
    const made = flows.get(flow)?.take(event, index) ?? [];
    made[0]?.comments.push(...comments);
    packets.push(...made);
    const packet = made.at(-1) ?? last.get(flow);
    if (packet === undefined) continue;
    last.set(flow, packet);
    if (!first.has(flow)) first.set(flow, made[0]!);
    standsFor.set(index, packet);
  }
  return {
    // Stable: what happened at the same time stays in its order.
    packets: packets.toSorted((a, b) => a.t_ms - b.t_ms),
    packetOf(index) {
      const event = events[index];
      return standsFor.get(index) ?? (event !== undefined && "flow" in event ? first.get(event.flow) : undefined);
    },
  };
}

/** What is known of a connection only when it is established, or has failed. */
interface Later {
  connected?: ConnectedEvent;
  local?: Endpoint;
}

function laterOf(events: readonly Event[]): ReadonlyMap<number, Later> {
  const flows = new Map<number, Later>();
  for (const event of events) {
    if (event.kind !== "connected" && event.kind !== "end") continue;
    const known = flows.get(event.flow) ?? {};
    if (event.kind === "connected") known.connected = event;
    known.local ??= event.local;
    flows.set(event.flow, known);
  }
  return flows;
}

function flowOf(
  event: OpenEvent,
  { connected, local: known = event.local }: Later = {},
  numbers: Numbers,
  comments: string[],
): FlowPackets | undefined {
  const { protocol, remote } = event;
  const local = known ?? { address: "", port: numbers.standIn() };
  if (known === undefined) comments.push(`our port is not known: ${local.port} stands for it`);
  const ends = endsOf(local, remote);
  if (ends === undefined) return undefined;
  if (protocol === "udp") return new UdpFlow(local, ends);
  return new TcpFlow({
    ends,
    sequence: numbers.sequence(),
    ...(connected !== undefined && { roundTripMs: connected.ms }),
    ...(connected?.mss !== undefined && { mss: connected.mss }),
  });
}
