/**
 * SAs that real gateways granted, each with what the gateway answered to the farewell: the proof that keys and encryption
 * are what others understand. Taken in network namespaces with key pairs and secrets of no further use.
 */
import { keyExchangeGroup } from "../../lib/crypto/mod.ts";
import { KEY_LENGTH, TYPE } from "../../lib/exchange/offer.ts";
import type { GrantedSa } from "../../lib/exchange/keys.ts";
import type { Transform } from "../../lib/ike/mod.ts";
import { unhex } from "../../lib/wire/mod.ts";

/** X25519: the shortest. */
const GROUP = 31;

/** Algorithms of an SA, by their IANA numbers. */
export interface Suite {
  readonly encr: number;
  readonly bits?: number;
  readonly prf: number;
  readonly integ?: number;
}

/** One SA. All octets in hex. */
export interface Capture extends Suite {
  readonly gateway: string;
  /** Ours, of the key exchange. */
  readonly secret: string;
  readonly publicR: string;
  readonly nonceI: string;
  readonly nonceR: string;
  readonly spiI: string;
  readonly spiR: string;
  /** The gateway's answer to our IKE_AUTH. */
  readonly answer: string;
}

/** The transforms of a chosen proposal. */
export function transformsOf({ encr, bits, prf, integ }: Suite): Transform[] {
  const transform = (type: number, id: number, keyBits?: number): Transform => {
    return { type, id, attributes: keyBits === undefined ? [] : [{ type: KEY_LENGTH, value: keyBits }] };
  };
  return [
    transform(TYPE.ENCR, encr, bits),
    transform(TYPE.PRF, prf),
    ...(integ === undefined ? [] : [transform(TYPE.INTEG, integ)]),
    transform(TYPE.KE, GROUP),
  ];
}

/** The SA as the Initiator knew it. */
export function saOf(capture: Capture): GrantedSa {
  return {
    spiI: unhex(capture.spiI),
    spiR: unhex(capture.spiR),
    nonceI: unhex(capture.nonceI),
    nonceR: unhex(capture.nonceR),
    proposal: { number: 1, protocolId: 1, spi: new Uint8Array(0), transforms: transformsOf(capture) },
    group: GROUP,
    publicR: unhex(capture.publicR),
  };
}

/** g^ir. */
export function sharedOf(capture: Capture): Uint8Array {
  const pair = { group: GROUP, publicValue: new Uint8Array(32), secret: unhex(capture.secret) };
  return keyExchangeGroup(GROUP)!.shared(pair, unhex(capture.publicR));
}

/** `libreswan 4.10: ENCR 20 (256), PRF 7`. */
export function captureName({ gateway, encr, bits, prf, integ }: Capture): string {
  const integrity = integ === undefined ? "" : `, INTEG ${integ}`;
  return `${gateway}: ENCR ${encr}${bits === undefined ? "" : ` (${bits})`}, PRF ${prf}${integrity}`;
}

