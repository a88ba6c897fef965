# Process 1 of a Linux host, in namespaces of its own. Argument: its folder, with bin/, key.pub and host_key. Prints a line when
# the cable may be laid, reads its addresses, prints "up" when sshd listens. Ends with its standard input, and all with it.
set -e
folder=$1
echo ready
read -r address gateway
mount --make-rprivate /
own() { mount -t tmpfs -o mode=755 own "$1"; }
mkdir -p /srv /usr/local/etc
for place in /srv /usr/local/etc /usr/local/bin /run /var/log /var/lib /root /etc/init.d; do own "$place"; done
# What /etc/caddy and the accounts are: a copy of /etc that nobody else sees.
mkdir "$folder/etc"
cp -a /etc/. "$folder/etc/" 2>/dev/null || :
mount --bind "$folder/etc" /etc
own /etc/init.d
rm -rf /etc/caddy
mkdir -p /etc/caddy /run/sshd /root/.ssh
cp "$folder"/bin/* /usr/local/bin/ 2>/dev/null || :
# A copy: its user may not see where the original lies.
rm -f /usr/local/bin/caddy
cp -L "$folder/bin/caddy" /usr/local/bin/caddy
cp "$folder/key.pub" /root/.ssh/authorized_keys
chmod 700 /root /root/.ssh
printf 'root:x:0:0:root:/root:/bin/sh\nsshd:x:100:65534::/run/sshd:/usr/sbin/nologin\ncaddy:x:101:101::/var/lib/caddy:/usr/sbin/nologin\n' >/etc/passwd
printf 'root:x:0:\ncaddy:x:101:\nnogroup:x:65534:\n' >/etc/group
printf 'root:*:19000:0:99999:7:::\nsshd:!:19000::::::\ncaddy:!:19000::::::\n' >/etc/shadow
printf 'HostKey %s\nUsePAM no\nPermitRootLogin yes\nPidFile none\nAuthorizedKeysFile .ssh/authorized_keys\nStrictModes no\n' "$folder/host_key" >"$folder/sshd_config"
# What Debian's package brings: a Caddyfile, and a service.
printf '# The Caddyfile of the admin\n' >/etc/caddy/Caddyfile
cat >/etc/init.d/caddy <<'END'
#!/bin/sh
case $1 in
start) HOME=/var/lib/caddy setsid setpriv --reuid 101 --regid 101 --clear-groups /usr/local/bin/caddy run --config /etc/caddy/Caddyfile --adapter caddyfile >>/var/log/caddy.log 2>&1 </dev/null & ;;
reload) exec /usr/local/bin/caddy reload --config /etc/caddy/Caddyfile --adapter caddyfile --force ;;
esac
END
chmod 755 /etc/init.d/caddy
ip link set lo up
ip addr add "$address/30" dev vtnet0
ip link set vtnet0 up
PATH=/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
# The unit of Debian's package gives it the right to port 80.
echo 0 >/proc/sys/net/ipv4/ip_unprivileged_port_start
install -d -o 101 -g 101 /var/lib/caddy
service caddy start
/usr/local/bin/sshd -D -e -f "$folder/sshd_config" >"$folder/sshd.log" 2>&1 &
for try in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
  if nc -z 127.0.0.1 22 && nc -z 127.0.0.1 2019; then echo up; cat >/dev/null; exit 0; fi
  sleep 0.2
done
echo down
