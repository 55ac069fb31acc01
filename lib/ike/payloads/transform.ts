/** Transform substructures (RFC 7296 §3.3.2). */
import { lastSubstruc, type Layout, length, list, reserved, uint } from "../../wire/mod.ts";
import { attributeTypeName, encrName, groupName, integName, prfName, transformTypeName } from "../registries/mod.ts";
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

/** The name of an algorithm of any transform type: `AES-GCM-16`, `X25519`. */
export function transformName(type: number, id: number): string {
  switch (type) {
    case 1:
      return encrName(id);
    case 2:
      return prfName(id);
    case 3:
      return integName(id);
    case 4:
    case 6:
    case 7:
    case 8:
    case 9:
    case 10:
    case 11:
    case 12:
      return groupName(id);
    case 5:
      return id === 0 ? "32-bit" : id === 1 ? "ESN" : `UNASSIGNED(${id})`;
    default:
      return `${id}`;
  }
}

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
