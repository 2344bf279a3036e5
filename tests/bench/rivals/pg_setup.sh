#!/bin/bash
# A private PostgreSQL cluster in $PGRIVAL: unix socket only, no TCP. pg_setup.sh start|stop
set -e
DIR=${PGRIVAL:?}
PG=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -n 1)
[ -n "$PG" ] || PG=$(dirname "$(command -v initdb)")
# The server refuses to run as root.
as() { if [ "$(id -u)" = 0 ]; then su postgres -c "$1"; else sh -c "$1"; fi; }
case $1 in
start)
mkdir -p "$DIR" && { [ "$(id -u)" != 0 ] || chown postgres "$DIR"; }
if [ ! -d "$DIR/data" ]; then
  as "$PG/initdb -D $DIR/data -U postgres -A trust -E UTF8 --locale=C >$DIR/initdb.log"
  cat >> "$DIR/data/postgresql.conf" <<C
listen_addresses = ''
unix_socket_directories = '$DIR'
shared_buffers = 2GB
work_mem = 256MB
max_wal_size = 8GB
wal_level = minimal
max_wal_senders = 0
fsync = off
synchronous_commit = off
autovacuum = off
jit = on
C
fi
as "$PG/pg_ctl -D $DIR/data -l $DIR/log -w start" >/dev/null
psql -q -h "$DIR" -U postgres -d postgres -v ON_ERROR_STOP=1 -c "DROP TYPE IF EXISTS ft; CREATE TYPE ft AS (id bigint, offer_type text, competency text, level text, anniversary_date date, fee_paid boolean, requirements_met boolean, pci_points_functional int, pci_points_other int, gold_competency_held boolean, migrated_to_partner_center boolean, as_of date)" 2>/dev/null
;;
stop) as "$PG/pg_ctl -D $DIR/data -m fast -w stop" >/dev/null ;;
esac
