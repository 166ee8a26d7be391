/** The commands that make data: fill, capture, anonymize. */
@NullMarked
package dev.rehearse.cli.data;

import org.jspecify.annotations.NullMarked;
