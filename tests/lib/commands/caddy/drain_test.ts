import { assertEquals, assertStringIncludes } from "@std/assert";
import { drainApp } from "../../../../lib/commands/caddy/drain.ts";
import { playground } from "../../../playground.ts";
import { spec } from "../app/specs.ts";

function one(limit: number) {
  return { requests: limit, sockets: limit };
}

Deno.test("drainApp() waits until no connection of the jail is left", async () => {
  await using place = await playground();
  await place.program(
    "sockstat",
    `n=$(cat ${place.at("/n")} 2>/dev/null || echo 0); echo $((n + 1)) >${place.at("/n")}
echo 'app shop 1 2 tcp4 10.66.0.9:4000 10.66.0.1:9'
[ "$n" -ge 2 ] || echo 'app shop 1 2 tcp4 10.66.0.2:4000 10.66.0.1:9'`,
  );
  const { stdout } = await place.run(drainApp(spec.jail, 4000, one(20_000)));
  assertEquals([stdout, await place.read("/n")], ["left 0 0\n", "3\n"]);
});

for (
  const [state, left] of Object.entries({
    TIME_WAIT: 0,
    FIN_WAIT_2: 0,
    ESTABLISHED: 1,
    CLOSE_WAIT: 1,
    FIN_WAIT_1: 1,
    LAST_ACK: 1,
  })
) {
  Deno.test(`drainApp() ${left ? "waits" : "doesn't wait"} for a connection of no process in ${state}`, async () => {
    await using place = await playground();
    const rows = [
      `?        ?          ?     ?  tcp4   10.66.0.2:4000        10.66.0.2:9                        ${state}`,
      `??  ??  ??  ??  tcp4 10.66.0.2:4000  10.66.0.2:10  ??  ${state}`,
      "root     caddy      8     9  tcp4   10.66.0.1:11          10.66.0.2:4000                     ESTABLISHED",
    ];
    await place.program("sockstat", `cat <<'END'\n${rows.join("\n")}\nEND`);
    assertEquals((await place.run(drainApp(spec.jail, 4000, one(0)))).stdout, `left ${2 * left} 0\n`);
  });
}

Deno.test("drainApp() waits for a connection that a process holds, whatever its state", async () => {
  await using place = await playground();
  await place.program("sockstat", "echo 'app shop 1 2 tcp4 10.66.0.2:4000 10.66.0.1:9 FIN_WAIT_2'");
  assertEquals((await place.run(drainApp(spec.jail, 4000, one(0)))).stdout, "left 1 0\n");
});

Deno.test("drainApp() says what is left at the limit", async () => {
  await using place = await playground();
  await place.program("sockstat", "echo 'app shop 1 2 tcp4 10.66.0.2:4000 10.66.0.1:9'");
  assertEquals((await place.run(drainApp(spec.jail, 4000, one(0)))).stdout, "left 1 0\n");
});

Deno.test("drainApp() counts a connection once that several processes hold", async () => {
  await using place = await playground();
  const row = "4 tcp4 10.66.0.2:4000 10.66.0.1:9";
  await place.program("sockstat", `echo 'app shop 1 ${row}'; echo 'app shop 2 ${row}'`);
  assertEquals((await place.run(drainApp(spec.jail, 4000, one(0)))).stdout, "left 1 0\n");
});

/** Drains with three connections, of which Caddy says, if anything, that `sockets` are sockets. */
async function drainWith(sockets: string, limits: Parameters<typeof drainApp>[2], admin = "localhost:2019") {
  await using place = await playground();
  const rows = [9, 10, 11].map((port) => `app shop 1 2 tcp4 10.66.0.2:4000 10.66.0.1:${port}`);
  await place.program("sockstat", `cat <<'END'\n${rows.join("\n")}\nEND`);
  const upstream = `{"address":"tcp/10.66.0.2:4000","num_requests":${sockets},"fails":0}`;
  const others =
    '{"address":"10.66.0.2:4000","num_requests":7,"fails":0},{"address":"tcp/10.66.0.2:40001","num_requests":8,"fails":0}';
  await place.write("/answer", sockets === "" ? "" : `[${others},${upstream}]`);
  await place.program(
    "nc",
    `cat >${place.at("/asked")}; echo "$*" >>${place.at("/asked")}; cat ${place.at("/answer")}`,
  );
  await place.write("/usr/local/etc/caddy/Caddyfile", "");
  const adapted = admin === "" ? "{}" : `{"admin":{"listen":"${admin}"},"apps":{}}`;
  await place.write("/usr/local/bin/caddy", `#!/bin/sh\necho '${adapted}'\n`, 0o755);
  await place.write("/var/run/caddy/caddy.pid", "");
  using _socket = Deno.listen({ transport: "unix", path: place.at("/var/run/caddy/caddy.sock") });
  const { stdout } = await place.run(drainApp(spec.jail, 4000, limits));
  return { stdout, asked: await place.read("/asked") };
}

Deno.test("drainApp() gives sockets a time of their own", async () => {
  const { stdout, asked } = await drainWith("3", { requests: 60_000, sockets: 0 });
  assertEquals(stdout, "left 0 3\n");
  assertStringIncludes(asked ?? "", "GET /reverse_proxy/upstreams HTTP/1.1\r\nHost: localhost:2019\r\n");
  assertStringIncludes(asked ?? "", "-w 2 localhost 2019\n");
  assertEquals((await drainWith("1", { requests: 0, sockets: -1 })).stdout, "left 2 1\n");
});

Deno.test("drainApp() asks Caddy at a socket file, too", async () => {
  const { stdout, asked } = await drainWith(
    "2",
    { requests: 0, sockets: -1 },
    "unix//var/run/caddy.sock|0220",
  );
  assertEquals(stdout, "left 1 2\n");
  assertStringIncludes(asked ?? "", "\r\nHost: \r\n");
  assertStringIncludes(asked ?? "", "-w 2 -U /var/run/caddy.sock\n");
});

Deno.test("drainApp() asks Caddy at the socket of the port, where nobody names another address", async () => {
  const { stdout, asked } = await drainWith("2", { requests: 0, sockets: -1 }, "");
  assertEquals(stdout, "left 1 2\n");
  assertStringIncludes(asked ?? "", "/var/run/caddy/caddy.sock\n");
});

Deno.test("drainApp() gives all the longer time where Caddy doesn't tell", async () => {
  assertEquals((await drainWith("", { requests: -1, sockets: 0 })).stdout, "left 0 3\n");
});
