/**
 * The language of <a href="https://www.postgresql.org/docs/current/pgbench.html">pgbench</a>'s scripts: read once, then run by whoever has
 * a connection. Knows no database, no clock and no threads.
 */
@NullMarked
package dev.rehearse.pgbench;

import org.jspecify.annotations.NullMarked;
