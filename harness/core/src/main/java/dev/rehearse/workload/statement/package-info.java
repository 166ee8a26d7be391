/** The tables that operations touch, and the statements they are touched with. */
@NullMarked
package dev.rehearse.workload.statement;

import org.jspecify.annotations.NullMarked;
