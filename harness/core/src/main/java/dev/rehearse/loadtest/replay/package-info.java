/** Loads that a server had before: from its log, or from an export of pg_stat_statements. */
@NullMarked
package dev.rehearse.loadtest.replay;

import org.jspecify.annotations.NullMarked;
