/** What the commands set in motion. */
@NullMarked
package dev.rehearse.cli.engine;

import org.jspecify.annotations.NullMarked;
