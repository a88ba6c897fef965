/** PostgreSQL and Redis as packages in a jail: the layout of FreeBSD's ports, real servers, FreeBSD's refusals. */
import { assertEquals, assertMatch } from "@std/assert";
import { hostUnavailable, startHost, type TestHost } from "./mod.ts";
import { postgresqlVersion } from "./ports.ts";

const start = "jexec db service postgresql start";
const jail = "jail -c name=db path=/jails/db 'ip4.addr=lo1|10.66.0.2/32' mount.devfs persist";

/** Prints a script's output; fails with what it said when its status is not 0. */
async function read(host: TestHost, script: string): Promise<string> {
  const result = await host.shell(script);
  assertEquals(result.code, 0, `${script}: ${result.stdout}${result.stderr}`);
  return result.stdout;
}

async function makeJail(host: TestHost, packages: string): Promise<void> {
  await read(
    host,
    `mkdir -p /jails/db && fetch -qo /jails/b.txz ${host.mirror}/base.txz &&
    tar --no-fflags -xpf /jails/b.txz -C /jails/db && cp /etc/resolv.conf /jails/db/etc && ifconfig lo1 create &&
    env ASSUME_ALWAYS_YES=yes pkg -r /jails/db install -y ${packages}`,
  );
}

Deno.test({
  name: "packages of PostgreSQL and Redis work in a jail as on FreeBSD",
  ignore: hostUnavailable() !== undefined,
  async fn(t) {
    await using host = await startHost();
    const major = await postgresqlVersion();
    await makeJail(host, `postgresql${major}-server postgresql${major}-contrib redis`);
    const data = `/var/db/postgres/data${major}`;
    const psql = "jexec -U postgres db psql -XAtc";

    await t.step("the package makes its user with FreeBSD's number", async () => {
      assertEquals(
        await read(host, "grep ^postgres: /jails/db/etc/passwd; stat -f '%u:%g' /jails/db/var/db/postgres"),
        "postgres:*:770:770:PostgreSQL Daemon:/var/db/postgres:/bin/sh\n770:770\n",
      );
    });
    await t.step(
      "files of a user that the host doesn't know are root's, and the archive stays",
      async () => {
        assertEquals(
          await read(host, "stat -f %u:%g /jails/db/var/run/redis /jails/db/var/db/redis"),
          "0:0\n0:0\n",
        );
        const listed = await read(host, "tar -tvf /jails/db/var/cache/pkg/redis-*~*.pkg");
        assertMatch(listed, /^drwxr-xr-x +0 redis +redis .* \/var\/run\/redis\/$/m);
        assertMatch(listed, /^-rwxr-xr-x +0 root +wheel .* \/usr\/local\/bin\/redis-server$/m);
      },
    );
    await t.step("the files are where the port has them", async () => {
      const files = ["bin/psql", "etc/rc.d/postgresql", "etc/redis.conf", "lib/postgresql/plpgsql.so"];
      const more = ["share/postgresql/extension/citext.control", "share/postgresql/postgresql.conf.sample"];
      await read(host, `cd /jails/db/usr/local && ls ${[...files, ...more].join(" ")}`);
    });
    await t.step("service does nothing while the server is not enabled", async () => {
      await read(host, jail);
      const result = await host.shell("jexec db service postgresql start");
      assertMatch(result.stdout + result.stderr, /Cannot 'start' postgresql.*postgresql_enable to YES/);
    });
    await t.step("initdb fails in a jail without shared memory", async () => {
      const result = await host.shell("jexec db service postgresql oneinitdb");
      assertEquals(result.code, 1);
      assertMatch(
        result.stderr,
        /FATAL: {2}could not create shared memory segment: Function not implemented/,
      );
    });
    await t.step("with it, the server starts at the jail's address", async () => {
      await read(host, `jail -r db && ${jail} sysvshm=new && sysrc -j db postgresql_enable=YES`);
      await read(host, `jexec db service postgresql initdb && ${start}`);
      assertEquals(
        await read(host, "jexec -U postgres db pg_isready -h 10.66.0.2"),
        "10.66.0.2:5432 - accepting connections\n",
      );
      assertMatch(await read(host, "sockstat -4l"), /^770 +postgres.*10\.66\.0\.2:5432/m);
      assertEquals(await read(host, `${psql} 'show data_directory'`), `${data}\n`);
    });
    await t.step("extensions of contrib and parallel queries work", async () => {
      await read(host, `${psql} 'create extension citext; create extension pgcrypto'`);
      const plan = await read(
        host,
        `${psql} 'set min_parallel_table_scan_size=0; set parallel_setup_cost=0; set parallel_tuple_cost=0;
        create table t as select generate_series(1,100000) i; analyze t; explain analyze select count(*) from t'`,
      );
      assertMatch(plan, /Workers Launched: [12]/);
    });
    await t.step("it is stopped with the jail, and its data is there afterwards", async () => {
      await read(host, `jail -r db && ${jail} sysvshm=new && ${start}`);
      assertEquals(await read(host, `${psql} 'select count(*) from t'`), "100000\n");
      assertEquals((await host.shell("jexec db service postgresql initdb")).code, 1);
    });
    await t.step("Redis asks for a password in a jail, where nobody comes from its 127.0.0.1", async () => {
      // Its folders are root's: it can't even write its log.
      const result = await host.shell("sysrc -j db redis_enable=YES && jexec db service redis start");
      assertMatch(result.stdout + result.stderr, /Can't open the log file: Permission denied/);
      await read(host, "jexec db chown redis:redis /var/db/redis /var/run/redis /var/log/redis");
      await read(host, "jexec db service redis start");
      const cli = "jexec db redis-cli";
      assertMatch(await read(host, `${cli} set a b`), /^DENIED Redis is running in protected mode/);
      await read(host, "printf 'requirepass word\\n' >> /jails/db/usr/local/etc/redis.conf");
      await read(host, "jexec db service redis restart");
      const answer = await read(host, `REDISCLI_AUTH=word ${cli} set a b`);
      assertEquals(answer, "OK\n");
      assertEquals(await read(host, `REDISCLI_AUTH=word ${cli} get a`), "b\n");
    });
  },
});
