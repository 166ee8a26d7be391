/** The database that is copied: its catalog, one moment of its rows, and which of these are chosen. */
@NullMarked
package dev.rehearse.data.anonymize.source;

import org.jspecify.annotations.NullMarked;
