import { assertEquals } from "@std/assert";
import { complaints, resolve } from "../base.ts";

const ask = "http://app/allowed";
const domain = ["shop.example.com", { ask }];

Deno.test("resolveConfig() reads a question about customers' domains beside the app's own", () => {
  const { domains, tls } = resolve({ domain });
  assertEquals([domains, tls], [["shop.example.com"], { kind: "acme", ask: "/allowed" }]);
  assertEquals(resolve({ domain, tls: "internal" }).tls, { kind: "internal", ask: "/allowed" });
  assertEquals(resolve({ domain: [{ ask: "http://app/" }, "a.org"], tls: { email: "a@b.org" } }).tls, {
    kind: "acme",
    email: "a@b.org",
    ask: "/",
  });
});

const url = '(Give one such as "http://app/allowed")';
const certificates =
  'tls: domains of customers need certificates on demand (Give "acme", { email: … } or "internal")';

for (
  const [changes, ...said] of [
    [
      { domain: { ask } },
      'domain: the app has no domain of its own (Give one, too: ["shop.example.com", { ask: … }])',
    ],
    [
      { domain: [...domain, { ask }] },
      "domain[2]: it is a second one beside domain[1] (Give one)",
    ],
    [{ domain: ["a.org", {}] }, 'domain[1].ask: it is missing (Give a URL such as "http://app/allowed")'],
    [
      { domain: ["a.org", { asks: ask }] },
      'domain[1].asks: there is no such field (Did you mean "ask"?)',
      'domain[1].ask: it is missing (Give a URL such as "http://app/allowed")',
    ],
    ...["https://app/x", "http://app", "http://else/x", "http://app/x?y=1", "/allowed"].map((one) =>
      [
        { domain: ["a.org", { ask: one }] },
        `domain[1].ask: ${JSON.stringify(one)} is not a URL of the app ${url}`,
      ] as const
    ),
    [
      { domain, paths: "/api/*" },
      "domain[1]: an app with paths answers to some paths of some domains (Leave out one or the other)",
    ],
    [{ domain, tls: "off" }, certificates],
  ] as const
) {
  Deno.test(`resolveConfig() refuses ${JSON.stringify(changes)}`, () => {
    assertEquals(complaints(changes), [...said]);
  });
}
