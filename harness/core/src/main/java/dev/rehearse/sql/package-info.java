/** Reads SQL scripts as psql would: statements, their lines, and whether they may run in a transaction. Depends on nothing of ours. */
@NullMarked
package dev.rehearse.sql;

import org.jspecify.annotations.NullMarked;
