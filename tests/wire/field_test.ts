import { assertEquals, assertThrows } from "@std/assert";
import {
  countOf,
  Decoding,
  formatFault,
  lastSubstruc,
  type Layout,
  length,
  list,
  MAX_FAULTS,
  octets,
  Reader,
  readRecord,
  reserved,
  rest,
  sized,
  sizeOf,
  type Trace,
  uint,
  unhex,
  Writer,
  writeRecord,
} from "../../lib/wire/mod.ts";

interface Leaf {
  id: number;
  tag: Uint8Array;
}

interface Tree {
  kind: number;
  reserved?: number;
  name: Uint8Array;
  leaves: Leaf[];
}

const LEAF: Layout<Leaf> = {
  fields: [lastSubstruc("more", 1), length(), uint("id", 1), octets("tag", 2)],
  create: () => ({ id: 0, tag: new Uint8Array(2) }),
};

const TREE: Layout<Tree> = {
  fields: [
    uint("kind", 1, (kind) => `kind ${kind}`),
    reserved("reserved", 1),
    length("size"),
    sizeOf("nameSize", "name", 1),
    countOf("numLeaves", "leaves", 1),
    sized("name"),
    list("leaves", LEAF),
  ],
  create: () => ({ kind: 0, name: new Uint8Array(0), leaves: [] }),
  describe: (tree) => `a tree of ${tree.leaves.length}`,
};

const OCTETS = unhex("07 00 0014  02 02  aabb  01 0006 01 1111  00 0006 02 2222");
const RECORD: Tree = {
  kind: 7,
  name: unhex("aabb"),
  leaves: [{ id: 1, tag: unhex("1111") }, { id: 2, tag: unhex("2222") }],
};

function read(bytes: Uint8Array, trace?: Trace) {
  const run = new Decoding(trace);
  const record = TREE.create();
  const result = readRecord(TREE, record, new Reader(bytes), "tree", run);
  return { record, ...result, faults: run.faults.map(formatFault) };
}

Deno.test("field table: one table reads and writes", () => {
  const writer = new Writer();
  writeRecord(TREE, RECORD, writer);
  assertEquals(writer.finish(), OCTETS);
  const { record, complete, end, faults } = read(OCTETS);
  assertEquals([complete, end, faults], [true, 20, []]);
  assertEquals(record, RECORD);
});

Deno.test("field table: the same table tells a listener every field, in wire order", () => {
  const seen: string[] = [];
  read(OCTETS, {
    open: (path, offset) => seen.push(`${offset} ${path} {`),
    field: (name, offset, text) => seen.push(`${offset} ${name} ${text}`),
    note: (text) => seen.push(text),
    fault: () => seen.push("fault"),
    close: () => seen.push("}"),
  });
  assertEquals(seen.slice(0, 13), [
    "0 tree {",
    "0 kind kind 7 (7)",
    "1 reserved 0",
    "2 size 20",
    "4 nameSize 2",
    "5 numLeaves 2",
    "6 name 2 octets",
    "8 tree.leaves[0] {",
    "8 more 1 (more follow)",
    "9 length 6",
    "11 id 1",
    "12 tag 2 octets",
    "}",
  ]);
  assertEquals(seen.slice(-2), ["a tree of 2", "}"]);
});

Deno.test("field table: a reserved field appears only when it is not zero", () => {
  const bytes = OCTETS.slice();
  bytes[1] = 5;
  const { record, faults } = read(bytes);
  assertEquals(record, { ...RECORD, reserved: 5 });
  assertEquals(faults, []);
});

Deno.test("field table: octets behind the structure's own length are not its business", () => {
  const { record, end, faults } = read(Uint8Array.of(...OCTETS, 9, 9, 9));
  assertEquals([record, end, faults], [RECORD, 20, []]);
});

Deno.test("field table: an element with a fault is left out, those before and behind it are kept", () => {
  const bytes = unhex("07 00 0019  02 03  aabb  01 0006 01 1111  01 0005 09 99  00 0006 02 2222");
  const { record, faults } = read(bytes);
  assertEquals(faults, ["tree.leaves[1].tag @18: needs 2 octets, 1 left"]);
  assertEquals(record, RECORD);
});

Deno.test("field table: a list that is cut keeps what is whole", () => {
  const { record, complete, faults } = read(OCTETS.subarray(0, 19));
  assertEquals(complete, true);
  assertEquals(record.leaves, RECORD.leaves.slice(0, 1));
  assertEquals(faults, [
    "tree.size @2: says 20 octets, 19 are there",
    "tree.leaves[1].length @15: says 6 octets, 5 are there",
    "tree.leaves[1].tag @18: needs 2 octets, 1 left",
  ]);
});

Deno.test("field table: data to the end of cut bounds are not given out as if they were whole", () => {
  const layout: Layout<{ data: Uint8Array }> = {
    fields: [length(), rest("data")],
    create: () => ({ data: new Uint8Array(0) }),
  };
  const run = new Decoding();
  const record = layout.create();
  const { complete, end } = readRecord(layout, record, new Reader(unhex("0005 0102")), "", run);
  assertEquals([complete, end], [false, 5]);
  assertEquals(record.data, new Uint8Array(0));
  assertEquals(run.faults.map(formatFault), [
    "length @0: says 5 octets, 4 are there",
    "data @2: cut off after 2 octets",
  ]);
});

Deno.test("field table: so many faults and no more are kept", () => {
  const bytes = new Uint8Array(6 + 3 * 100);
  bytes.set([7, 0, bytes.length >> 8, bytes.length & 0xff, 0, 100]);
  for (let at = 6; at < bytes.length; at += 3) bytes.set([at + 3 < bytes.length ? 1 : 0, 0, 3], at);
  const { record, faults } = read(bytes);
  assertEquals(faults.length, MAX_FAULTS);
  assertEquals(record.leaves, []);
});

Deno.test("field table: a fixed field of another size is refused", () => {
  const leaf: Leaf = { id: 1, tag: unhex("111111") };
  assertThrows(
    () => writeRecord(LEAF, leaf, new Writer()),
    RangeError,
    "Cannot encode tag: 3 octets in place of 2",
  );
});

Deno.test("field table: an error that is no fault of the octets is not swallowed", () => {
  const broken: Layout<object> = {
    fields: [{
      read: () => {
        throw new TypeError("a bug");
      },
      write: () => {},
    }],
    create: () => ({}),
  };
  assertThrows(() => readRecord(broken, {}, new Reader(new Uint8Array(1)), "", new Decoding()), TypeError, "a bug");
});
