/** Watches the server: locks and who waits for whom, replication, sizes, the schema and what survived. */
@NullMarked
package dev.rehearse.observe;

import org.jspecify.annotations.NullMarked;
