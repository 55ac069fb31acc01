/** The small HTTP server: what it reads, what it refuses, and how long it waits for whom. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { encodeAnswer, type HttpAnswer, plain } from "../../lib/exporter/http/answer.ts";
import { type HttpRequest, MAX_HEAD, MAX_LINE, type Read, RequestReader } from "../../lib/exporter/http/request.ts";
import { HttpServer, IDLE_MS, REQUEST_MS } from "../../lib/exporter/http/server.ts";
import type { Channel } from "../../lib/net/transport.ts";
import { SimulatedNetwork } from "../sim/mod.ts";

const octets = (text: string) => Uint8Array.from(text, (character) => character.charCodeAt(0));

/** All that a reader makes of a text that comes in pieces of a length. */
function readAll(text: string, length = text.length): Read[] {
  const reader = new RequestReader();
  const found: Read[] = [];
  for (let at = 0; at < text.length; at += length) {
    reader.push(octets(text.slice(at, at + length)));
    for (let read = reader.next(); read !== undefined; read = reader.next()) found.push(read);
  }
  return found;
}

function requestOf(text: string): HttpRequest {
  const [read, ...more] = readAll(text);
  assert(read?.kind === "request" && more.length === 0, JSON.stringify(read));
  return read.request;
}

function statusOf(text: string): number | undefined {
  const [read] = readAll(text);
  return read?.kind === "fault" ? read.fault.status : read?.kind === "request" ? 200 : undefined;
}

Deno.test("http: a request as Prometheus sends it, whole and octet by octet", () => {
  const text = "GET /probe?target=vpn.example.org&paths=udp-500%2Ctcp-4500 HTTP/1.1\r\nHost: 127.0.0.1:9329\r\n" +
    "User-Agent: Prometheus/2.42.0+ds\r\nAccept: text/plain;version=0.0.4;q=0.2\r\nAccept-Encoding: gzip\r\n" +
    "X-Prometheus-Scrape-Timeout-Seconds: 10\r\n\r\n";
  const { method, path, query, fields, keepAlive } = requestOf(text);
  assertEquals([method, path, keepAlive], ["GET", "/probe", true]);
  assertEquals([...query], [["target", "vpn.example.org"], ["paths", "udp-500,tcp-4500"]]);
  assertEquals(fields.get("x-prometheus-scrape-timeout-seconds"), "10");
  assertEquals(readAll(text, 1), readAll(text));
  assertEquals(readAll(text.repeat(3), 7).length, 3);
  assertEquals(readAll(`\r\n\r\n${text}`, 1), readAll(text));
});

Deno.test("http: targets", () => {
  const place = (target: string) => {
    const { path, query } = requestOf(`GET ${target} HTTP/1.1\r\nHost: x\r\n\r\n`);
    return `${path} ${query}`;
  };
  assertEquals(place("/"), "/ ");
  assertEquals(place("/metrics?"), "/metrics ");
  assertEquals(place("http://proxy.example/probe?target=a"), "/probe target=a");
  assertEquals(place("/%2e%2e/probe?target=%1b%5b31m"), "/%2e%2e/probe target=%1B%5B31m");
});

Deno.test("http: connections that go on, and such that do not", () => {
  const keeps = (version: string, field = "") =>
    requestOf(`GET / HTTP/${version}\r\nHost: x\r\n${field}\r\n`).keepAlive;
  assertEquals([keeps("1.1"), keeps("1.1", "Connection: Close\r\n"), keeps("1.0")], [true, false, false]);
});

Deno.test("http: what cannot be read", () => {
  const first = "GET / HTTP/1.1\r\n";
  const bad = (text: string) => statusOf(`${text}\r\n\r\n`);
  assertEquals(
    [
      bad("\x16\x03\x01\x02garbage"),
      bad("GET /"),
      bad("GET  / HTTP/1.1\r\nHost: x"),
      bad("G(T / HTTP/1.1\r\nHost: x"),
      bad("GET foo HTTP/1.1\r\nHost: x"),
      bad("GET /#a HTTP/1.1\r\nHost: x"),
      bad("OPTIONS * HTTP/1.1\r\nHost: x"),
      bad(`${first}X: y`),
      bad(`${first}Host: x\r\n folded`),
      bad(`${first}Host : x`),
      bad(`${first}Host: x\r\nA: \x01`),
      bad(`${first}Host: x\r\nA: b\nC: d`),
    ],
    Array(12).fill(400),
  );
  assertEquals([bad("GET / HTTP/2.0\r\nHost: x"), bad("GET / HTTP/0.9\r\nHost: x")], [505, 505]);
  assertEquals(
    [bad(`${first}Host: x\r\nContent-Length: 5`), bad(`${first}Host: x\r\nTransfer-Encoding: chunked`)],
    [413, 413],
  );
  assertEquals(bad(`${first}Host: x\r\nContent-Length: 0`), 200);
});

