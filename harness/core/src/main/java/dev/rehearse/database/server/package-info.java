/**
 * What all servers of ours have in common: their data directories, settings, starts, standbys, and the templates kept for the next run.
 */
@NullMarked
package dev.rehearse.database.server;

import org.jspecify.annotations.NullMarked;
