/** Security Association payload (RFC 7296 §3.3). */
import { list } from "../../wire/mod.ts";
import type { PayloadBase, PayloadForm } from "./form.ts";
import { PROPOSAL, type Proposal } from "./proposal.ts";

/** What is offered, or the one proposal that was chosen. */
export interface SaPayload extends PayloadBase {
  kind: "SA";
  /** In the order of preference. */
  proposals: Proposal[];
}

/** Payload type 33. */
export const SA: PayloadForm<SaPayload> = {
  type: 33,
  fields: [list("proposals", PROPOSAL)],
  create: () => ({ kind: "SA", critical: false, proposals: [] }),
};
