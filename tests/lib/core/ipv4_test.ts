import { assertEquals } from "@std/assert";
import { addressNumber, addressText, parseSubnet } from "../../../lib/core/ipv4.ts";

const subnets = [
  { text: "10.66.0.0/24", first: "10.66.0.0", size: 256 },
  { text: "10.66.0.77/24", first: "10.66.0.0", size: 256 },
  { text: "192.168.1.130/25", first: "192.168.1.128", size: 128 },
  { text: "203.0.113.7", first: "203.0.113.7", size: 1 },
  { text: "255.255.255.255/32", first: "255.255.255.255", size: 1 },
  { text: "0.0.0.0/0", first: "0.0.0.0", size: 4294967296 },
];
for (const { text, first, size } of subnets) {
  Deno.test(`parseSubnet() reads ${text}`, () => {
    const subnet = parseSubnet(text);
    assertEquals([addressText(subnet.first), subnet.size], [first, size]);
  });
}

Deno.test("addressText() takes back addressNumber()", () => {
  assertEquals(addressText(addressNumber("172.16.254.3")), "172.16.254.3");
});
