/** Turns what an Initiator learnt into the IKE part of a path's report. */
import type { Initiator, InitiatorOutcome } from "../exchange/initiator.ts";
import { natSides } from "../exchange/nat.ts";
import { groupName, notifyMeaning, notifyName, type NotifyPayload, vendorName } from "../ike/mod.ts";
import type { IkeOutcome, IkeReport, ReportedNotify } from "../model/mod.ts";
import { hex } from "../wire/mod.ts";

function reportNotify(n: NotifyPayload): ReportedNotify {
  const meaning = notifyMeaning(n);
  return {
    type: n.type,
    name: notifyName(n.type),
    ...(n.data.length > 0 && { data: hex(n.data) }),
    ...(meaning !== undefined && { meaning }),
  };
}

function details(outcome: InitiatorOutcome): Partial<IkeReport> {
  switch (outcome.kind) {
    case "accepted":
      return { proposal: outcome.acceptance.proposal };
    case "rejected":
      return { error: outcome.error };
    case "redirected":
      return { redirects: [outcome.gateway] };
    case "unsolved":
      return { error: outcome.why };
    case "version":
      return { major_version: outcome.major };
    case "malformed":
      return { faults: outcome.faults };
  }
}

/** Eight zero octets: what a Responder's SPI is in an answer that made no SA. */
const NO_SPI = new Uint8Array(8);

/**
 * Undefined when no answer ever came. The fields stand in the order that the report promises.
 *
 * @param stateless The request had a proposal that nobody accepts, so that being rejected means no more than `alive`.
 */
export function reportIke(initiator: Initiator, stateless: boolean): IkeReport | undefined {
  const outcome = initiator.conclude();
  if (outcome === undefined) return undefined;
  const as: IkeOutcome = stateless && outcome.kind === "rejected" ? "alive" : outcome.kind;
  const decisive = initiator.decisive;
  const payloads = decisive?.decoded.payloads ?? [];
  const { error, ...rest } = as === "alive" ? {} : details(outcome);
  return {
    outcome: as,
    ...(error !== undefined && { error }),
    initiator_spi: hex(initiator.spiI),
    responder_spi: hex(decisive?.decoded.header?.responderSpi ?? NO_SPI),
    ...rest,
    groups_tried: initiator.groupsTried.map(groupName),
    cookie: initiator.cookieDemanded,
    ...(initiator.puzzleBits !== undefined && { puzzle: initiator.puzzleBits }),
    notifies: payloads.flatMap((p) => p.kind === "N" ? [reportNotify(p)] : []),
    vendor_ids: payloads.flatMap((p) => {
      if (p.kind !== "V") return [];
      const name = vendorName(p.data);
      return [{ hex: hex(p.data), ...(name !== undefined && { name }) }];
    }),
    nat: natSides(decisive?.nat),
    bytes: decisive?.bytes.length ?? 0,
  };
}

/**
 * Whether the gateway has certainly made no SA: each request was answered with an error, a demand or a redirect. A broken
 * acceptance is none to us, and may be one to the gateway; so may a request that was not answered.
 */
export function leftNoSa(initiator: Initiator): boolean {
  const kind = initiator.outcome?.kind;
  return !initiator.isOwed && kind !== "accepted" && kind !== "malformed";
}
