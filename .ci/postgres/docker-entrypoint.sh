#!/usr/bin/env bash
# Starts PostgreSQL under the contract of the official image's entrypoint: the first start initialises $PGDATA from
# POSTGRES_USER, POSTGRES_PASSWORD, POSTGRES_DB, POSTGRES_INITDB_ARGS and POSTGRES_HOST_AUTH_METHOD; a directory that
# holds a cluster already is served as it is. Scripts under /docker-entrypoint-initdb.d are not run: there is no psql here.
set -euo pipefail

# Options alone mean the server.
case "${1-}" in
    -*) set -- postgres "$@" ;;
esac

# Another program, or a question that needs no data directory.
case "${1-} ${2-}" in
    "postgres --version" | "postgres -V" | "postgres --help" | "postgres -?") exec "$@" ;;
    "postgres "*) ;;
    *) exec "$@" ;;
esac

if [ "$(id -u)" = 0 ]; then
    mkdir -p "$PGDATA" /var/run/postgresql
    chmod 0700 "$PGDATA"
    chmod 3775 /var/run/postgresql
    find "$PGDATA" /var/run/postgresql \! -user postgres -exec chown postgres:postgres {} +
    HOME=/var/lib/postgresql exec setpriv --reuid=postgres --regid=postgres --init-groups "$0" "$@"
fi

if [ ! -s "$PGDATA/PG_VERSION" ]; then
    user=${POSTGRES_USER:-postgres}
    database=${POSTGRES_DB:-$user}
    password=${POSTGRES_PASSWORD:-}
    hostAuthMethod=${POSTGRES_HOST_AUTH_METHOD:-scram-sha-256}
    if [ -z "$password" ] && [ "$hostAuthMethod" != trust ]; then
        echo "POSTGRES_PASSWORD is not set, so nobody could log in. Set it, or POSTGRES_HOST_AUTH_METHOD=trust." >&2
        exit 1
    fi

    # Unquoted on purpose: several options travel in one variable.
    # shellcheck disable=SC2086
    initdb --username="$user" --pwfile=<(printf '%s\n' "$password") -D "$PGDATA" ${POSTGRES_INITDB_ARGS:-}
    printf '\nhost all all all %s\n' "$hostAuthMethod" >>"$PGDATA/pg_hba.conf"

    if [ "$database" != postgres ]; then
        printf 'CREATE DATABASE "%s"\n' "${database//\"/\"\"}" | postgres --single -D "$PGDATA" postgres >/dev/null
    fi

    # The official image configures the cluster through a server that only the container can reach, so a client that
    # waits for "ready to accept connections" waits for its second time. This server is here for that line.
    pg_ctl -D "$PGDATA" -o "$(printf '%q ' "${@:2}" -c listen_addresses='' -p 5432)" -w start
    pg_ctl -D "$PGDATA" -m fast -w stop
    echo "PostgreSQL init process complete; ready for start up."
fi

exec "$@"
