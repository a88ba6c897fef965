// Certificates: Caddy's own authority, one's own, one from an authority over ACME; redirects; what is said while there is none.

import {
  assert,
  assertEquals,
  assertGreaterOrEqual,
  assertMatch,
  assertRejects,
  assertStringIncludes,
} from "@std/assert";
import { caddyfile, siteFile, tlsDir } from "../../lib/commands/paths.ts";
import { sh } from "../../lib/core/sh.ts";
import { removeApp } from "./clean.ts";
import { startLoad } from "./load.ts";
import { connect, endpoint, requestHead } from "./load_http.ts";
import { onlyOnTestHost, type Place } from "./place.ts";
import { makeProject, type Project } from "./project.ts";
import { scenario } from "./scenario.ts";

const authorities = "/var/db/caddy/data/caddy/pki/authorities/local";

/** Asks one URL by name at the host's address; the certificate must be trusted. */
async function get(
  place: Place,
  url: string,
  caCerts: readonly string[] = [],
): Promise<{ status: number; location: string | undefined; text: string }> {
  const { protocol, host, pathname, search } = new URL(url);
  const to = endpoint(`${protocol}//${new URL(place.http).hostname}`, { host, caCerts });
  const connection = await connect(to, 5_000);
  try {
    const { status, headers, body } = await connection.exchange(
      requestHead(to, pathname + search, { headers: ["Connection: close"] }),
      5_000,
    );
    return { status, location: headers.get("location"), text: new TextDecoder().decode(body) };
  } finally {
    connection.close();
  }
}

/** Deploys a release and gives what was said on the way. */
async function deploy(project: Project, text: string, ...options: readonly string[]): Promise<string> {
  await project.release({ text });
  const { stdout, stderr } = await project.well(["--verbose", "deploy", ...options]);
  return stdout + stderr;
}

const names = {
  domain: ["shop.test", "store.test"],
  redirects: ["www.shop.test"],
};

