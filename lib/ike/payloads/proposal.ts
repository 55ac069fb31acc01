/** Proposal substructures (RFC 7296 §3.3.1). */
import {
  countOf,
  EMPTY,
  lastSubstruc,
  type Layout,
  length,
  list,
  reserved,
  sized,
  sizeOf,
  uint,
} from "../../wire/mod.ts";
import { securityProtocolName } from "../registries/mod.ts";
import { TRANSFORM, type Transform } from "./transform.ts";

/** One set of algorithms: of each transform type the Responder chooses one. */
export interface Proposal {
  /** 1 for the first, each later one is one more. */
  number: number;
  /** 1 for IKE. */
  protocolId: number;
  /** Empty in IKE_SA_INIT. */
  spi: Uint8Array;
  transforms: Transform[];
  /** The octet behind "Last Substruc"; absent: zero, as it must be sent. */
  reserved?: number;
}

/** Fields in wire order. */
export const PROPOSAL: Layout<Proposal> = {
  fields: [
    lastSubstruc("lastSubstruc", 2),
    reserved("reserved", 1),
    length(),
    uint("number", 1),
    uint("protocolId", 1, securityProtocolName),
    sizeOf("spiSize", "spi", 1),
    countOf("numTransforms", "transforms", 1),
    sized("spi"),
    list("transforms", TRANSFORM),
  ],
  create: () => ({ number: 0, protocolId: 0, spi: EMPTY, transforms: [] }),
};