Deno.test("http: what is too long", () => {
  assertEquals(statusOf(`GET /${"a".repeat(MAX_LINE)}`), 414);
  assertEquals(statusOf(`GET /${"a".repeat(MAX_LINE)} HTTP/1.1\r\nHost: x\r\n\r\n`), 414);
  assertEquals(statusOf(`GET / HTTP/1.1\r\nHost: x\r\n${"A: b\r\n".repeat(MAX_HEAD / 6)}`), 431);
  assertEquals(statusOf(`GET / HTTP/1.1\r\nHost: x\r\nA: ${"b".repeat(MAX_HEAD)}\r\n\r\n`), 431);
  assertEquals(statusOf(`GET /${"a".repeat(MAX_LINE - 20)} HTTP/1.1\r\nHost: x\r\n\r\n`), 200);
});

Deno.test("http: nothing is read behind a fault", () => {
  assertEquals(readAll("nonsense\r\n\r\nGET / HTTP/1.1\r\nHost: x\r\n\r\n").length, 1);
});

Deno.test("http: an answer on the wire", () => {
  const now = new Date(Date.UTC(2026, 0, 2, 3, 4, 5));
  const text = (how: Parameters<typeof encodeAnswer>[2]) =>
    new TextDecoder().decode(encodeAnswer(plain(503, "größer\n", { "Retry-After": "1" }), now, how));
  const head = "HTTP/1.1 503 Service Unavailable\r\nDate: Fri, 02 Jan 2026 03:04:05 GMT\r\n" +
    "Content-Type: text/plain; charset=utf-8\r\nContent-Length: 9\r\nCache-Control: no-store\r\n" +
    "X-Content-Type-Options: nosniff\r\nRetry-After: 1\r\n";
  assertEquals(text({ last: false }), `${head}\r\ngrößer\n`);
  assertEquals(text({ last: true, bodiless: true }), `${head}Connection: close\r\n\r\n`);
});

const SERVER = "203.0.113.80";
const GET = "GET / HTTP/1.1\r\nHost: x\r\n\r\n";

/** A server in the simulated network, and clients that say what they like. */
class Web {
  readonly network = new SimulatedNetwork();
  readonly defects: unknown[] = [];
  readonly faults: number[] = [];
  answer: (request: HttpRequest, from: string) => Promise<HttpAnswer> = () => Promise.resolve(plain(200, "hello\n"));
  readonly server: HttpServer;

  constructor(maxConnections = 3) {
    const host = this.network.addHost([SERVER]);
    this.server = new HttpServer((request, { from }) => this.answer(request, from), {
      clock: this.network.clock.background,
      maxConnections,
      onDefect: (error) => this.defects.push(error),
      onFault: (status) => this.faults.push(status),
    });
    host.listenTcp({ address: SERVER, port: 80 }).then((listener) => this.server.add(listener));
  }

  async client(): Promise<Channel> {
    const until = this.network.clock.now() + 1000;
    const opened = await this.network.connectTcp({ address: SERVER, port: 80 }, { until });
    assert(opened.ok);
    return opened.channel;
  }

  async say(channel: Channel, text: string): Promise<void> {
    await channel.send(octets(text));
  }

  /** What comes next: the status of an answer, or how the connection ends; undefined: nothing in so many milliseconds. */
  async next(channel: Channel, ms = 1000): Promise<string | undefined> {
    const arrival = await channel.receive(this.network.clock.now() + ms);
    if (arrival?.kind !== "octets") return arrival?.kind;
    return /^HTTP\/1\.1 (\d+)/.exec(new TextDecoder().decode(arrival.data))?.[1];
  }
}

Deno.test("http: several requests on a connection, one behind the other and all at once", async () => {
  const web = new Web();
  const client = await web.client();
  const asked: string[] = [];
  web.answer = ({ path }, from) => {
    asked.push(`${path} ${from.split(":")[0]}`);
    return Promise.resolve(plain(200, "hello\n"));
  };
  await web.say(client, GET);
  assertEquals(await web.next(client), "200");
  await web.say(
    client,
    `${GET}GET /b HTTP/1.1\r\nHost: x\r\n\r\nGET /c HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n${GET}`,
  );
  assertEquals([await web.next(client), await web.next(client), await web.next(client)], ["200", "200", "200"]);
  assertEquals([await web.next(client), asked.map((one) => one.split(" ")[0])], ["fin", ["/", "/", "/b", "/c"]]);
  assertEquals(web.server.connections, 0);
});

