/** Failures while a deploy changes something: the old release serves on, and nothing of the new one is left. */

import type { Trouble } from "./trouble.ts";

const create = /^Error: Cannot create the jail$/m;
const install = /^Error: Cannot install the release$/m;
const migrate = /^Error: Cannot migrate$/m;

/** Each with its remedy. The live release is in shop_blue, the new one would be in shop_green. */
export const deployFailures: readonly Trouble[] = [
  {
    rows: [11],
    name: "a disk that fills up while the jail is copied",
    faults: [{
      program: "tar",
      args: "-C /jails/.shop_green.new ",
      effect: "fail",
      stderr: "tar: ./usr/bin/ld: Write failed\ntar: Error exit delayed from previous errors.",
    }],
    says: [create, /Write failed/, /Undone: /],
    hint: /disk is full \(df -k\), or has no more inodes \(df -i\): make room/,
  },
  {
    rows: [12],
    name: "a quota that is used up",
    faults: [{
      program: "tar",
      args: "-C /jails/.shop_green.new ",
      effect: "fail",
      stderr: "tar: ./usr/bin/ld: Can't create 'usr/bin/ld': Disc quota exceeded",
    }],
    says: [create, /Disc quota exceeded/],
    hint: /A quota is used up: look at it with zfs get quota,refquota/,
  },
  {
    rows: [64],
    name: "a server without memory, which kills a program",
    faults: [{ program: "tar", args: "-C /jails/.shop_green.new ", effect: "kill" }],
    says: [create],
    hint: /run out of memory: dmesg says so/,
  },
  {
    rows: [21],
    name: "the jails' interface gone",
    before: "ifconfig lo1 destroy",
    after: "ifconfig lo1 create >/dev/null; ifconfig lo1 inet 10.66.0.3/32 alias",
    says: [install, /ifconfig: interface lo1 does not exist/],
    hint: /The jails' interface is gone: "alcaide setup" makes it again/,
  },
  {
    rows: [25],
    name: "a jail that exists already",
    faults: [{
      program: "jail",
      args: "-c shop_green",
      effect: "fail",
      stderr: 'jail: "shop_green" already exists',
    }],
    says: [install, /jail: "shop_green" already exists/],
    hint: /jls shows it; end it with jail -r/,
  },
  {
    rows: [29],
    name: "a jail that vanishes after its start",
    faults: [{ program: "jail", args: "-c shop_green", effect: "fail", status: 0 }],
    says: [install, /jls: jail "shop_green" not found/],
    hint: /ended right after its start: its console log in \/var\/log\/alcaide says why/,
  },
  {
    rows: [17],
    name: "names that can't be resolved in the jail",
    config: () => ({ migrate: "fetch -T 3 -qo /dev/null http://db.invalid/" }),
    says: [migrate, /fetch: http:\/\/db\.invalid\/: Host does not resolve/],
    hint: /can't resolve a name: look at \/etc\/resolv\.conf in the jail/,
  },
  {
    rows: [18],
    name: "a jail that does not reach the outside",
    before: "pfctl -q -d",
    after: "pfctl -q -e",
    config: (place) => ({ migrate: `fetch -T 1 -qo /dev/null ${place.mirror}/base.txz` }),
    says: [migrate, /Operation timed out|timed out/],
    hint: /The jail does not reach the outside: "alcaide setup" says what is missing; pfctl -s nat/,
  },
  {
    rows: [53],
    name: "a database that refuses",
    config: () => ({ migrate: "fetch -T 3 -qo /dev/null http://127.0.0.1:5432/" }),
    says: [migrate, /fetch: .*: Connection refused/],
    hint: /can't reach something it needs, such as its database/,
  },
];
