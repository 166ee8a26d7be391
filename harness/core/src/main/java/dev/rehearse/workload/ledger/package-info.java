/** What was written and confirmed, and whether the database has it at the end. */
@NullMarked
package dev.rehearse.workload.ledger;

import org.jspecify.annotations.NullMarked;
