/** Which registry the Transform IDs of each Transform Type are in. */
import { encrName } from "./encr.ts";
import { groupName } from "./group.ts";
import { gcauthName, kwaName } from "./group_controller.ts";
import { integName } from "./integ.ts";
import { prfName } from "./prf.ts";
import { sequenceNumbersName } from "./sequence_numbers.ts";

/** Whether transforms of this type are key exchange methods: KE, and ADDKE1 to ADDKE7 (RFC 9370 §2.2.1). */
export function isKeyExchange(type: number): boolean {
  return type === 4 || (type >= 6 && type <= 12);
}

const NAMES: Readonly<Record<number, (id: number) => string>> = {
  1: encrName,
  2: prfName,
  3: integName,
  5: sequenceNumbersName,
  13: kwaName,
  14: gcauthName,
};

/** The name of an algorithm of any transform type: `AES-GCM-16`, `X25519`. Its number, where the type is unknown. */
export function transformName(type: number, id: number): string {
  return isKeyExchange(type) ? groupName(id) : NAMES[type]?.(id) ?? `${id}`;
}
