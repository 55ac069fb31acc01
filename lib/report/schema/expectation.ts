/** JSON Schema of an expectation: for editors that check while one types, and for reading the file again. */
import {
  ADDRESS_SCOPES,
  EVERY_FINDING,
  type Expectation,
  EXPECTATION_SCHEMA_ID,
  type ExpectedPath,
  FINDING_CODES,
  VERDICT_EXIT,
} from "../../model/mod.ts";
import { array, described, exactly, flag, milliseconds, object, oneOf, type Schema, text, whole } from "./form.ts";

const PATH = object<ExpectedPath>({
  path: {
    type: "string",
    pattern: "^(udp-\\d{1,5}(/bare|/marker)?|(tcp|tls)-\\d{1,5})$",
    description: "TRANSPORT-PORT, as in --paths; it has to accept IKE",
  },
}, {
  addresses: described(oneOf(ADDRESS_SCOPES), "of the host: at all of them (the default), or at any"),
  certificate_trusted: described(flag, "true: a client that checks certificates has to go on"),
  max_answer_ms: described(milliseconds, "from the last request to its answer, at most"),
});

/** As it stands in a report. */
export const EXPECTATION: Schema = object<Expectation>({ schema: exactly(EXPECTATION_SCHEMA_ID) }, {
  note: described(text, "for people: nothing reads it"),
  paths: described(array(PATH), "tried even when --paths lacks them"),
  minimum_group: described(text, "the weakest key exchange group that will do, by IANA name: MODP3072, X25519"),
  minimum_key_bits: described(whole, "size of the cipher's key"),
  forbidden_findings: described(
    array(oneOf([EVERY_FINDING, ...FINDING_CODES])),
    "codes that must not be found in any severity; * stands for every problem and warning that is not allowed",
  ),
  allowed_findings: described(array(oneOf(FINDING_CODES)), "exceptions from *"),
  verdicts: described(array(oneOf(Object.keys(VERDICT_EXIT))), "the verdicts that are good enough"),
});

/** The file on its own: JSON Schema 2020-12. */
export const EXPECTATION_SCHEMA: Schema = {
  $schema: "https://json-schema.org/draft/2020-12/schema",
  $id: `urn:${EXPECTATION_SCHEMA_ID.replaceAll("/", ":")}`,
  title: "Expectation of ike-tcp",
  ...EXPECTATION,
};
