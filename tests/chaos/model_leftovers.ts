/** Finds what no sequence of commands may leave on a host, whatever it was. */

/** Programs that stay. */
const staying =
  /^process (\/sbin\/init|\/usr\/sbin\/(syslogd|cron)|syslogd:|\/usr\/local\/bin\/(caddy|postgres)|daemon:|bin\/app|postgres:|testhost-jail)/;

/** @param running the jails that must run, as an inventory names them */
export function remains(lines: readonly string[], running: readonly string[]): string[] {
  const of = (kind: string) =>
    lines.filter((line) => line.startsWith(`${kind} `)).map((line) => line.split(" ").slice(1));
  const jails = of("jail").map(([name = ""]) => name);
  const tops = running.map((name) => `/jails/${name}/`);
  return [
    ...jails.filter((name) => !running.includes(name)).map((name) => `+ jail ${name}`),
    ...running.filter((name) => !jails.includes(name)).map((name) => `- jail ${name}`),
    ...of("mount").filter(([, to = ""]) =>
      to.startsWith("/jails/") && !tops.some((top) => to.startsWith(top))
    ).map((words) => `+ mount ${words.join(" ")}`),
    ...of("address").slice(jails.length).map(([address]) => `+ address ${address}`),
    ...of("file").map(([path = ""]) => path)
      .filter((path) => /^(jails|usr\/local\/etc\/alcaide|var\/db\/alcaide)\/.*\.(new|part|old)$/.test(path))
      .map((path) => `+ file ${path}`),
    ...lines.filter((line) => line.startsWith("process ") && !staying.test(line)).map((line) => `+ ${line}`),
  ];
}
