/** What values the columns of a table can have, and which ones they get: of what other tables, checks and partitions leave free. */
@NullMarked
package dev.rehearse.data.plan.values;

import org.jspecify.annotations.NullMarked;
