/**
 * The load generator that stands on its own: pgbench's scripts against any server, in a closed or an open model, with response times from
 * the intended start. It speaks PostgreSQL's protocol itself once the driver has connected, as a driver cannot send pipelines.
 */
@NullMarked
package dev.rehearse.loadtest;

import org.jspecify.annotations.NullMarked;
