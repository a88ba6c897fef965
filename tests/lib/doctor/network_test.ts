// This machine's view of a server.

import { assertEquals, assertNotEquals } from "@std/assert";
import { lookFromHere, type Network, network } from "../../../lib/doctor/network.ts";
import { config } from "../../fake/facts.ts";

Deno.test("network tells an open port from one that refuses, and takes an address as it is", async () => {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr as Deno.NetAddr;
  assertEquals(await network.connect("127.0.0.1", port), "open");
  listener.close();
  assertEquals(await network.connect("127.0.0.1", port), "refused");
  assertEquals(await network.connect("no such name", 80), "unknown");
  assertEquals(await network.resolve("2001:db8::7"), ["2001:db8::7"]);
  assertNotEquals(await network.handshake("127.0.0.1", "shop.invalid"), "");
});

/** A network that tells its questions. */
function asked(reach: "open" | "refused" = "open"): { net: Network; questions: string[] } {
  const questions: string[] = [];
  const note = <T>(question: string, answer: T) => (questions.push(question), Promise.resolve(answer));
  return {
    questions,
    net: {
      resolve: (name) => note(`resolve ${name}`, ["203.0.113.7"]),
      connect: (host, port) => note(`connect ${host} ${port}`, reach),
      handshake: (host, name) => note(`handshake ${host} ${name}`, ""),
    },
  };
}

const target = { host: "203.0.113.7" };
const wild = config({
  domain: ["shop.example.com", "*.example.net"],
  redirects: ["www.shop.example.com"],
  tls: "internal",
});

Deno.test("lookFromHere() asks for each name, of a wildcard for one that it covers", async () => {
  const { net, questions } = asked();
  const { names } = await lookFromHere(wild, target, net);
  assertEquals([...names.keys()], ["shop.example.com", "www.example.net", "www.shop.example.com"]);
  assertEquals(questions.filter((one) => one.startsWith("connect")), [
    "connect 203.0.113.7 80",
    "connect 203.0.113.7 443",
  ]);
});

Deno.test("lookFromHere() shakes hands only where a certificate can be trusted and the port is open", async () => {
  const acme = config({ domain: "shop.example.com" });
  const shaken = async (one: typeof acme, reach: "open" | "refused") => {
    const { net, questions } = asked(reach);
    await lookFromHere(one, target, net);
    return questions.filter((text) => text.startsWith("handshake"));
  };
  assertEquals(await shaken(acme, "open"), ["handshake 203.0.113.7 shop.example.com"]);
  assertEquals([await shaken(acme, "refused"), await shaken(wild, "open")], [[], []]);
});

Deno.test("lookFromHere() tries nothing at a server behind another one, or one that SSH can't find", async () => {
  for (const jump of ["root@198.51.100.1", "a b"]) {
    const { net, questions } = asked();
    const { host, ports } = await lookFromHere(wild, { ...target, jump }, net);
    assertEquals([host, [...ports.values()]], [[], ["unknown", "unknown"]]);
    assertEquals(questions.filter((one) => !one.startsWith("resolve")), []);
  }
});
