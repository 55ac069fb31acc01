/**
 * What may have become of a request over TCP or TLS: silence or a RST says nothing of whether the gateway has accepted it,
 * so it counts as accepted unless it is certain that nobody has got it, or that who got it does not speak IKE.
 */
import type { Initiator } from "../exchange/initiator.ts";
import type { Listener } from "../model/mod.ts";
import { leftNoSa } from "./outcome.ts";
import type { IkeStream, StreamArrival } from "./stream.ts";

/**
 * When an acknowledgement should have come, in round trips: after silence there is time for chance; a RST that comes sooner
 * than this is not the gateway's, which may have got the request.
 */
const ACK_DUE = { silence: 1.5, end: 0.9 } as const;

/** Who speaks IKE after all, although not as RFC 9329 says it, or may: the request may have been accepted. */
const MAY_SPEAK_IKE: readonly Listener[] = ["ike-tcp", "ike-unframed", "other"];

/** How the other side ended a stream. */
export type StreamEnd = Extract<StreamArrival, { kind: "end" }>;

/** The latest request on a stream. */
export interface StreamRequest {
  readonly machine: Initiator;
  readonly stream: IkeStream | undefined;
  readonly end: StreamEnd | undefined;
  readonly foreign?: Listener;
  readonly roundTripMs: number;
  readonly now: number;
}

/** Nothing of it was acknowledged, which was due. */
function isUnheard({ stream, end, roundTripMs, now }: StreamRequest): boolean {
  if (stream === undefined) return false;
  const waited = (end?.at ?? now) - stream.lastSent;
  return stream.isUnheard && waited >= roundTripMs * (end === undefined ? ACK_DUE.silence : ACK_DUE.end);
}

/**
 * Whether it needs to be made anew on another connection, and may be: it was not acknowledged, or a FIN was under way before
 * it could have arrived. A RST shows less: who sends one from the middle may have let the request pass.
 */
export function isLost(request: StreamRequest): boolean {
  const { machine, stream, end, roundTripMs } = request;
  if (!machine.isOwed || isUnheard(request)) return true;
  return stream !== undefined && end?.how === "fin" && end.at - stream.lastSent < roundTripMs;
}

/**
 * Whether the gateway has certainly made no SA, and will make none: what TCP would go on delivering is taken back for that.
 */
export function leavesNothing(request: StreamRequest): boolean {
  const { machine, stream, foreign } = request;
  if (!machine.isOwed) return leftNoSa(machine);
  if (foreign !== undefined) return !MAY_SPEAK_IKE.includes(foreign);
  if (!isUnheard(request)) return false;
  if (stream?.ended === false) stream.close("rst");
  return true;
}
