// The doctor on one server: before setup, on a healthy one, and with one thing after another broken.

import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { raw } from "../../lib/core/sh.ts";
import type { Group } from "../../lib/doctor/examine.ts";
import { onlyOnTestHost, type Place } from "./place.ts";
import { makeProject, serverOf } from "./project.ts";
import { scenario } from "./scenario.ts";
import { parsed } from "../schemas.ts";

/** Everything that a doctor could have changed: paths, times, sizes and modes. */
async function state(place: Place): Promise<string> {
  const root = place.test?.files() ?? "";
  const places = ["etc", "usr/local/etc", "var/db/alcaide", "var/db/caddy", "jails"].map((path) =>
    join(root, path)
  );
  const args = [
    ...places,
    "-not",
    "-path",
    "*/dev/*",
    "-not",
    "-name",
    "*.log",
    "-printf",
    "%p %T@ %s %m\\n",
  ];
  const { stdout } = await new Deno.Command("find", { args, stderr: "null" }).output();
  return new TextDecoder().decode(stdout);
}

interface Ill {
  readonly name: string;
  /** Run on the server. */
  readonly breaks: string;
  readonly mends: string;
  /** The findings that it must make, as `SEVERITY CHECK`; all errors must be named. */
  readonly finds: readonly string[];
}

const caddyfile = "/usr/local/etc/caddy/Caddyfile";
const ills: readonly Ill[] = [
  {
    name: "a reboot that is pending",
    breaks: "echo $(uname -r)-p1 >/etc/testhost-kernel",
    mends: "rm /etc/testhost-kernel",
    finds: ["warning reboot"],
  },
  {
    name: "a jail that is newer than the kernel",
    breaks: `cd /jails/shop_blue/bin && cp -p freebsd-version x &&
sed -e 's/^USERLAND_VERSION=.*/USERLAND_VERSION="99.0-RELEASE"/' x >freebsd-version`,
    mends: "cd /jails/shop_blue/bin && mv x freebsd-version",
    finds: ["error patches"],
  },
  {
    name: "a Caddyfile that Caddy can't read",
    breaks: `cp -p ${caddyfile} /var/tmp/Caddyfile && echo 'shop.example { respnd }' >>${caddyfile}`,
    mends: `mv /var/tmp/Caddyfile ${caddyfile}`,
    finds: ["error caddyfile"],
  },
  {
    name: "a Caddy that reads another file",
    breaks: "sysrc caddy_config=/etc/Caddyfile",
    mends: "sysrc -x caddy_config",
    finds: ["error caddy-service", "unknown setup"],
  },
  {
    name: "a Caddy that is stopped",
    breaks: "service caddy stop",
    mends: "service caddy start",
    finds: ["error caddy", "warning setup", "warning traffic"],
  },
  { name: "pf that is off", breaks: "pfctl -d", mends: "pfctl -e", finds: ["error nat", "warning setup"] },
  {
    name: "rules that are gone",
    breaks: "pfctl -F nat",
    mends: "pfctl -f /usr/local/etc/alcaide/pf.conf",
    finds: ["error nat"],
  },
  {
    name: "rules that pf refuses",
    breaks: "cd /usr/local/etc/alcaide && cp -p pf.conf x && { echo pass; cat x; } >pf.conf",
    mends: "cd /usr/local/etc/alcaide && mv x pf.conf",
    finds: ["error pf-rules", "warning setup"],
  },
  {
    name: "a jail without a resolver",
    breaks: "cd /jails/shop_blue/etc && cp -p resolv.conf x && echo 'nameserver 127.0.0.1' >resolv.conf",
    mends: "cd /jails/shop_blue/etc && mv x resolv.conf",
    finds: ["warning resolvers"],
  },
  {
    name: "secrets that others can read",
    breaks: "chmod 644 /var/db/alcaide/apps/shop/releases/*/env",
    mends: "chmod 600 /var/db/alcaide/apps/shop/releases/*/env",
    finds: ["error secrets"],
  },
  {
    name: "files that only root can read",
    breaks: "chmod 750 /usr/local/etc/alcaide",
    mends: "chmod 755 /usr/local/etc/alcaide",
    finds: ["warning setup"],
  },
  {
    name: "cron that is off",
    breaks: "service cron stop",
    mends: "service cron start",
    finds: ["warning cron"],
  },
  {
    name: "a mistake in rc.conf",
    breaks: "cp -p /etc/rc.conf /etc/x && echo 'a=\"' >>/etc/rc.conf",
    mends: "mv /etc/x /etc/rc.conf",
    finds: ["error rc.conf", "unknown setup"],
  },
  {
    name: "a live jail that is stopped",
    breaks: "jail -f /usr/local/etc/alcaide/jails/shop_blue.conf -r shop_blue",
    mends: "jail -f /usr/local/etc/alcaide/jails/shop_blue.conf -c shop_blue",
    finds: ["warning traffic"],
  },
];

