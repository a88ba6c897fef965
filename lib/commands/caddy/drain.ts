// Waiting for the connections of a release that has no traffic any more.

import { type Command, sh } from "../../core/sh.ts";
import { findAdmin, underWay } from "./admin.ts";
import { socketsAddress } from "./slots.ts";

/** Milliseconds that connections get: requests in flight, and sockets (WebSockets and event streams). */
export interface DrainLimits {
  /** Requests in flight. */
  readonly requests: number;
  /** WebSockets and event streams. */
  readonly sockets: number;
}

/**
 * Waits until the jail has no connection in use, or until the limits are over. Prints `draining REQUESTS SOCKETS` every 10
 * seconds, at last `left REQUESTS SOCKETS`. With one limit for both all count as requests. With two, Caddy is asked how many
 * are sockets; where it doesn't tell, all get the longer time.
 */
export function drainApp({ ip4 }: { readonly ip4: string }, port: number, limits: DrainLimits): Command {
  const isOne = limits.requests === limits.sockets;
  const ends = (limit: number) => sh`$((now + ${Math.ceil(limit / 1000)}))`;
  // sockstat also shows sockets of no process (from 15 on with "??"). A connection that waits to be accepted, or has still to be
  // sent, counts; one that both sides are done with doesn't: the kernel forgets it only a minute later. Several processes may
  // hold the same one.
  return sh`${isOne ? sh`:` : findAdmin}
now=$(date +%s); requests_end=${ends(limits.requests)}; sockets_end=${
    ends(limits.sockets)
  }; tell=$((now + 10))
while :; do
  requests=$(sockstat -4 -c -q -s -P tcp -p ${port} | awk -v local=${`${ip4}:${port}`} '
    $6 == local && !seen[$7]++ && !($3 ~ /^[?]/ && /TIME_WAIT|FIN_WAIT_2/) { count++ }
    END { print count + 0 }')
  sockets=${isOne ? sh`0` : sh`$(${underWay(socketsAddress(`${ip4}:${port}`))})`}
  if [ -z "$sockets" ]; then
    sockets=$requests; [ "$requests_end" -le "$sockets_end" ] || sockets_end=$requests_end
  fi
  [ "$sockets" -le "$requests" ] || sockets=$requests
  requests=$((requests - sockets)); now=$(date +%s)
  { [ "$requests" -gt 0 ] && [ "$now" -lt "$requests_end" ]; } ||
    { [ "$sockets" -gt 0 ] && [ "$now" -lt "$sockets_end" ]; } || break
  if [ "$now" -ge "$tell" ]; then echo "draining $requests $sockets"; tell=$((now + 10)); fi
  sleep 0.5
done
echo "left $requests $sockets"`;
}
