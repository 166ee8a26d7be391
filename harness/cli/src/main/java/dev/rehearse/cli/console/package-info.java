/** The process's two streams, the progress shown on them, JSON that goes to a file or there, and exit codes. */
@NullMarked
package dev.rehearse.cli.console;

import org.jspecify.annotations.NullMarked;
