/** Fills a schema with valid, reproducible rows, from the live catalog alone. */
@NullMarked
package dev.rehearse.data;

import org.jspecify.annotations.NullMarked;
