/** Statements from a server's log, whatever its format, with everything that could not be taken from it. Knows no database. */
@NullMarked
package dev.rehearse.serverlog;

import org.jspecify.annotations.NullMarked;
