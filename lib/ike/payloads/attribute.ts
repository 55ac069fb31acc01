/** Transform attributes (RFC 7296 §3.3.5). */
import { count, type Field, type Layout } from "../../wire/mod.ts";
import { attributeTypeName } from "../registries/mod.ts";

/** A transform attribute. */
export interface Attribute {
  /** 15 bits; 14 is the key length in bits. */
  type: number;
  /** A number: two octets, in the short form (TV, AF bit 1). Octets: in the long form with a length of its own (TLV). */
  value: number | Uint8Array;
}

/** The AF bit: the attribute has the short form. */
const SHORT_FORM = 0x8000;

/** Form and length decide about each other, so both make one field. */
const attribute: Field<Attribute> = {
  read(scope, into) {
    const offset = scope.reader.offset;
    const first = scope.reader.uint(2, "type");
    into.type = first & ~SHORT_FORM;
    if ((first & SHORT_FORM) !== 0) into.value = scope.reader.uint(2, "value");
    else into.value = scope.reader.octets(scope.reader.uint(2, "length"), "value");
    const { value } = into;
    const name = attributeTypeName(into.type);
    if (typeof value === "number") scope.trace?.field(name, offset, `${value}`);
    else scope.trace?.field(name, offset + 4, count(value.length), value);
  },
  write(scope, from) {
    const { type, value } = from;
    if (type >= SHORT_FORM) {
      throw new RangeError(`Cannot encode attribute type: ${type} is no unsigned integer of 15 bits`);
    }
    const short = typeof value === "number";
    scope.writer.uint(2, short ? type + SHORT_FORM : type, "attribute type");
    scope.writer.uint(2, short ? value : value.length, short ? "attribute value" : "attribute length");
    if (!short) scope.writer.octets(value);
  },
};

/** An attribute has no length of its own in the short form, so the list of them ends with the transform. */
export const ATTRIBUTE: Layout<Attribute> = { fields: [attribute], create: () => ({ type: 0, value: 0 }) };
