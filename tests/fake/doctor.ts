// The sections that only `doctor` asks for, as a healthy server with a live release prints them.

import { probeAnswer } from "./answer.ts";

/** The output of each section's command. */
export const doctorSections: Readonly<Record<string, string>> = {
  kernel: "14.3-RELEASE-p5\n",
  addresses: "203.0.113.7\n2001:db8::7\n::1\nfe80::1%lo0\n127.0.0.1\n",
  daemons: "ntpd\ncron\n",
  umask: "022\n",
  nat: "nat on vtnet0 inet from 10.66.0.0/24 to any -> (vtnet0) round-robin\n",
  "pf check": "checked\n",
  versions: "/jails/.templates/14.3-RELEASE 14.3-RELEASE-p5\n/jails/shop_blue 14.3-RELEASE-p5\n",
  "tree resolvers": "/jails/.templates/14.3-RELEASE \n/jails/shop_blue 203.0.113.53\n",
  "open secrets": "",
  sizes: "1200000 /jails/shop_blue\n90000 /jails/shop_blue/app\n",
  artifacts: "30000000\n",
  inodes: "/dev/vtbd0p2 10143484 513840 8818168 6% 13037 1351313 1% /\n",
  "state disk": "/dev/vtbd0p2 99999999 1 19531250 1% /\n",
  "caddyfile problem": "",
  "caddy user": "0\n",
  certificates: "",
  mirror: "found\n",
  latest: "14.3-RELEASE 5\n",
  resources: "hw.physmem: 4294967296\nvm.swap_total: 0\nkern.openfiles: 812\nkern.maxfiles: 101862\n",
  killed: "",
};

/** The answer of such a server with the sections that only `doctor` asks for; some of them, or others, said otherwise. */
export function withDoctor(text: string, changes: Readonly<Record<string, string>> = {}): string {
  const all = { ...doctorSections, ...changes };
  const without = (left: string, name: string) =>
    left.replace(new RegExp(`^=== ${name}\n(\\|.*\n)*`, "m"), "");
  return Object.keys(all).reduce(without, text).replace(/=== end\n$/, () => probeAnswer(all));
}