scenario("the doctor finds what is broken, and nothing on a healthy server", async (place, part) => {
  await using project = await makeProject(place, "shop");
  const examine = async (...args: string[]) => {
    const { code, stdout, stderr } = await project.alcaide(["doctor", "--json", ...args]);
    const value = parsed(stdout, "doctor");
    assert(value !== null, stdout + stderr);
    const { groups } = value as { groups: Group[] };
    const findings = groups.flatMap((group) => group.findings);
    const found = new Set(findings.map(({ severity, check }) => `${severity} ${check}`));
    return { code, found, errors: [...found].filter((one) => one.startsWith("error")), findings };
  };

  await part("a server that nobody prepared has no errors, and stays as it is", async () => {
    await project.release({ text: "one" });
    const before = await state(place);
    const { code, found, errors } = await examine();
    assertEquals([code, errors, found.has("note setup")], [0, [], true]);
    assertEquals(await state(place), before);
  });

  await part("a healthy server with a live release has none either, and stays as it is", async () => {
    for (const task of ["setup", "deploy"]) {
      await project.well([task]);
    }
    const before = await state(place);
    const { code, errors, findings } = await examine();
    assertEquals([code, errors], [0, []], JSON.stringify(findings));
    assertEquals(await state(place), before);
  });

  for (const { name, breaks, mends, finds } of ills) {
    await part(`it finds ${name}`, async () => {
      await place.server.run(raw(breaks));
      const { code, found, errors, findings } = await examine();
      await place.server.run(raw(mends));
      const shown = JSON.stringify(findings.filter(({ severity }) => severity !== "ok"));
      assertEquals(finds.filter((one) => !found.has(one)), [], shown);
      assertEquals(errors, finds.filter((one) => one.startsWith("error")), shown);
      assertEquals(code, errors.length > 0 ? 1 : 0);
    });
  }

  await part("it finds a key that others can read", async () => {
    const file = join(project.directory, ".alcaide/master.key");
    await project.alcaide(["secrets", "init"]);
    await Deno.chmod(file, 0o644);
    assertEquals((await examine()).errors, ["error key"]);
    await Deno.remove(join(project.directory, "alcaide.secrets"));
    await Deno.remove(file);
  });

  await part("certificates of Caddy's own are well", async () => {
    await project.configure({ tls: "internal" });
    await project.well(["deploy"]);
    const { found, errors } = await examine();
    assertEquals([errors, found.has("ok certificates"), found.has("ok ports")], [[], true, true]);
  });

  await part(
    "a server that lets nobody in is an error with a remedy; what was not seen is unknown",
    async () => {
      await project.configure({ server: { ...serverOf(place.target), user: "nobody", key: place.key } });
      const { code, found, findings } = await examine();
      assertEquals([code, found.has("error connection"), found.has("unknown connection")], [1, true, true]);
      assertEquals(findings.every(({ severity, remedy }) => severity !== "error" || remedy !== null), true);
    },
  );
}, { skip: onlyOnTestHost("be broken in so many ways") });