/** Every algorithm of the ordinary offer is among them. */
export const CAPTURES: readonly Capture[] = [
  {
    gateway: "libreswan 4.10",
    encr: 20,
    bits: 256,
    prf: 7,
    secret: "90ecca8e8f94c38115aaa037897e0433752ef585034bd26ed8af792738db2e8d",
    publicR: "49134ab79b8311bb7b89801137224796d78ef0d358a61f1ef95b0266524c6d10",
    nonceI: "d3595c0ded199e9c46cfd0aaac39793847992fef2d236e99678e5b3cbeaaf98d",
    nonceR: "c88fdc6b2c66cd47b1d9b0f2ad227c66988ab0d81e5262b4598c12f7ff81b75f",
    spiI: "1c9b91acf79d6b82",
    spiR: "030689fe10c50516",
    answer: [
      "1c9b91acf79d6b82030689fe10c505162e202320000000010000004129000025a96cd448a44a4c275e41755cec8e6b1d",
      "4e4e322db257c3b1575516d27c1b135f75",
    ].join(""),
  },
  {
    gateway: "libreswan 4.10",
    encr: 20,
    bits: 128,
    prf: 5,
    secret: "3691bee864ecc184bdb64e14be4a051e84236b479eec62288b42e6acde17e410",
    publicR: "5a4fd708d41795348d7589af06ed43a3a458c18b932810547dcf8a73b5a3f13f",
    nonceI: "fb135900c5887c6f18febd7a7802372629250c593cf7aa24351b3d0a19fa7201",
    nonceR: "88cfbb95287afc21147484c29c74cc6117afede6679c5b816c2a5fa7fe2ac974",
    spiI: "e5f2205554e71ce7",
    spiR: "4e9371b846c0de47",
    answer: [
      "e5f2205554e71ce74e9371b846c0de472e202320000000010000004129000025c3497c11965ff9466da2893dccc11b3b",
      "b7df3a11f73b287ff35393dbd7a2f3023f",
    ].join(""),
  },
  {
    gateway: "libreswan 4.10",
    encr: 20,
    bits: 128,
    prf: 6,
    secret: "99ac88c8bcdde4dc69f335bfffc14b5b4564e12c8b0d48b1b69c69ec59d5970d",
    publicR: "fbcd63beb6f0987d1e3852bda0da14289b8818e4b3c8d4fc7320cfe1875bea6f",
    nonceI: "519c8ff23e7af3471ce59bc2e252d5f4ebbee2205aca3e5118e4cf42435f0075",
    nonceR: "62ef8ad3990980b22f853ac627d905255933b6ef483e85131098cfbb6ed4a0a7",
    spiI: "59122ca36bd1ab11",
    spiR: "aeec9fce2c36ff89",
    answer: [
      "59122ca36bd1ab11aeec9fce2c36ff892e20232000000001000000412900002552026e4ad837eef443bcd8195d1aed34",
      "3b5e72b62304cf28fbe297d691b06f76e6",
    ].join(""),
  },
  {
    gateway: "libreswan 4.10",
    encr: 28,
    prf: 5,
    secret: "16c4b1f6030db43d8b57618b1db0e90ba985696347270f3e15ce43351df12f9e",
    publicR: "4e69e5fe3776c23241d758400070a90fea8de5b1b4e9e6c41990d8fbc3d4a722",
    nonceI: "191e5c9f8175f481026ef3549c91ca85caebf801b3db8337eabf2144f523c88d",
    nonceR: "9a46f900d64c1636676b31cc9ba0524bb3113d9b4c92cace649ee4380dc201ad",
    spiI: "edb40f1149a82354",
    spiR: "6b86249907d82eb8",
    answer: [
      "edb40f1149a823546b86249907d82eb82e202320000000010000004129000025db3ac62af874b7907109ed9616291d1e",
      "ffb78380783e37fa0618ce2d03bad7dea4",
    ].join(""),
  },
  {
    gateway: "libreswan 4.10",
    encr: 12,
    bits: 256,
    prf: 7,
    integ: 14,
    secret: "724f349782e559ed5c496ffb09e09c0af8bdcfd48946f9bfd2b3530a8c907e7c",
    publicR: "3c6802acc3c6639f55cf084dc1ad909211d635ab05ffff6dd363685c19fa9765",
    nonceI: "d7ea52b7f0d80555aa3a885aa503aaaa335974c1e9e2d7f6cfd61f169dfa5a2d",
    nonceR: "b90d607dd13965ba6d82ba628b276fb33202d8bdbfd391641f037d393597812c",
    spiI: "bcf4888f3ea94aae",
    spiR: "5498563cfc5c45ba",
    answer: [
      "bcf4888f3ea94aae5498563cfc5c45ba2e2023200000000100000060290000445fd6db3abd74af1f56c0470a04388377",
      "b81d2e613e68dae26547eb14749b0ce7d164b46dc2894dad4824c89e11e4fc17790199d95c7338e969b4b0a0d5af2108",
    ].join(""),
  },
  {
    gateway: "libreswan 4.10",
    encr: 12,
    bits: 128,
    prf: 5,
    integ: 12,
    secret: "66b72f75927bd3de0781dd16a9725afcbc150e6989078506d0e2522ea9de6914",
    publicR: "f5d3d70362283a69032a4b8df3f831383eef16120175aceea0f5e22237a48931",
    nonceI: "2e4c2c4f4c71e8aa545bf4585e163c263edbc7bdab2e247cc583bc2dc7fe5962",
    nonceR: "87b8cb504f6edb068f96e44eeaec35fd2391726b9bcc96ffe033daf368cadcbe",
    spiI: "c6c2c6fcab935b50",
    spiR: "8b97cef5bea5fd06",
    answer: [
      "c6c2c6fcab935b508b97cef5bea5fd062e202320000000010000005029000034f79f51921f4761e843fe1de1434c19c0",
      "53915677201fab73c38c35c5dc77de3a26e85c7a4d84af09a33c10f7a115d13d",
    ].join(""),
  },
  {
    gateway: "libreswan 4.10",
    encr: 12,
    bits: 256,
    prf: 6,
    integ: 13,
    secret: "3595ad64c5d47998edba4a455b61ffd15a0d3dd9d18c85531fe20ca9acc4a6c6",
    publicR: "a2525fcf88bb3fc5800ea84f7a402c910eb21764bdb4ec8986eb9109d331c554",
    nonceI: "349cc8a761a2ceb561ec363635a35a27727c76703ff362cebcd5b0ae10ce8b84",
    nonceR: "2e2c68c2e8733d353291ae1576ea7f2976d01021addce519ce81a2536fa87a6e",
    spiI: "efe0354d019e5751",
    spiR: "14f02c5943991d38",
    answer: [
      "efe0354d019e575114f02c5943991d382e20232000000001000000582900003c368d6dcb8b36c32644cea77a1fdf1c63",
      "700a8631f168c3b76f0a7439ccb6520ecb2cc0384f676d063d8d40939555ee547e12ee9a9d522457",
    ].join(""),
  },
  {
    gateway: "libreswan 4.10",
    encr: 12,
    bits: 128,
    prf: 2,
    integ: 2,
    secret: "f80a94991a697318fa5879be765b39c527aa1c094b33e29ce4e24d6d8754f118",
    publicR: "880e353138a95f0868086cf4edf2a65e9f78f90cd5ce3812494fedecc70b7c04",
    nonceI: "ecbb6cd8b8d53be73e9eb82c1e6a7c898c441dd932c2b1dd5cb2f9acecdbc9c6",
    nonceR: "df55a37b4fa392261743b84335362921926576049e4f24a5e175f8dfc550645d",
    spiI: "89855b597119cfff",
    spiR: "a394262b53313422",
    answer: [
      "89855b597119cfffa394262b533134222e202320000000010000004c2900003058186443a5118baf9d339b31d43776ef",
      "ff5182e308a177641b58600cfbdd7d8c7e084dad7d90ba7909175924",
    ].join(""),
  },
  {
    gateway: "strongSwan 5.9.8",
    encr: 20,
    bits: 256,
    prf: 7,
    secret: "123de710f11a6df74e2466391fcf8bb5f97b78a45c85e1a9acfb54de58603374",
    publicR: "a4ba18eb8ec2211e96a37303dc294e5eebcf2e278228cadcbfb83103b9b7181c",
    nonceI: "1d378f9d6c6419046d28c4069ca49962708aeebbd17f516cedf9aff3dc9afa6c",
    nonceR: "d4fd9bd068a9236e530618b134416be6e28f85beaa0232f43316519d887f33cf",
    spiI: "985544a29469b0b8",
    spiR: "87cba443f536e13f",
    answer: [
      "985544a29469b0b887cba443f536e13f2e202320000000010000004129000025343d368b4df2c2f07f5b9533d5326250",
      "c00bc2a6a1df7dbcba45d7a5b021aba50e",
    ].join(""),
  },
  {
    gateway: "strongSwan 5.9.8",
    encr: 12,
    bits: 128,
    prf: 5,
    integ: 12,
    secret: "0a18d151c4077ff984d6790faf7e8dd95272e9d4cf4eb29dff31cb70f337b0ec",
    publicR: "265b94e39f26a35ef5d98db4a52db9243464a0dd3dc3ae2ff7ee8b56a1330b12",
    nonceI: "5ba939010490d346ece20ec2124c7912e36d6c3bd47c3cee42e18d7644a55b66",
    nonceR: "511213e359bd0cdcb3071431570aef7cbaa9e29ccce65cb9dd676c5e8f1efafe",
    spiI: "d83c91399e55a795",
    spiR: "0b58331f57aa4841",
    answer: [
      "d83c91399e55a7950b58331f57aa48412e202320000000010000005029000034eefa62bf5a53f43b9844b5881dea2f5b",
      "d61e9c50f95e370d2db4243a3845f26fdbd7d72d66ca3982acc12f8b9aeadde5",
    ].join(""),
  },
  {
    gateway: "OpenIKED 7.2",
    encr: 20,
    bits: 128,
    prf: 5,
    secret: "63068a48bed194c6e35e7ac880d91f4c06b92cd9601bb675802450bd449ae4d9",
    publicR: "47d3168c2dfd96bd4abceef95ae6b4a713b31984a817e1525d2387ac9beb4f56",
    nonceI: "7f9eb891576d71e47c68a3c501c84b267ed3e26d12152fcd7f0f77e08ca321ba",
    nonceR: "c30c45960a64205f8b6865bb96e94bf48eb0ae863f5594f6a3d0a2cc8c136446",
    spiI: "40f186b034d02417",
    spiR: "a4f8e8c338bcbea9",
    answer: [
      "40f186b034d02417a4f8e8c338bcbea92e2023200000000100000041290000250000000000000000714d3df88f2aa45e",
      "672f3f1587793f34255a3534148fcf5054",
    ].join(""),
  },
  {
    gateway: "OpenIKED 7.2",
    encr: 12,
    bits: 256,
    prf: 6,
    integ: 14,
    secret: "43904cbdabc12775f35cfd5b65ca155f2c3968d99f8f106a17989c4abe14691e",
    publicR: "4fa8d20d3b9f9570fcfbaa54100b39bce9ca565173df83e65d25753c14cbcf54",
    nonceI: "b9edd9769d52ef8894125b5a4d5142856386bd80454904d6e57a326cbd7bc099",
    nonceR: "86119592107c51126a041a33e65607f1e5d250c82506da19b46b50c4fe975715",
    spiI: "32db71d8e815941e",
    spiR: "d15de68ed3d87663",
    answer: [
      "32db71d8e815941ed15de68ed3d876632e202320000000010000006029000044cb807f34f517ca9ff62b7d395d72f6da",
      "c012f216c1b4055b01ab895dd53e6968130414de85d5328b05be177fa53d6e8b2ac53d4732c72a69205b79671743e74e",
    ].join(""),
  },
];
