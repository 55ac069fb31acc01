/** All payloads that can occur in IKE_SA_INIT: one file each, and one line each in the lists below. */
import type { Field, Layout } from "../../wire/mod.ts";
import { CERTREQ, type CertReqPayload } from "./certreq.ts";
import { PAYLOAD_HEADER_FIELDS, type PayloadBase, type PayloadForm, type PayloadHeader } from "./form.ts";
import { KE, type KePayload } from "./ke.ts";
import { NONCE, type NoncePayload } from "./nonce.ts";
import { NOTIFY_FORM, type NotifyPayload } from "./notify.ts";
import { PUZZLE_SOLUTION, type PuzzleSolutionPayload } from "./puzzle_solution.ts";
import { payloadTypeName } from "../registries/mod.ts";
import { SA, type SaPayload } from "./sa.ts";
import { unknownForm, type UnknownPayload } from "./unknown.ts";
import { VENDOR_ID_FORM, type VendorIdPayload } from "./vendor_id.ts";

/** Any payload; `kind` tells which. */
export type Payload =
  | SaPayload
  | KePayload
  | NoncePayload
  | NotifyPayload
  | VendorIdPayload
  | CertReqPayload
  | PuzzleSolutionPayload
  | UnknownPayload;

/** A payload within the chain: with the type of the one behind it. */
export type ChainedPayload = Payload & PayloadHeader;

/** A payload with its generic header. */
interface WholeLayout extends Layout<ChainedPayload> {
  readonly type: number;
}

function whole<P extends Payload>(form: PayloadForm<P>): WholeLayout {
  return {
    type: form.type,
    title: payloadTypeName(form.type),
    // The one cast of the codec: a form is applied only to payloads of its kind, which it made itself or which were
    // looked up by `kind`.
    fields: [...PAYLOAD_HEADER_FIELDS, ...form.fields as unknown as Field<ChainedPayload>[]],
    create: () => ({ ...form.create() as Payload, nextPayload: 0 }),
    describe: form.describe && ((payload) => form.describe!(payload as unknown as P)),
  };
}

/** The payloads that this codec reads, by kind. */
const LAYOUTS: Readonly<Record<Exclude<Payload["kind"], "unknown">, WholeLayout>> = {
  SA: whole(SA),
  KE: whole(KE),
  CERTREQ: whole(CERTREQ),
  Nonce: whole(NONCE),
  N: whole(NOTIFY_FORM),
  V: whole(VENDOR_ID_FORM),
  PS: whole(PUZZLE_SOLUTION),
};

const byType = new Map(Object.values(LAYOUTS).map((layout) => [layout.type, layout]));

/** Made when first met: there are at most 256, and a hostile message has thousands of payloads. */
const unknownByType = new Map<number, WholeLayout>();

function unknownLayout(type: number): WholeLayout {
  let layout = unknownByType.get(type);
  if (layout === undefined) unknownByType.set(type, layout = whole(unknownForm(type)));
  return layout;
}

/** How a payload of this type is read. */
export function layoutOfType(type: number): WholeLayout {
  return byType.get(type) ?? unknownLayout(type);
}

/** How a payload is written. */
export function layoutOf(payload: Payload): WholeLayout {
  return payload.kind === "unknown" ? unknownLayout(payload.type) : LAYOUTS[payload.kind];
}

/** The type that a payload has on the wire. */
export function payloadType(payload: Payload): number {
  return payload.kind === "unknown" ? payload.type : LAYOUTS[payload.kind].type;
}

export type { PayloadBase };
export type { Attribute } from "./attribute.ts";
export type { Proposal } from "./proposal.ts";
export { describeTransform, type Transform } from "./transform.ts";
export { describeEncrypted, isEncrypted } from "./unknown.ts";
export type {
  CertReqPayload,
  KePayload,
  NoncePayload,
  NotifyPayload,
  PuzzleSolutionPayload,
  SaPayload,
  UnknownPayload,
  VendorIdPayload,
};
