/** Servers as child processes of ours. */
@NullMarked
package dev.rehearse.database.embedded;

import org.jspecify.annotations.NullMarked;
