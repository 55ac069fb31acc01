/** Octets: bounded reading, writing, field tables, faults, and text that is safe to show. */
export {
  addressBytes,
  canonicalAddress,
  familyOf,
  formatAddress,
  isAddress,
  type ScopedAddress,
  splitZone,
} from "./address.ts";
export { concatBytes, EMPTY, equalBytes, hex, unhex } from "./bytes.ts";
export { escapeText } from "./escape.ts";
export { DecodeError, type Fault, formatFault } from "./fault.ts";
export {
  countOf,
  type Field,
  lastSubstruc,
  type Layout,
  length,
  octets,
  reserved,
  rest,
  sized,
  sizeOf,
  uint,
} from "./field.ts";
export { list } from "./list.ts";
export {
  type Claim,
  Decoding,
  MAX_FAULTS,
  readRecord,
  type ReadScope,
  type RecordRead,
  type Trace,
} from "./read_record.ts";
export { type AddressScope, addressScope, inPrefix, parsePrefix, type Prefix } from "./prefix.ts";
export { count, Reader } from "./reader.ts";
export { writeRecord, type WriteScope } from "./write_record.ts";
export { Writer } from "./writer.ts";
