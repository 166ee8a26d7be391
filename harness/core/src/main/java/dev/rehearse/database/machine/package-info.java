/** This machine: who runs on it, where Rehearse keeps its things, and PostgreSQL's programs. */
@NullMarked
package dev.rehearse.database.machine;

import org.jspecify.annotations.NullMarked;
