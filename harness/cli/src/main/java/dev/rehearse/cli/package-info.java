/** The rehearse command. */
@NullMarked
package dev.rehearse.cli;

import org.jspecify.annotations.NullMarked;
