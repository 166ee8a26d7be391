/** The rehearse command, what it tells of failures and interruptions; its subcommands have packages of their own. */
@NullMarked
package dev.rehearse.cli;

import org.jspecify.annotations.NullMarked;
