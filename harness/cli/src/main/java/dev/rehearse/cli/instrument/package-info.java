/** The instruments as commands of their own: load, tap, watch. */
@NullMarked
package dev.rehearse.cli.instrument;

import org.jspecify.annotations.NullMarked;
