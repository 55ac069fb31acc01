/** Names of vendor IDs (RFC 7296 §3.12): most are MD5 hashes of a text, with or without a version behind; some are text. */
import { escapeText, hex } from "../wire/mod.ts";

/**
 * Beginnings of vendor IDs in hex, with what they stand for. What follows a beginning is a version or flags. Hashes of a
 * known text have it as a comment; the others were seen on the wire of these products and are in the lists of other
 * implementations, too.
 */
const BEGINNINGS: readonly (readonly [hex: string, name: string])[] = [
  ["882fe56d6fd20dbc2251613b2ebe5beb", "strongSwan"], // "strongSwan"
  ["7003cbc1097dbe9c2600ba6983bc8b35", "racoon"], // "KAME/racoon"
  ["054182a07c7ae206f9d2cf9d2432c482", "SSH Sentinel"], // "SSH Sentinel"
  ["eb4b0d96276b4e220ad16221a7b2a5e6", "SSH Sentinel 1.4.1"], // "SSH Sentinel 1.4.1"
  ["101fb0b35c5a4f4c08b919f1cb9777b0", "NCP"],
  ["f14b94b7bff1fef02773b8c49feded26", "Shrew Soft"],
  ["08db45e6cb01f80bb576e9a78c0f54e1300b8881", "ELVIS-PLUS Zastava"],
  ["8404adf9cda05760b2ca292e4bff537b", "Sidewinder"],

  ["1e2b516905991c7d7c96fcbfb587e46100000009", "Microsoft Windows 8, Server 2012 or later"], // "MS NT5 ISAKMPOAKLEY"
  ["1e2b516905991c7d7c96fcbfb587e46100000008", "Microsoft Windows 7 or Server 2008 R2"],
  ["1e2b516905991c7d7c96fcbfb587e461", "Microsoft Windows"],
  ["fb1de3cdf341b7ea16b7e5be0855f120", "Microsoft: negotiation discovery"], // "MS-Negotiation Discovery Capable"
  ["214ca4faffa7f32d6748e5303395ae83", "Microsoft: AuthIP"], // "MS-MamieExists"
  ["e3a5966a76379fe707228231e5ce8652", "Microsoft: CGA"], // "IKE CGA version 1"
  ["01528bbbc00696121849ab9a1c5b2a51", "Microsoft: key modules"],
  ["72872b95fcda2eb708efe322119b4971", "Microsoft: fast failover of clusters"],
  ["26244d38eddb61b3172a36e3d0cfb819", "Microsoft: initial contact"], // "Vid-Initial-Contact"
  ["621b04bb09882ac1e15935fefa24aeee", "Microsoft: GSS-API"], // "GSSAPI"

  ["12f5f28c457168a9702d9fe274cc", "Cisco Unity"], // "CISCO-UNITY", the last two octets are a version
  ["1f07f70eaa6514d3b0fa96542a50", "Cisco VPN 3000 concentrator"], // "ALTIGA GATEWAY", likewise
  ["f6f7efc7f5aeb8cb158cb9d094ba69e7", "Cisco VPN 3000 client"], // "ALTIGA NETWORKS"
  ["3e984048", "Cisco IOS"],

  ["1d6e178f6c2c0be284985465450fe9d4", "Fortinet FortiGate"],
  ["b4f01ca951e9da8d0bafbbd34ad3044e", "Fortinet: endpoint control"], // "Fortinet Endpoint Control"
  ["4c53427b6d465d1b337bb755a37a7fef", "Fortinet: FortiClient license"], // "forticlient connect license"
  ["9b15e65a871aff342666623ba5022e60", "Fortinet: auto-discovery sender"],
  ["ca4a4cbb12eab6c58c57067c2e653786", "Fortinet: auto-discovery receiver"],

  ["f4ed19e0c114eb516faaac0ee37daf2807b4381f", "Check Point"],

  ["699369228741c6d4ca094c93e242c9de19e7b7c6", "Juniper NetScreen"],
  ["166f932d55eb64d8e4df4fd37e2313f0d0fd8451", "Juniper NetScreen"],
  ["299ee8289f40a8973bc78687e2e7226b532c3b76", "Juniper NetScreen"],
  ["2a2bcac19b8e91b426107807e02e7249569d6fd3", "Juniper NetScreen"],
  ["3a15e1f3cf2a63582e3ac82d1c64cbe3b6d779e7", "Juniper NetScreen"],
  ["47d2b126bfcd83489760e2cf8c5d4d5a03497c15", "Juniper NetScreen"],
  ["4a4340b543e02b84c88a8b96a8af9ebe77d9accc", "Juniper NetScreen"],
  ["64405f46f03b7660a23be116a1975058e69e8387", "Juniper NetScreen"],
  ["8c0dc6cf62a0ef1b5c6eabd1b67ba69866adf16a", "Juniper NetScreen"],
  ["92d27a9ecb31d99246986d3453d0c3d57a222a61", "Juniper NetScreen"],
  ["9b096d9ac3275a7d6fe8b91c583111b09efed1a0", "Juniper NetScreen"],
  ["a35bfd05ca1ac0b3d2f24e9e82bfcbff9c9e52b5", "Juniper NetScreen"],
  ["bf03746108d746c904f1f3547de24f78479fed12", "Juniper NetScreen"],
  ["c2e80500f4cc5fbf5daaeed3bb59abaeee56c652", "Juniper NetScreen"],
  ["c8660a62b03b1b6130bf781608d32a6a8d0fb89f", "Juniper NetScreen"],
  ["f885da40b1e7a9abd17655ec5bbec0f21f0ed52e", "Juniper NetScreen"],
  ["fd808804df73b15150709d878044cde0ac1efcde", "Juniper SRX"],

  ["5b362bc820f6", "SonicWall"],
  ["5b362bc820f7", "SonicWall"],
  ["404bf439522ca3f6", "SonicWall"],
  ["da8e937880010000", "SonicWall or WatchGuard"],

  ["625027749d5ab97f5616c1602765cf480a3b7d0b", "ZyXEL ZyWALL"],
  ["b858d1addd08c1e8adafea150608aa4497aa6cc8", "ZyXEL ZyWALL"],
  ["f758f22668750f03b08df6ebe1d0", "ZyXEL ZyWALL USG"],

  ["afcad71368a1f1c96b8696fc7757", "Dead Peer Detection (RFC 3706)"],
  ["4048b7d56ebce88525e7de7f00d6c2d3", "IKE fragmentation"], // "FRAGMENTATION"
  ["09002689dfd6b712", "XAUTH"], // "draft-ietf-ipsra-isakmp-xauth-06.txt"
  ["4a131c81070358455c5728f20e95452f", "NAT-Traversal (RFC 3947)"], // "RFC 3947"
  ["7d9419a65310ca6f2c179d9215529d56", "NAT-Traversal (draft-ietf-ipsec-nat-t-ike-03)"],
  ["cd60464335df21f87cfdb2fc68b6a448", "NAT-Traversal (draft-ietf-ipsec-nat-t-ike-02)"],
  ["90cb80913ebb696e086381b5ec427b1f", "NAT-Traversal (draft-ietf-ipsec-nat-t-ike-02)"], // with a newline behind
  ["16f6ca16e4a4066d83821a0f0aeaa862", "NAT-Traversal (draft-ietf-ipsec-nat-t-ike-01)"],
  ["4485152d18b6bbcd0be8a8469579ddcc", "NAT-Traversal (draft-ietf-ipsec-nat-t-ike-00)"],
  ["4df37928e9fc4fd1b3262170d515c662", "NAT-Traversal (draft-ietf-ipsec-nat-t-ike)"],
];

/** Texts that do not name their sender by themselves. */
const TEXTS: readonly (readonly [RegExp, string])[] = [
  [/^OEN.{9}$/, "libreswan 3.0 to 3.5"],
  [/^(?:OE|OSW).{9,10}$/, "Openswan"],
];

/** Visible ASCII and spaces, and enough of it that no hash looks so by chance. */
const TEXT = /^[ -~]{4,}$/;

/** So many octets of a text are shown. */
const MOST_TEXT = 128;

/**
 * Who or what a vendor ID stands for, `Cisco Unity`, `OE-Libreswan-4.10`; undefined when it is neither known nor text. Safe
 * to show on a terminal.
 */
export function vendorName(data: Uint8Array): string | undefined {
  const digits = hex(data.subarray(0, 32));
  const known = BEGINNINGS.find(([beginning]) => digits.startsWith(beginning));
  if (known !== undefined) return known[1];
  const text = String.fromCharCode(...data.subarray(0, MOST_TEXT));
  if (!TEXT.test(text)) return undefined;
  const shown = escapeText(text) + (data.length > MOST_TEXT ? "..." : "");
  const sender = TEXTS.find(([pattern]) => pattern.test(text));
  return sender === undefined ? shown : `${sender[1]} (${shown})`;
}