Deno.test("http: a request that is never complete ends after a while, however it dribbles in", async () => {
  const web = new Web();
  const client = await web.client();
  const { clock } = web.network;
  const began = clock.now();
  let end: string | undefined;
  for (const character of "GET / HTTP/1.1\r\nHost: x\r\nX-Slow: loris") {
    await web.say(client, character);
    end = await web.next(client, 500);
    if (end !== undefined) break;
  }
  assertEquals(end, "408");
  assert(clock.now() - began <= REQUEST_MS + 500);
  assertEquals(await web.next(client), "fin");
});

Deno.test("http: a connection that says nothing is closed after some minutes", async () => {
  const web = new Web();
  const client = await web.client();
  assertEquals(await web.next(client, IDLE_MS - 100), undefined);
  assertEquals(await web.next(client, 500), "fin");
});

Deno.test("http: one connection too many takes the place of the one that was idle the longest", async () => {
  const web = new Web(2);
  const { clock } = web.network;
  const [first, second] = [await web.client(), await web.client()];
  await clock.sleep(clock.now() + 100);
  await web.say(first, GET);
  assertEquals(await web.next(first), "200");
  await clock.sleep(clock.now() + 2000);
  const third = await web.client();
  await web.say(third, GET);
  assertEquals([await web.next(third), await web.next(second), await web.next(first)], ["200", "fin", undefined]);
});

Deno.test("http: where all connections are at work, one more waits until one of them is idle", async () => {
  const web = new Web(2);
  const { clock } = web.network;
  let most = 0;
  web.answer = async () => {
    most = Math.max(most, web.server.connections);
    await clock.background.sleep(clock.now() + 500);
    return plain(200, "slow\n");
  };
  const ask = async () => {
    const client = await web.client();
    await web.say(client, GET);
    return await web.next(client, 10_000);
  };
  const began = clock.now();
  assertEquals(await Promise.all(Array.from({ length: 6 }, ask)), Array(6).fill("200"));
  assertEquals(most, 2);
  assert(clock.now() - began >= 3000, "who was just answered may ask again");
});

Deno.test("http: a defect in an answer is a 500, and the connection goes on", async () => {
  const web = new Web();
  const client = await web.client();
  web.answer = () => Promise.reject(new Error("a defect"));
  await web.say(client, GET);
  assertEquals(await web.next(client), "500");
  web.answer = () => Promise.resolve(plain(200, ""));
  await web.say(client, GET);
  assertEquals(await web.next(client), "200");
  assertMatch(String(web.defects), /a defect/);
});

Deno.test("http: what cannot be read is answered, counted, and ends the connection", async () => {
  const web = new Web();
  const client = await web.client();
  await web.say(client, "\x16\x03\x01 no http\r\n\r\n");
  assertEquals([await web.next(client), await web.next(client), web.faults], ["400", "fin", [400]]);
});

Deno.test("http: shutdown answers what is being answered, and waits for nobody who says nothing", async () => {
  const web = new Web();
  const { clock } = web.network;
  web.answer = async () => {
    await clock.background.sleep(clock.now() + 400);
    return plain(200, "slow\n");
  };
  const [busy, idle, slow] = [await web.client(), await web.client(), await web.client()];
  await web.say(busy, GET);
  await web.say(slow, "GET / HT");
  await clock.sleep(clock.now() + 100);
  const began = clock.now();
  const over = clock.wait(web.server.shutdown(5000));
  assertEquals([await web.next(busy), await web.next(busy), await web.next(idle), await web.next(slow)], [
    "200",
    "fin",
    "fin",
    "fin",
  ]);
  await over;
  assert(clock.now() - began < 1000);
  const opened = await web.network.connectTcp({ address: SERVER, port: 80 }, { until: clock.now() + 100 });
  assertEquals(opened.ok, false);
});

Deno.test("http: shutdown does not wait for ever", async () => {
  const web = new Web();
  const { clock } = web.network;
  web.answer = () => new Promise(() => {});
  const client = await web.client();
  await web.say(client, GET);
  await clock.sleep(clock.now() + 100);
  const began = clock.now();
  const over = clock.wait(web.server.shutdown(5000));
  assertEquals(await web.next(client, 10_000), "rst");
  await over;
  assert(clock.now() - began < 5_100);
});
