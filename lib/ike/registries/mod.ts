/** Numbers and names from IANA. */
export { CERT_ENCODING, certEncodingName } from "./cert_encoding.ts";
export { ENCR, encrName } from "./encr.ts";
export { EXCHANGE_TYPE, exchangeTypeName } from "./exchange_type.ts";
export { GROUP, groupByName, groupName } from "./group.ts";
export { HASH_ALGORITHM, hashAlgorithmName } from "./hash_algorithm.ts";
export { INTEG, integName } from "./integ.ts";
export {
  ISAKMP_EXCHANGE_TYPE,
  ISAKMP_NOTIFY,
  ISAKMP_PAYLOAD_TYPE,
  isakmpExchangeName,
  isakmpNotifyName,
  isakmpPayloadName,
} from "./isakmp.ts";
export { isErrorNotify, NOTIFY, notifyName } from "./notify.ts";
export { PAYLOAD_TYPE, payloadTypeName } from "./payload_type.ts";
export { GCAUTH, gcauthName, KWA, kwaName } from "./group_controller.ts";
export { PRF, prfName } from "./prf.ts";
export { SECURITY_PROTOCOL, securityProtocolName } from "./security_protocol.ts";
export { SEQUENCE_NUMBERS, sequenceNumbersName } from "./sequence_numbers.ts";
export { isKeyExchange, transformName } from "./transform_name.ts";
export { ATTRIBUTE_TYPE, attributeTypeName, TRANSFORM_TYPE, transformTypeName } from "./transform_type.ts";
