// Servers whose network, Caddy or jails have something wrong, one thing each, and the findings.

import { service } from "../../../lib/presets/service.ts";
import { accessoryRecord } from "../../fake/facts.ts";
import { emptyModel } from "../../fake/server.ts";
import type { Case } from "./seeing.ts";

const db = service({ start: "bin/db" });
const rule = "nat on vtnet0 inet from 10.66.0.0/24 to any -> (vtnet0)";
const rc = "cloned_interfaces: lo1\ncaddy_enable: YES\nalcaide_enable: YES\npf_enable: YES\n";

/** A server whose admin has rules of their own, and these of translation in force. */
const adminsRules = (nat: string) => ({ nat, "pf rules": "", sysrc: `${rc}pf_rules: /etc/pf.conf\n` });

/** The cases. */
export const serviceCases: readonly Case[] = [
  {
    name: "a route into the jails' network",
    sections: { routes: "10.66.0.0/16 203.0.113.9 UGS vtnet1\n" },
    finds: [
      "error subnet: The network 10.66.0.0/24 is in use: it has a route to 10.66.0.0/16 through vtnet1 | Set jail.subnet to a private network that nothing else uses",
      "unknown setup: setup refuses the server as it is, so what it lacks is not known",
    ],
  },
  {
    name: "pf that is off",
    sections: { pf: "/sbin/pfctl\nloaded\nStatus: Disabled\n" },
    finds: [
      'error nat: Nothing translates 10.66.0.0/24, so jails can\'t reach the outside | Run "alcaide setup"',
      `warning setup: setup would "Let jails reach the outside": pf's rules for them are not in force | alcaide setup`,
    ],
  },
  {
    name: "pf with rules of the admin's that don't translate",
    sections: adminsRules(""),
    finds: [
      `warning nat: The server's own pf rules do not translate 10.66.0.0/24, so jails can't reach the outside | Add to its rules: ${rule}`,
    ],
  },
  {
    name: "pf with rules of the admin's that translate",
    sections: adminsRules(`${rule} round-robin\n`),
    finds: [],
  },
  {
    name: "pf with rules of the admin's that translate more than jails",
    sections: adminsRules("nat on vtnet0 inet from 10.0.0.0/8 to any -> 203.0.113.7\n"),
    finds: [],
  },
  {
    name: "pf with rules of the admin's that translate less, or elsewhere",
    sections: {
      nat:
        "nat on vtnet0 inet from 10.66.0.0/25 to any -> (vtnet0)\nnat on vtnet1 from any to any -> (vtnet1)\n",
      "pf rules": "",
      sysrc: `${rc}pf_rules: /etc/pf.conf\n`,
    },
    finds: [
      `warning nat: The server's own pf rules do not translate 10.66.0.0/24, so jails can't reach the outside | Add to its rules: ${rule}`,
    ],
  },
  {
    name: "pf with rules of the admin's for a table",
    sections: adminsRules("nat on vtnet0 inet from <jails> to any -> (vtnet0)\n"),
    finds: [
      `unknown nat: pf translates from <jails>; it is not known whether 10.66.0.0/24 belongs to it | Add to its rules: ${rule}`,
    ],
  },
  {
    name: "pf with anchors",
    sections: adminsRules('nat-anchor "jails/*" all\n'),
    finds: [`unknown nat: pf translates by anchors, whose rules were not read | Add to its rules: ${rule}`],
  },
  {
    name: "ipfw",
    sections: { nat: "", "pf rules": "", sysrc: `${rc}firewall_enable: YES\n` },
    finds: [
      "unknown nat: The server's ipfw is in force; its translation could not be read | It needs: nat for 10.66.0.0/24 on vtnet0",
    ],
  },
  {
    name: "no default route",
    sections: { default: "" },
    finds: [
      "warning nat: The server has no default route for IPv4, so jails can't reach the outside | sysrc defaultrouter=ADDRESS; service routing restart",
    ],
  },
  {
    name: "rules in force that are not those of our file",
    sections: {
      "pf rules":
        "# Made by alcaide: lets jails reach the outside. Changes are overwritten.\nset skip on lo\n",
    },
    finds: [
      `warning setup: setup would "Let jails reach the outside": pf's rules for them are not in force | alcaide setup`,
      "note nat: The rule of translation in force is not the one in Alcaide's file | pfctl -s nat shows it",
    ],
  },
  {
    name: "rules that pf refuses",
    sections: { "pf check": "checked\n/etc/pf.conf:3: syntax error\n" },
    finds: [
      'error pf-rules: pf refuses the file of its rules: /etc/pf.conf:3: syntax error | Correct it: pfctl -nf "$(sysrc -n pf_rules)" shows all',
    ],
  },
  {
    name: "rules that nobody could check",
    sections: { "pf check": "" },
    finds: ["unknown pf-rules: The file of pf's rules could not be checked"],
  },
  {
    name: "resolvers that jails can't reach",
    sections: {
      resolvers: "127.0.0.1\n",
      "tree resolvers": "/jails/shop_blue 127.0.0.1 ::1\n/jails/shop_db \n",
    },
    finds: [
      `warning resolvers: Jails can't resolve names: /etc/resolv.conf of the server names only 127.0.0.1, which a jail can't reach | Set jail.nameservers, such as ["9.9.9.9"]`,
      `warning resolvers: /jails/shop_blue/etc/resolv.conf names only 127.0.0.1 and ::1, so its programs can't resolve names | Correct the server's /etc/resolv.conf or set jail.nameservers, then "alcaide deploy"; for an accessory "alcaide setup"`,
      `warning resolvers: /jails/shop_db/etc/resolv.conf names no resolver, so its programs can't resolve names | Correct the server's /etc/resolv.conf or set jail.nameservers, then "alcaide deploy"; for an accessory "alcaide setup"`,
    ],
  },
  {
    name: "two jails with one address, one that is dying, and an address that was left behind",
    sections: {
      jails:
        "shop_blue /jails/shop_blue 10.66.0.2 false\nold /old 10.66.0.9 false\nother /other 10.66.0.9 false\nshop_blue /jails/shop_blue - true\n",
      loopback:
        "lo1: flags=8049<UP>\n\tinet 10.66.0.2 netmask 0xffffffff\n\tinet 10.66.0.3 netmask 0xffffffff\n",
    },
    finds: [
      "error addresses: old and other have the address 10.66.0.9, and either answers | Give one of them another address",
      "note addresses: 10.66.0.3 is on lo1, and no jail has it | ifconfig lo1 inet 10.66.0.3 -alias",
      "note dying: The jail shop_blue is dying: connections of it are still open | It goes by itself; the next deploy waits for it",
    ],
  },
  {
    name: "another program at port 80",
    sections: { listeners: "www nginx 900 8 tcp4 *:80 *:*\n" },
    finds: [
      "error listeners: Port 80 is taken by nginx | Stop nginx, or let it listen elsewhere: Caddy needs this port",
      "unknown setup: setup refuses the server as it is, so what it lacks is not known",
    ],
  },
  {
    name: "an old Caddy that does not run",
    sections: { caddy: "v2.5.1\n", live: "", listeners: "" },
    finds: [
      "error caddy: Caddy does not run, so no site answers | service caddy start",
      "warning caddy: Caddy 2.5.1 closes WebSockets whenever it reads its configuration anew, and repeats requests that made the app crash | pkg upgrade caddy",
      'warning setup: setup would "Start Caddy": it does not run | alcaide setup',
      "warning traffic: The site file of shop is not as Alcaide makes it | alcaide repair --plan, alcaide repair",
      "warning traffic: Caddy does not run | alcaide repair --plan, alcaide repair",
    ],
  },
  {
    name: "a Caddy that reads another file, as a user that can't listen",
    sections: { "caddy service": "config /etc/Caddyfile\n", "caddy user": "80\n", listeners: "" },
    finds: [
      "error caddy-service: caddy_config in rc.conf is /etc/Caddyfile, not /usr/local/etc/caddy/Caddyfile | Put the configuration into /usr/local/etc/caddy/Caddyfile (it may import other files), then: sysrc -x caddy_config",
      "error caddy-service: Caddy runs as user 80 and does not listen at port 80 | Let that user bind it (the package portacl-rc), or: sysrc -x caddy_user caddy_group; service caddy restart",
      "unknown setup: setup refuses the server as it is, so what it lacks is not known",
    ],
  },
  {
    name: "a Caddy whose user is not known",
    sections: { "caddy user": "" },
    finds: ["unknown caddy-service: The user that Caddy runs as could not be read"],
  },
  {
    name: "a Caddyfile that Caddy can't read",
    sections: { "caddyfile problem": "Error: Caddyfile:12 - unrecognized directive: respnd\n" },
    finds: [
      "error caddyfile: Caddy can't read the Caddyfile: Error: Caddyfile:12 - unrecognized directive: respnd | Correct the line that is named, then: service caddy configtest",
    ],
  },
  {
    name: "a dataset that is not mounted",
    sections: { zfs: "zroot/jails\t/jails\tno\ton\toff\toff\n" },
    finds: [
      "error dataset: The dataset zroot/jails belongs at /jails and is not mounted | Mount it: zfs mount zroot/jails",
      "unknown setup: setup refuses the server as it is, so what it lacks is not known",
    ],
  },
  {
    name: "copies on ZFS",
    sections: {
      zfs: "zroot/ROOT\t/\tyes\ton\toff\toff\n",
      disk: "zroot/ROOT 99999999 1 19531250 1% /\n",
      "state disk": "zroot/ROOT 99999999 1 19531250 1% /\n",
    },
    finds: [
      'note dataset: Jails in /jails are copies, although it lies on ZFS: they were made before. "Copies become clones" in docs/runbook.md says how to move them',
    ],
  },
  {
    name: "an app of another project",
    sections: {
      host: JSON.stringify({
        version: 1,
        apps: { shop: { uid: 60000, blue: "10.66.0.2", green: "10.66.0.3", token: "0123" } },
        owners: {
          shop: { shown: "git@github.com:you/shop.git", names: ["origin git@github.com:you/shop.git"] },
        },
      }),
    },
    finds: [
      'error owner: Cannot work on shop on 203.0.113.7: it belongs to git@github.com:you/shop.git, and this is github.com/me/shop | Choose another name for app. If the project has moved here, run "alcaide deploy --take-over" once',
      "warning traffic: The site file of shop is not as Alcaide makes it | alcaide repair --plan, alcaide repair",
    ],
  },
  {
    name: "a directory of somebody's where the green jail belongs",
    sections: { base: ".templates\nshop_blue\nshop_green\n" },
    finds: [
      "error conflicts: /jails/shop_green exists, and alcaide did not make it | Move it away, or choose another name for app",
    ],
  },
  {
    name: "Caddy and the marker that disagree",
    sections: { routed: "shop blue-2-1a2b3c4\n" },
    finds: [
      'error traffic: Caddy serves 1-1a2b3c4, the marker on disk names 2-1a2b3c4 | Look at /usr/local/etc/alcaide/live/shop on the server, then "service caddy reload"',
    ],
  },
  {
    name: "an accessory that setup has not made",
    config: { accessories: { db } },
    finds: ['warning accessories: Accessory db: it is not set up: run "alcaide setup"'],
  },
  {
    name: "an accessory that does not run",
    config: { accessories: { db } },
    sections: { accessories: `shop_db.json\n.${JSON.stringify(accessoryRecord())}\n` },
    finds: [
      "error accessories: Accessory db: it does not run | alcaide accessory logs db, alcaide accessory restart db",
    ],
  },
  {
    name: "an accessory that the configuration no longer names",
    sections: { accessories: `shop_db.json\n.${JSON.stringify(accessoryRecord())}\n` },
    finds: [
      'note accessories: Accessory db: the configuration does not name it: "alcaide accessory remove db" ends it',
    ],
  },
  {
    name: "a server that nobody prepared",
    model: emptyModel(true),
    sections: { nat: "", "tree resolvers": "", sizes: "", artifacts: "" },
    finds: [
      "note disk: No release is there yet to measure the next one by",
      'note nat: Nothing translates 10.66.0.0/24, so jails can\'t reach the outside | Run "alcaide setup"',
      'note caddy: Caddy is not installed | "alcaide setup" installs it',
      "note setup: The server is not prepared yet | alcaide setup",
    ],
  },
];
