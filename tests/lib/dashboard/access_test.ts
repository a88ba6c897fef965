import { assertEquals, assertStringIncludes } from "@std/assert";
import { hashSync } from "bcryptjs";
import { BusyError, parseUsers } from "../../../lib/dashboard/users.ts";
import { host, open, token } from "./opened.ts";

const page = `/${token}/`;
const refusals:
  readonly (readonly [what: string, path: string, headers: Record<string, string>, says: string])[] = [
    ["no token", "/", { host }, "lacks its token"],
    ["another token", "/the-tokem/", { host }, "lacks its token"],
    ["a part of the token", "/the-toke/style.css", { host }, "lacks its token"],
    ["another name, as DNS rebinding gives", page, { host: "evil.example:4000" }, "has another name"],
    ["another port", page, { host: "127.0.0.1:80" }, "has another name"],
    ["no name", page, {}, "has another name"],
    ["another origin", page, { host, origin: "https://evil.example" }, "Pages of others"],
    ["an origin that hides", page, { host, origin: "null" }, "Pages of others"],
    ["a frame or script of another page", page, { host, "sec-fetch-site": "cross-site" }, "Pages of others"],
  ];
for (const [what, path, headers, says] of refusals) {
  Deno.test(`a dashboard refuses a request with ${what}`, async () => {
    await using page = await open();
    const answer = await page.fetch(path, { headers });
    assertEquals(answer.status, 403);
    assertStringIncludes(await answer.text(), says);
  });
}

Deno.test("a dashboard's page opens from a link elsewhere, and from its own origin", async () => {
  await using page = await open();
  const follow = { "sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate" };
  for (const headers of [{}, follow, { origin: `http://${host}` }]) {
    const answer = await page.get("", headers);
    await answer.body?.cancel();
    assertEquals(answer.status, 200);
  }
});

const sends: readonly Record<string, string>[] = [
  { origin: "https://evil.example" },
  { origin: "" },
  { "sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate" },
  { host: "evil.example" },
];
for (const headers of sends) {
  Deno.test(`a dashboard takes no form with ${JSON.stringify(headers)}`, async () => {
    await using page = await open();
    const answer = await page.post("ask", { app: "shop", action: "deploy" }, headers);
    assertEquals(answer.status, 403);
    await answer.body?.cancel();
  });
}

Deno.test("every answer of a dashboard forbids scripts and styles from elsewhere, frames and caches", async () => {
  await using page = await open();
  for (const answer of [await page.get(""), await page.get("style.css"), await page.fetch("/")]) {
    await answer.body?.cancel();
    const { headers } = answer;
    assertEquals(
      headers.get("content-security-policy"),
      "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; " +
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    );
    assertEquals(
      ["x-frame-options", "x-content-type-options", "referrer-policy", "cross-origin-resource-policy"].map((
        name,
      ) => headers.get(name)),
      ["DENY", "nosniff", "same-origin", "same-origin"],
    );
    assertEquals(headers.get("access-control-allow-origin"), null);
  }
  const { headers } = await page.get("style.css");
  assertEquals(headers.get("cache-control"), "no-store");
});

const users = parseUsers(
  `ada:${hashSync("secret of ada", 4)}:deploy\neve:${hashSync("secret of eve", 4)}:look\n`,
  "users",
  0,
);

function basic(name: string, password: string): Record<string, string> {
  return { authorization: `Basic ${btoa(`${name}:${password}`)}` };
}

Deno.test("a dashboard with users asks for name and password", async () => {
  await using page = await open({ verify: users });
  for (const headers of [{}, basic("ada", "secret of eve"), basic("nobody", "secret of ada")]) {
    const answer = await page.get("", headers);
    assertEquals([answer.status, answer.headers.get("www-authenticate")], [401, 'Basic realm="Alcaide"']);
    assertEquals(await answer.text(), "Name and password are needed\n");
  }
  const answer = await page.get("", basic("ada", "secret of ada"));
  assertStringIncludes(await answer.text(), "<span>ada");
});

Deno.test("a user comes to the page by the name alone", async () => {
  await using page = await open({ verify: users });
  const answer = await page.fetch("/", { headers: { host, ...basic("eve", "secret of eve") } });
  assertEquals([answer.status, answer.headers.get("location")], [302, `/${token}/`]);
});

Deno.test("the page's address leads to it without its last slash, too", async () => {
  await using page = await open();
  const answer = await page.fetch(`/${token}`, { headers: { host } });
  assertEquals([answer.status, answer.headers.get("location")], [302, `/${token}/`]);
});

Deno.test("a dashboard says that too many passwords wait", async () => {
  const verify = () => Promise.reject(new BusyError("Cannot compare the password"));
  await using page = await open({ verify });
  const answer = await page.get("", basic("ada", "secret of ada"));
  assertEquals(answer.status, 429);
  assertStringIncludes(await answer.text(), "Cannot compare the password");
});

Deno.test("a user who may look sees no button and changes nothing", async () => {
  await using page = await open({ verify: users });
  const eve = basic("eve", "secret of eve");
  await page.board.look(page.app);
  const text = await (await page.get("", eve)).text();
  assertEquals([text.includes("data-ask"), text.includes(">may look<")], [false, true]);
  for (const path of ["ask", "run", "stop"]) {
    const answer = await page.post(path, { app: "shop", action: "deploy" }, eve);
    assertEquals([answer.status, await answer.text()], [403, "Cannot do this: eve may only look\n"]);
  }
  const ada = await page.post("ask", { app: "shop", action: "deploy" }, basic("ada", "secret of ada"));
  await ada.body?.cancel();
  assertEquals(ada.status, 200);
});

Deno.test("nobody changes anything on a read-only dashboard", async () => {
  await using page = await open({ readOnly: true });
  const text = await (await page.get("")).text();
  assertEquals([text.includes("data-ask"), text.includes(">read-only<")], [false, true]);
  const asked = await page.get("ask?app=shop&action=deploy");
  assertEquals([asked.status, await asked.text()], [403, "Cannot do this: this dashboard is read-only\n"]);
  const sent = await page.post("run", { asked: "x" });
  assertEquals([sent.status, await sent.text()], [403, "Cannot do this: this dashboard is read-only\n"]);
});