scenario("certificates of Caddy's own authority and of an authority over ACME", async (place, part) => {
  const { server } = place;
  await using project = await makeProject(place, "shop");
  await project.well(["setup"]);
  await deploy(project, "plain");
  assertEquals((await get(place, "http://shop.test/")).text, "plain\n");
  let root = "";

  await part("a live app goes from plain HTTP to certificates of Caddy's own", async () => {
    await project.configure({ ...names, tls: "internal" });
    const said = await deploy(project, "one");
    assert(!said.includes("over TLS"), said);
    root = await server.read(sh`cat ${`${authorities}/root.crt`}`);
    for (const name of names.domain) {
      assertEquals(await get(place, `https://${name}/`, [root]), {
        status: 200,
        location: undefined,
        text: "one\n",
      });
    }
  });

  await part("a redirected name leads to the main domain in one hop, with path and query", async () => {
    for (const scheme of ["http", "https"]) {
      const { status, location } = await get(place, `${scheme}://www.shop.test/a/b?c=d&e`, [root]);
      assertEquals([status, location], [308, "https://shop.test/a/b?c=d&e"]);
    }
  });

  await part("plain HTTP leads to HTTPS, though the admin's Caddyfile answers to every name", async () => {
    assertMatch(await server.read(sh`cat ${caddyfile}`), /^:80 \{/m);
    for (const name of names.domain) {
      const { status, location } = await get(place, `http://${name}/x?y=z`);
      assertEquals([status, location], [308, `https://${name}/x?y=z`]);
    }
  });

  await part("deploys under load over HTTPS lose no request", async () => {
    const url = place.http.replace("http:", "https:").replace(/:\d+$/, "");
    const where = { url, host: "shop.test", caCerts: [root], path: "/" };
    const fresh = startLoad({ ...where, rate: 40, connections: 8, keepAlive: false });
    const kept = startLoad({ ...where, rate: 60, connections: 8 });
    try {
      for (const text of ["two", "three"]) await deploy(project, text);
    } finally {
      for (const report of await Promise.all([fresh.stop(), kept.stop()])) {
        assertEquals([report.failed, report.raced], [0, 0], report.failures.join("\n"));
        assertEquals([...report.bodies.keys()].sort(), ["one", "three", "two"]);
        assertGreaterOrEqual(report.requests, 50);
      }
    }
  });

  await part("certificates come over ACME, from an authority in the admin's Caddyfile", async () => {
    // The authority looks names up as anybody would, and Caddy trusts it because the admin said so.
    await server.run(sh`echo '127.0.0.1 acme.test shop.test store.test www.shop.test' >>/etc/hosts
{ printf '{\n\tacme_ca_root %s\n}\n' ${`${authorities}/root.crt`}; cat ${caddyfile}
printf 'acme.test {\n\ttls internal\n\tacme_server\n}\n'; } >/tmp/Caddyfile
cp /tmp/Caddyfile ${caddyfile} && service caddy reload`);
    await project.configure({
      ...names,
      tls: { ca: "https://acme.test/acme/local/directory", email: "admin@shop.test" },
    });
    const said = await deploy(project, "acme");
    assert(!said.includes("over TLS"), said);
    for (const name of names.domain) {
      assertEquals((await get(place, `https://${name}/`, [root])).text, "acme\n");
    }
    const issued = await server.read(
      sh`ls /var/db/caddy/data/caddy/certificates/acme.test-acme-local-directory`,
    );
    assertEquals(issued.split("\n").sort(), ["shop.test", "store.test", "www.shop.test"]);
  });

  await part("a name that doesn't lead here is a warning, and the release is live", async () => {
    await project.configure({
      domain: "shop.test",
      redirects: "nowhere.test",
      tls: { ca: "https://acme.test/acme/local/directory" },
    });
    // Names go.
    const said = await deploy(project, "nowhere", "--yes");
    assertMatch(said, /: no answer over TLS yet for nowhere\.test/);
    assertMatch(
      said,
      /nowhere\.test points to this server \(A and AAAA records\) and that ports 80 and 443 are/,
    );
    assertEquals((await get(place, "https://shop.test/", [root])).text, "nowhere\n");
  });

  await part("domains of customers get certificates on demand, if the app allows them", async () => {
    // Beside a global option about certificates newer Caddys refuse it.
    await server.run(sh`sed -i '' 's/acme_ca_root .*/grace_period 10s/' ${caddyfile}`);
    await project.configure({ domain: ["shop.test", { ask: "http://app/" }], tls: "internal" });
    const { code, stderr } = await project.alcaide(["--yes", "deploy"]);
    assertEquals(code, 1);
    assertStringIncludes(stderr, `${caddyfile} lacks the lines: on_demand_tls`);
    assertStringIncludes(stderr, 'Run "alcaide setup", which adds them');
    await project.well(["setup"]);
    assertMatch(
      await server.read(sh`cat ${caddyfile}`),
      /^\{\n\ton_demand_tls \{ # alcaide\n[^]*\tgrace_period /,
    );
    await deploy(project, "asked", "--yes");
    for (const name of ["blog.customer.test", "customer.test", "shop.test"]) {
      assertEquals((await get(place, `https://${name}/`, [root])).text, "asked\n");
    }
    // Nobody asks the app for such a name.
    await assertRejects(() => get(place, "https://a.b.c.d.e.test/", [root]));
    await project.well(["status"]);
  });

  await removeApp(place, "shop");
}, { skip: onlyOnTestHost("have names and a Caddyfile of our own") });

/** A new authority and a certificate of it, made on the host with what its base system has. */
async function issue({ server }: Place, common: string): Promise<{ ca: string; cert: string; key: string }> {
  const made = await server.read(sh`rm -rf /tmp/issue && mkdir /tmp/issue && cd /tmp/issue || exit 1
printf '%s\n' '[req]' distinguished_name=dn x509_extensions=ca '[dn]' '[ca]' basicConstraints=critical,CA:TRUE \
  '[own]' subjectAltName=DNS:shop.test,DNS:www.shop.test >cnf
{ openssl req -config cnf -x509 -newkey rsa:2048 -nodes -keyout ca.key -out ca.crt -days 2 -subj ${`/CN=${common}`} &&
openssl req -config cnf -newkey rsa:2048 -nodes -keyout own.key -out own.csr -subj /CN=shop.test &&
openssl x509 -req -in own.csr -CA ca.crt -CAkey ca.key -CAcreateserial -days 2 -extfile cnf -extensions own -out own.crt
} 2>/dev/null || exit 1
cat ca.crt own.crt own.key; rm -rf /tmp/issue`);
  const [ca = "", cert = "", key = ""] = made.match(/-----BEGIN [^]*?-----END [A-Z ]+-----\n?/g) ?? [];
  return { ca, cert, key };
}

scenario("your own certificate", async (place, part) => {
  const { server } = place;
  await using project = await makeProject(place, "shop");
  await project.well(["setup"]);
  const [first, second] = [await issue(place, "One"), await issue(place, "Two")];
  let said = "";
  const use = ({ cert, key }: { cert: string; key: string }) =>
    project.configure({ domain: "shop.test", redirects: ["www.shop.test"], tls: { cert, key } });
  const files = () => server.read(sh`ls -l ${tlsDir("shop")} | sed 1d | sed 's/  */ /g' | cut -d ' ' -f 1,3`);

  await part("it is served at the first deploy, for redirected names, too", async () => {
    await use(first);
    said = await deploy(project, "one");
    assert(!said.includes("over TLS"), said);
    assertEquals((await get(place, "https://shop.test/", [first.ca])).text, "one\n");
    const { location } = await get(place, "https://www.shop.test/x", [first.ca]);
    assertEquals(location, "https://shop.test/x");
  });

  await part("only Caddy's user can read it", async () => {
    assertEquals(await files(), "-rw------- root\n-rw------- root");
    assertMatch(await server.read(sh`ls -ld ${tlsDir("shop")}`), /^drwx------ /);
  });

  await part("its key is in no argument, no output and no other file", async () => {
    const line = first.key.split("\n")[5] ?? "";
    assertEquals(line.length, 64);
    const { stdout } = await project.alcaide(["deploy", "--plan"]);
    const calls = JSON.stringify(await place.test?.calls());
    assert(![said, stdout, calls].some((text) => text.includes(line)));
    const found = await server.read(
      sh`grep -r -l -F -e ${line} /usr/local/etc /var/db /var/log /jails/shop_blue/etc /jails/shop_blue/app /tmp; :`,
    );
    assertMatch(found, /^\/usr\/local\/etc\/alcaide\/tls\/shop\/[0-9a-f]{16}\.key$/);
  });

  await part("a deploy that changes nothing else leaves the site file alone", async () => {
    const before = await server.read(sh`cat ${siteFile("shop")}; ls ${tlsDir("shop")}`);
    await deploy(project, "two");
    assertEquals(await server.read(sh`cat ${siteFile("shop")}; ls ${tlsDir("shop")}`), before);
  });

  await part("a key of another certificate is refused, and nothing changes", async () => {
    const sums = () => server.read(sh`cat ${tlsDir("shop")}/* | sha256`);
    const before = await sums();
    await use({ cert: first.cert, key: second.key });
    await project.release({ text: "never" });
    const { code, stderr } = await project.alcaide(["deploy"]);
    assertEquals(code, 1);
    assertStringIncludes(stderr, "private key does not match public key");
    assertEquals((await get(place, "https://shop.test/", [first.ca])).text, "two\n");
    assertEquals(await sums(), before);
  });

  await part("a new one is served at once, and the old one goes", async () => {
    await use(second);
    await deploy(project, "three");
    assertEquals((await get(place, "https://shop.test/", [second.ca])).text, "three\n");
    assertEquals((await files()).split("\n").length, 2);
  });

  await part("a rollback keeps today's certificate", async () => {
    await project.well(["rollback"]);
    assertEquals((await get(place, "https://shop.test/", [second.ca])).text, "two\n");
  });

  await part("without it nothing of it stays on the server", async () => {
    await project.configure({ tls: "off" });
    await deploy(project, "plain", "--yes");
    assertEquals((await get(place, "http://shop.test/")).text, "plain\n");
    assertEquals(await server.test(sh`test -e ${tlsDir("shop")}`), false);
  });

  await removeApp(place, "shop");
}, { skip: onlyOnTestHost("have the names in the certificate") });
