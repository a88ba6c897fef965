// A jail's file has what its programs need to end in time, and its limits.

import { assertStringIncludes } from "@std/assert";
import { jailConf, type JailSpec } from "../../../../lib/commands/jail/jail.ts";

const spec: JailSpec = { name: "shop_blue", path: "/jails/shop_blue", ip4: "10.66.0.2" };

Deno.test("jailConf() gives programs that end slowly their time in the jail's own shutdown, too", () => {
  const text = jailConf({ ...spec, stopTimeout: 900 });
  assertStringIncludes(
    text,
    `  exec.start = "/usr/sbin/sysrc rcshutdown_timeout=915";\n  exec.start += "/bin/sh /etc/rc";\n`,
  );
  assertStringIncludes(text, "  exec.timeout = 930;\n  stop.timeout = 900;\n");
});

Deno.test("jailConf() lets limits come and go with the jail", () => {
  const text = jailConf({ ...spec, limits: { memory: 2 ** 29, cpu: 150, processes: 200 } });
  const add = (rule: string) => `/usr/bin/rctl -a jail:shop_blue:${rule};`;
  assertStringIncludes(
    text,
    `  exec.prestart = "/usr/bin/rctl -r jail:shop_blue 2>/dev/null; ${add("memoryuse:deny=536870912")} ` +
      `${add("pcpu:deny=150")} ${add("maxproc:deny=200")} :";
  exec.poststop = "/usr/bin/rctl -r jail:shop_blue 2>/dev/null; :";
`,
  );
});
