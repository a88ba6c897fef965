/** Words of servers and apps in trouble, each with the remedy that must be named. */

/** Words that one of the explaining functions must know. */
export interface Said {
  /** Rows of the catalogue that it shows. */
  readonly rows: readonly number[];
  /** The trouble, as the end of a test's name. */
  readonly name: string;
  /** Where the words stand: in the app's log, in a failed step's output, in that of a failed change of `setup`. */
  readonly where: "log" | "step" | "setup";
  readonly text: string;
  readonly hint: RegExp;
}

/** Those that the test host's kernel or its programs can't be made to say, and those that cost a deploy each. */
export const said: readonly Said[] = [
  {
    rows: [3],
    name: "a base newer than the kernel, found out by a program",
    where: "log",
    text: "Bad system call (core dumped)",
    hint: /built for another system\. Build it on FreeBSD of the same major version/,
  },
  {
    rows: [12],
    name: "a full quota",
    where: "setup",
    text: "tar: ./usr/lib/libc.a: Can't create 'usr/lib/libc.a': Disc quota exceeded",
    hint: /A quota is used up: look at it with zfs get quota,refquota/,
  },
  {
    rows: [16],
    name: "pkg without names",
    where: "setup",
    text:
      "pkg: Error fetching http://pkg.FreeBSD.org/FreeBSD:13:amd64/quarterly/Latest/pkg.txz: Host does not resolve\n" +
      "Address resolution failed for http://pkg.FreeBSD.org/FreeBSD:13:amd64/quarterly.\nConsider changing PACKAGESITE.",
    hint: /The server can't resolve names: look at \/etc\/resolv\.conf/,
  },
  {
    rows: [17],
    name: "an app that can't resolve a name",
    where: "log",
    text:
      "[error] Postgrex.Protocol (#PID<0.310.0>) failed to connect: tcp connect (db.internal:5432): non-existing domain - :nxdomain",
    hint: /can't resolve a name: look at \/etc\/resolv\.conf in the jail/,
  },
  {
    rows: [19],
    name: "rules that are no rules",
    where: "setup",
    text: "/usr/local/etc/alcaide/pf.conf.check:1: syntax error",
    hint: /none was loaded: add the translation to a pf\.conf of your own/,
  },
  {
    rows: [19],
    name: "a kernel without pf",
    where: "setup",
    text: "kldload: can't load pf: No such file or directory",
    hint: /The kernel has no module pf, or its securelevel lets none be loaded: put pf_load="YES" into/,
  },
  {
    rows: [27],
    name: "a jail that does not end",
    where: "step",
    text: "jail: shop_blue: /bin/sh /etc/rc.shutdown jail: timed out\nCannot stop jail shop_blue",
    hint: /jail -R NAME on the server ends it at once/,
  },
  {
    rows: [28],
    name: "a jail's file that FreeBSD does not take",
    where: "step",
    text: "jail: /usr/local/etc/alcaide/jails/shop_green.conf line 2: unterminated string\n" +
      "jail: /usr/local/etc/alcaide/jails/shop_green.conf: unexpected EOF",
    hint: /FreeBSD refuses the jail's file in \/usr\/local\/etc\/alcaide\/jails/,
  },
  {
    rows: [33],
    name: "an immutable file that stays",
    where: "step",
    text:
      "rm: /jails/shop_green/libexec/ld-elf.so.1: Operation not permitted\nrm: /jails/shop_green/libexec: Directory not empty",
    hint: /chflags -R -x noschg takes that away/,
  },
  {
    rows: [35],
    name: "a dataset in use",
    where: "step",
    text: "cannot unmount '/jails/shop_green': pool or dataset is busy",
    hint: /A program still uses it: fstat -f DIRECTORY/,
  },
  {
    rows: [35],
    name: "a snapshot of a jail",
    where: "step",
    text: "cannot destroy 'zroot/jails/shop_blue': filesystem has children\n" +
      "use '-r' to destroy the following datasets:\nzroot/jails/shop_blue@monday",
    hint: /It has snapshots, or datasets that are not ours: zfs list -r -t all DATASET/,
  },
  {
    rows: [35],
    name: "a snapshot with clones",
    where: "step",
    text: "cannot destroy 'ztank/templates/base@clean': snapshot has dependent clones\n" +
      "use '-R' to destroy the following datasets:\nztank/my_app_green",
    hint: /zfs list -o name,origin shows them; remove or promote them first/,
  },
  {
    rows: [37],
    name: "another pkg at work in a deploy",
    where: "step",
    text: "pkg: Cannot get an advisory lock on a database, it is locked by another process",
    hint: /Another pkg is at work on the server: try again when it is done/,
  },
  {
    rows: [39],
    name: "a package of another name",
    where: "step",
    text: "pkg: No packages available to install matching 'imagemagick' have been found in the repositories",
    hint: /has another name, or is gone: pkg search lists/,
  },
  {
    rows: [41],
    name: "Caddy without its port",
    where: "setup",
    text:
      'Caddy did not start\n{"level":"fatal","msg":"loading initial config: loading new config: http app module: start: ' +
      'listening on :443: listen tcp :443: bind: address already in use"}',
    hint: /sockstat -4 -6 -l -p 80,443 names it/,
  },
  {
    rows: [42],
    name: "global options about certificates, and customers' domains",
    where: "step",
    text:
      '{"level":"error","ts":1796034075.32,"msg":"adapting config using caddyfile: automation policy from site block is also default/catch-all ' +
      'policy because of key without hostname, and the two are in conflict: []certmagic.Issuer(nil) != []certmagic.Issuer{(*caddytls.ACMEIssuer)(0x24)}"}',
    hint: /Global options of the Caddyfile such as acme_ca/,
  },
  {
    rows: [42, 44],
    name: "a directive that this Caddy does not know",
    where: "step",
    text: "Error: adapting config using caddyfile: parsing caddyfile tokens for 'reverse_proxy': " +
      "/usr/local/etc/caddy/Caddyfile:12 - Error during parsing: unrecognized subdirective stream_close_delay",
    hint: /Caddy refuses the Caddyfile and keeps the configuration it has/,
  },
  {
    rows: [43],
    name: "Caddy without its admin address",
    where: "step",
    text:
      'Error: sending configuration to instance: performing request: Post "http://localhost:2019/load": ' +
      "dial tcp 127.0.0.1:2019: connect: connection refused",
    hint: /Caddy's admin address doesn't answer/,
  },
  {
    rows: [46],
    name: "a release for another system",
    where: "log",
    text: "ELF interpreter /lib64/ld-linux-x86-64.so.2 not found, error 2",
    hint: /built for another system\. Build it on FreeBSD of the same major version/,
  },
  {
    rows: [46],
    name: "a release for another machine",
    where: "log",
    text: "/usr/local/etc/alcaide/start: erts-14.2/bin/beam.smp: Exec format error",
    hint: /made on another system: let alcaide build it on the server with build: phoenix\(\) or elixir\(\)/,
  },
  {
    rows: [47],
    name: "another OpenSSL",
    where: "log",
    text: "Unable to load crypto library. Failed with error:\n" +
      '"load_failed, Failed to load NIF library: \'Shared object "libcrypto.so.30" not found, required by "crypto.so"\'"',
    hint: /built against another OpenSSL\. Build it on the same FreeBSD major version/,
  },
  {
    rows: [53],
    name: "a database that does not let the jail in",
    where: "log",
    text:
      'FATAL: no pg_hba.conf entry for host "10.66.0.2", user "shop", database "shop_prod", no encryption',
    hint: /add the jail's address to its pg_hba\.conf/,
  },
  {
    rows: [53],
    name: "a database out of reach",
    where: "log",
    text: "tcp connect (10.0.0.4:5432): connection refused - :econnrefused",
    hint: /can't reach something it needs, such as its database/,
  },
  {
    rows: [54],
    name: "a database without shared memory",
    where: "log",
    text: "FATAL:  could not create shared memory segment: Function not implemented",
    hint: /System V shared memory.*sysvshm=new/,
  },
  {
    rows: [55],
    name: "a volume of somebody else",
    where: "log",
    text: 'FATAL:  data directory "/var/db/postgres/data16" has wrong ownership',
    hint: /give the volume on the server to the app's user id, with mode 0700/,
  },
  {
    rows: [55],
    name: "a volume that can't be written",
    where: "log",
    text: '** (File.Error) could not write to file "/data/x": Permission denied',
    hint: /volumes must be writable for it/,
  },
  {
    rows: [58],
    name: "an upload that was cut short",
    where: "step",
    text: "Only 1048576 bytes arrived",
    hint: /The upload was damaged on its way: run this again/,
  },
  {
    rows: [59],
    name: "a deploy that another one has overtaken",
    where: "step",
    text: "Another deploy has begun since",
    hint: /alcaide lock status/,
  },
  {
    rows: [64],
    name: "a server without memory",
    where: "step",
    text: "Killed",
    hint: /run out of memory: dmesg says so/,
  },
  {
    rows: [65],
    name: "too many open files",
    where: "log",
    text: "accept: Too many open files",
    hint: /limits -n in the jail, at sysctl kern\.maxfilesperproc/,
  },
  {
    rows: [65],
    name: "too many open files, as Erlang says it",
    where: "log",
    text: "[error] Ranch acceptor: {:error, :emfile}",
    hint: /limits -n in the jail, at sysctl kern\.maxfilesperproc/,
  },
];
