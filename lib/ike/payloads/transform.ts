/** Transform substructures (RFC 7296 §3.3.2). */
import { lastSubstruc, type Layout, length, list, reserved, uint } from "../../wire/mod.ts";
import { attributeTypeName, transformName, transformTypeName } from "../registries/mod.ts";
import { ATTRIBUTE, type Attribute } from "./attribute.ts";

/** One algorithm of a proposal. */
export interface Transform {
  /** 1 ENCR, 2 PRF, 3 INTEG, 4 KE, 5 SN (ESN), 6 to 12 ADDKE1 to 7. */
  type: number;
  /** The algorithm, a number of the registry that belongs to the type. */
  id: number;
  attributes: Attribute[];
  /** The octet behind "Last Substruc"; absent: zero, as it must be sent. */
  reserved?: number;
  /** The octet behind the transform type; absent: zero, as it must be sent. */
  reserved2?: number;
}

const KEY_LENGTH = 14;

/** `ENCR AES-GCM-16 256`. */
export function describeTransform(transform: Transform): string {
  const attributes = transform.attributes.map(({ type, value }) =>
    type === KEY_LENGTH && typeof value === "number" ? ` ${value}` : ` (${attributeTypeName(type)})`
  );
  return `${transformTypeName(transform.type)} ${transformName(transform.type, transform.id)}${attributes.join("")}`;
}

/** Fields in wire order. */
export const TRANSFORM: Layout<Transform> = {
  fields: [
    lastSubstruc("lastSubstruc", 3),
    reserved("reserved", 1),
    length(),
    uint("type", 1, transformTypeName),
    reserved("reserved2", 1),
    uint("id", 2, (id, transform: Transform) => transformName(transform.type, id)),
    list("attributes", ATTRIBUTE),
  ],
  create: () => ({ type: 0, id: 0, attributes: [] }),
  describe: describeTransform,
};
